#include <algorithm>
#include <array>
#include <set>

#include "checks.hpp"

namespace millwright::tidy {
namespace {

constexpr std::array<std::string_view, 5> import_endings = {"", ".ts", ".svelte", "/index.ts",
                                                            ".svelte.ts"};

// A folder of these is a drawer of the trunk, not a module.
constexpr std::array<std::string_view, 3> whole_trunk = {"base", "model", "flow"};

// What the house knows of itself, gathered once.
struct Uses {
  std::string cmake;               // The text of all CMake files.
  std::set<std::string> modules;   // "watch/state"
  std::set<std::string> includes;  // "watch/state/state.hpp"
  std::set<std::string> plants;    // "works.yaml", of the scenarios that are played on it
  std::set<std::string> imports;   // "web/src/live/machines.svelte.ts"
};

bool is_cmake(const File& file) {
  return file.name() == "CMakeLists.txt" || file.extension() == ".cmake";
}

void add_module(std::string_view line, Uses& uses) {
  constexpr std::string_view call = "millwright_module(";
  if (!line.starts_with(call)) return;
  line.remove_prefix(call.size());
  uses.modules.emplace(line.substr(0, line.find_first_of(" )")));
}

// Every "…" or '…' of a line that ends a use: an include, an import, a source of a page.
void add_texts(const File& file, std::string_view line, Uses& uses) {
  for (const char mark : {'"', '\''}) {
    for (std::size_t at = line.find(mark); at != std::string_view::npos;
         at = line.find(mark, at + 1)) {
      const std::size_t end = line.find(mark, at + 1);
      if (end == std::string_view::npos) break;
      const std::string text(line.substr(at + 1, end - at - 1));
      at = end;
      if (file.is_cpp()) {
        uses.includes.insert(text);
        uses.includes.insert(normal(std::string(file.folder()) + "/" + text));
      } else if (text.starts_with('.')) {
        uses.imports.insert(normal(std::string(file.folder()) + "/" + text));
      } else if (text.starts_with("/src/")) {
        uses.imports.insert("web" + text);
      }
    }
  }
}

Uses gather(const Tree& tree) {
  Uses uses;
  for (const auto& [path, file] : tree.files) {
    for (const std::string& line : file.lines) {
      if (file.extension() == ".scenario" && line.starts_with("plant ")) {
        uses.plants.emplace(line.substr(6, line.find(' ', 6) - 6));
      } else if (is_cmake(file)) {
        uses.cmake += line + "\n";
        add_module(line, uses);
      } else if (file.is_cpp() ? line.starts_with("#include \"") : file.is_under("web")) {
        add_texts(file, line, uses);
      }
    }
  }
  return uses;
}

std::string_view last_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// A CMakeLists.txt of its own folder takes all of them.
bool is_globbed(const Tree& tree, const File& file) {
  const auto at = tree.files.find(std::string(file.folder()) + "/CMakeLists.txt");
  return at != tree.files.end() &&
         std::ranges::any_of(at->second.lines, [](const std::string& line) {
           return line.find("${CMAKE_CURRENT_SOURCE_DIR}/*.cpp") != std::string::npos;
         });
}

bool is_built(const Tree& tree, const File& file, const Uses& uses) {
  if (file.is_under("src") && uses.modules.contains(std::string(file.folder().substr(4))))
    return true;
  const auto named = [&](std::string_view text) {
    return uses.cmake.find(text) != std::string::npos;
  };
  return is_globbed(tree, file) || named(file.name()) ||
         named(std::string(last_of(file.folder())) + "/*.cpp");
}

bool is_included(const File& file, const Uses& uses) {
  return uses.includes.contains(file.path) ||
         (file.is_under("src") && uses.includes.contains(file.path.substr(4)));
}

bool is_imported(const File& file, const Uses& uses) {
  if (file.stem().ends_with(".test") || file.stem().ends_with(".d")) return true;
  return std::ranges::any_of(import_endings, [&](std::string_view ending) {
    return file.path.ends_with(ending) &&
           uses.imports.contains(file.path.substr(0, file.path.size() - ending.size()));
  });
}

void check_file(const Tree& tree, const File& file, const Uses& uses, Findings& found) {
  const auto say = [&](std::string what) {
    found.push_back({"dead", file.path, 0, std::move(what)});
  };
  if (file.extension() == ".cpp" && !is_built(tree, file, uses)) {
    say("no CMakeLists.txt builds this: add its folder with millwright_module(), or delete it");
  }
  if (file.extension() == ".hpp" && !is_included(file, uses))
    say("nothing includes this: use it or delete it");
  if (file.is_script() && file.is_under("web/src") && !is_imported(file, uses)) {
    say("nothing imports this: use it or delete it");
  }
  const std::string corpus = std::string(file.folder()) + "/corpus";
  if (file.stem().ends_with("_fuzz") && file.extension() == ".cpp" && !tree.has(corpus)) {
    say("a fuzz target without examples: put small valid inputs into " + corpus + "/");
  }
  if (file.folder() == "scenarios" && file.extension() != ".scenario" &&
      file.extension() != ".md") {
    say("no test plays this: a scenario is named *.scenario");
  }
  if (file.folder() == "scenarios/plants" && !uses.plants.contains(std::string(file.name()))) {
    say("no scenario is played on this plant: use it or delete it");
  }
}

// A module is a folder with a README and, when it computes something, a test.
void check_module(const Tree& tree, const std::string& module, Findings& found) {
  const std::string folder = "src/" + module;
  const std::string_view top = std::string_view(module).substr(0, module.find('/'));
  if (module == top || std::ranges::find(whole_trunk, top) != whole_trunk.end()) return;
  if (!tree.has(folder + "/README.md")) {
    found.push_back({"dead", folder, 0,
                     "a module without README.md: a paragraph on what it hears, says and never "
                     "does; its limits; its source"});
  }
  bool has_source = false;
  bool has_test = false;
  for (const auto& [path, file] : tree.files) {
    if (file.folder() != folder || file.extension() != ".cpp") continue;
    (file.stem().ends_with("_test") ? has_test : has_source) = true;
  }
  if (has_source && !has_test) {
    found.push_back(
        {"dead", folder, 0,
         "a module without a test: write " + std::string(last_of(module)) + "_test.cpp beside it"});
  }
}

}  // namespace

Findings check_dead(const Tree& tree) {
  Findings found;
  const Uses uses = gather(tree);
  for (const auto& [path, file] : tree.files)
    check_file(tree, file, uses, found);
  for (const std::string& module : uses.modules)
    check_module(tree, module, found);
  return found;
}

}  // namespace millwright::tidy
