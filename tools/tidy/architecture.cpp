#include <algorithm>
#include <array>
#include <map>

#include "checks.hpp"

namespace millwright::tidy {
namespace {

constexpr std::string_view page = "docs/ARCHITECTURE.md";

// Whose folders the page names one by one; of all others only the top folder.
constexpr std::array<std::string_view, 1> listed_in_full = {"src"};

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
}

// The tree of the page: the fenced block whose first line is "src/". A folder ends with '/', what
// is in it stands further right, words follow after spaces.
std::map<std::string, std::size_t> listed(const File& file) {
  struct Open {
    std::size_t indent;
    std::string path;
  };
  std::map<std::string, std::size_t> folders;
  std::vector<Open> open;
  bool is_fenced = false;
  bool is_tree = false;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = file.lines[i];
    if (line.starts_with("```")) {
      is_fenced = !is_fenced;
      is_tree = is_fenced && i + 1 < file.lines.size() && file.lines[i + 1].starts_with("src/");
      open.clear();
      continue;
    }
    if (!is_tree) continue;
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string_view::npos) continue;
    std::string_view word = line.substr(indent);
    word = word.substr(0, word.find(' '));
    if (!word.ends_with('/')) continue;
    word.remove_suffix(1);
    if (!std::ranges::all_of(split(word, '/'), is_name)) continue;
    while (!open.empty() && open.back().indent >= indent)
      open.pop_back();
    const std::string path = (open.empty() ? "" : open.back().path + "/") + std::string(word);
    folders.emplace(path, i + 1);
    open.push_back({indent, path});
  }
  return folders;
}

bool is_to_be_listed(const Tree& tree, const std::string& folder) {
  if (folder.starts_with('.')) return false;
  const auto parts = split(folder, '/');
  if (parts.size() > 1 && std::ranges::find(listed_in_full, parts.front()) == listed_in_full.end())
    return false;
  if (parts.size() > 3) return false;
  // A folder with nothing written in it yet is no part of the house.
  return std::ranges::any_of(tree.files, [&](const auto& entry) {
    const File& file = entry.second;
    return file.is_under(folder) && (parts.size() == 1 || file.is_cpp());
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
  for (const auto& [folder, is_folder] : tree.names) {
    if (is_folder && !folders.contains(folder) && is_to_be_listed(tree, folder)) {
      found.push_back(
          {"architecture", std::string(page), 0,
           "the tree does not name '" + folder + "/': give it a line that says what it answers"});
    }
  }
  return found;
}

}  // namespace millwright::tidy
