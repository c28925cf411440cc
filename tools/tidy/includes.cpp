#include <algorithm>
#include <array>
#include <optional>

#include "checks.hpp"

namespace millwright::tidy {
namespace {

struct Floor {
  std::string_view folder;
  int height;
};
// The same floors as in cmake/module.cmake.
constexpr std::array<Floor, 13> floors = {{{"base", 0},
                                           {"math", 1},
                                           {"net", 1},
                                           {"model", 1},
                                           {"flow", 2},
                                           {"connect", 3},
                                           {"keep", 3},
                                           {"watch", 3},
                                           {"advise", 3},
                                           {"act", 3},
                                           {"twin", 3},
                                           {"serve", 3},
                                           {"app", 4}}};
constexpr int branch_height = 3;

// Slow to compile, or of a library that is to be replaceable: a header that others may include
// names none of them.
constexpr std::array<std::string_view, 12> heavy = {
    "<boost/",   "<nlohmann/", "<yaml-cpp/", "<open62541/", "<spdlog/", "<pugixml",
    "<simdjson", "<CLI/",      "<sqlite3",   "<openssl/",   "<sodium",  "<date/"};

std::optional<int> height_of(std::string_view top) {
  for (const Floor& floor : floors) {
    if (floor.folder == top) return floor.height;
  }
  return std::nullopt;
}

// What stands between the marks of `#include "x"` or `#include <x>`, with its first mark.
std::string_view included(std::string_view line) {
  while (line.starts_with(' '))
    line.remove_prefix(1);
  if (!line.starts_with("#include ")) return {};
  line.remove_prefix(9);
  const std::size_t end = line.find_first_of("\">", 1);
  return line.empty() ? line : line.substr(0, end);
}

std::string wrong_need(std::string_view path, std::string_view target) {
  const auto mine = split(path, '/');
  const auto theirs = split(target, '/');
  const auto my_height = height_of(mine.front());
  const auto their_height = height_of(theirs.front());
  if (!their_height) {
    return "write the path from src/: #include \"folder/module/file.hpp\"";
  }
  if (!my_height)
    return "give the folder " + std::string(mine.front()) +
           "/ a floor in cmake/module.cmake and tools/tidy";
  if (mine.front() == theirs.front()) {
    const bool is_other_module = mine.size() > 2 && theirs.size() > 2 && mine[1] != theirs[1];
    if (*my_height == branch_height && is_other_module) {
      return "two modules of one branch do not include each other: say it as a Fact (model/fact/), "
             "or "
             "ask through a port (flow/ports/)";
    }
    return {};
  }
  if (*their_height < *my_height) return {};
  const std::string both =
      std::string(mine.front()) + "/ may not include " + std::string(theirs.front()) + "/: ";
  if (*my_height == branch_height && *their_height == branch_height) {
    return both +
           "what branches say to each other is a Fact (model/fact/), what they need is a port "
           "(flow/ports/)";
  }
  return both +
         "includes go base <- {math, net, model} <- flow <- branches <- app; move what both need "
         "down";
}

// A header that only sources of its own folder include: an inner part of the module.
bool is_inner(const Tree& tree, const File& header) {
  const std::string wanted = "#include \"" + header.path.substr(4) + "\"";
  return std::ranges::none_of(tree.files, [&](const auto& entry) {
    const File& file = entry.second;
    const bool may = file.extension() == ".cpp" && file.folder() == header.folder();
    return file.is_cpp() && !may && std::ranges::find(file.lines, wanted) != file.lines.end();
  });
}

void check_cpp(const Tree& tree, const File& file, Findings& found) {
  const bool is_source = file.is_under("src");
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view what = included(file.lines[i]);
    if (what.empty()) continue;
    const auto say = [&](std::string text) {
      found.push_back({"includes", file.path, i + 1, std::move(text)});
    };
    if (what.starts_with('"') && is_source) {
      std::string wrong = wrong_need(std::string_view(file.path).substr(4), what.substr(1));
      if (!wrong.empty()) say(std::move(wrong));
    }
    const bool is_heavy =
        std::ranges::any_of(heavy, [&](std::string_view start) { return what.starts_with(start); });
    if (is_heavy && is_source && file.extension() == ".hpp" && !is_inner(tree, file)) {
      say("include " + std::string(what) +
          "> only in a .cpp file: show a plain type here and hide the library behind it");
    }
    if (what.starts_with("<boost/") && is_source && !file.is_under("src/net")) {
      say("sockets live in net/ alone: use net's plain headers, or add there what is missing");
    }
  }
}

struct Layer {
  std::string_view name;
  std::string_view may_use;  // Words with a space on both sides.
};
constexpr std::array<Layer, 6> layers = {{{"wire", " wire "},
                                          {"live", " wire live words "},
                                          {"chart", " chart parts words wire "},
                                          {"parts", " parts words "},
                                          {"words", " words "},
                                          {"screens", " wire live chart parts words screens "}}};

// The path in `from './x'` or `import './x'`, "" when the line has none.
std::string_view imported(std::string_view line) {
  for (const std::string_view start :
       {"from '.", "import '.", "import('.", "from \".", "import \"."}) {
    const std::size_t at = line.find(start);
    if (at == std::string_view::npos) continue;
    line.remove_prefix(at + start.size() - 1);
    return line.substr(0, line.find_first_of("'\""));
  }
  return {};
}

std::string wrong_layer(const std::vector<std::string_view>& mine,
                        const std::vector<std::string_view>& theirs) {
  // web/src/<layer>/...: files straight in web/src put the layers together and may use all.
  if (mine.size() < 4 || theirs.size() < 4 || theirs[0] != "web" || theirs[1] != "src") return {};
  const auto layer = std::ranges::find(layers, mine[2], &Layer::name);
  if (layer == layers.end()) return {};
  const std::string their_name = std::string(theirs[2]);
  if (layer->may_use.find(" " + their_name + " ") == std::string_view::npos) {
    return std::string(mine[2]) + "/ may not import " + their_name +
           "/: wire <- live <- screens, and chart, parts <- screens; pass it in as a property";
  }
  if (mine[2] == "screens" && their_name == "screens" && mine.size() > 4 && theirs.size() > 4 &&
      mine[3] != theirs[3]) {
    return "a screen never imports a screen: move what both show to parts/ or chart/";
  }
  return {};
}

void check_script(const File& file, Findings& found) {
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view target = imported(file.lines[i]);
    if (target.empty()) continue;
    const std::string path = normal(std::string(file.folder()) + "/" + std::string(target));
    std::string wrong = wrong_layer(split(file.path, '/'), split(path, '/'));
    if (!wrong.empty()) found.push_back({"includes", file.path, i + 1, std::move(wrong)});
  }
}

}  // namespace

Findings check_includes(const Tree& tree) {
  Findings found;
  for (const auto& [path, file] : tree.files) {
    if (file.is_cpp()) check_cpp(tree, file, found);
    const bool is_test = file.stem().ends_with(".test");
    if (file.is_script() && file.is_under("web/src") && !is_test) check_script(file, found);
  }
  return found;
}

}  // namespace millwright::tidy
