#include <algorithm>
#include <map>

#include "checks.hpp"

namespace millwright::tidy {
namespace {

constexpr std::string_view page = "docs/ARCHITECTURE.md";

// The tree of the page: the fenced block after this line. The first word of a line is a folder, the
// rest says what it answers.
constexpr std::string_view mark = "<!-- tree -->";

std::map<std::string, std::size_t> listed(const File& file) {
  std::map<std::string, std::size_t> folders;
  bool is_tree = false;
  bool is_fenced = false;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = file.lines[i];
    if (line == mark) {
      is_tree = true;
    } else if (is_tree && line.starts_with("```")) {
      if (is_fenced) break;
      is_fenced = true;
    } else if (is_fenced && !line.empty()) {
      folders.emplace(line.substr(0, line.find(' ')), i + 1);
    }
  }
  return folders;
}

// A folder of src with sources of its own answers something.
std::map<std::string, bool> folders_with_sources(const Tree& tree) {
  std::map<std::string, bool> folders;
  for (const auto& [path, file] : tree.files) {
    if (file.is_under("src") && file.extension() == ".cpp") folders.emplace(file.folder(), true);
  }
  return folders;
}

bool names_top_folder(const File& file, const std::string& folder) {
  return std::ranges::any_of(file.lines, [&](const std::string& line) {
    return line.find("`" + folder + "/`") != std::string::npos;
  });
}

}  // namespace

Findings check_architecture(const Tree& tree) {
  Findings found;
  const auto at = tree.files.find(std::string(page));
  if (at == tree.files.end()) return found;
  const auto folders = listed(at->second);
  for (const auto& [folder, line] : folders) {
    if (!tree.has(folder)) {
      found.push_back({"architecture", std::string(page), line,
                       "there is no folder '" + folder + "': take the line out"});
    }
  }
  for (const auto& [folder, has_sources] : folders_with_sources(tree)) {
    if (folders.contains(folder)) continue;
    found.push_back(
        {"architecture", std::string(page), 0,
         "the tree does not name '" + folder + "': give it a line that says what it answers"});
  }
  for (const auto& [folder, is_folder] : tree.names) {
    const bool is_written = is_folder && folder != "docs" && !folder.starts_with('.') &&
                            folder.find('/') == std::string::npos &&
                            std::ranges::any_of(tree.files, [&](const auto& entry) {
                              return entry.second.is_under(folder);
                            });
    if (is_written && !names_top_folder(at->second, folder)) {
      found.push_back(
          {"architecture", std::string(page), 0,
           "the page does not name `" + folder + "/`: say in a sentence what is in it"});
    }
  }
  return found;
}

}  // namespace millwright::tidy
