#include <cctype>
#include <set>

#include "checks.hpp"

namespace millwright::tidy {
namespace {

// "## How it starts" -> "how-it-starts", as the sites that show Markdown make it.
std::string anchor_of(std::string_view heading) {
  while (heading.starts_with('#'))
    heading.remove_prefix(1);
  while (heading.starts_with(' '))
    heading.remove_prefix(1);
  std::string anchor;
  for (const char c : heading) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter) != 0 || c == '-' || c == '_' || letter >= 0x80) {
      anchor += static_cast<char>(std::tolower(letter));
    } else if (c == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

std::set<std::string> anchors_of(const File& file) {
  std::set<std::string> anchors;
  bool is_fenced = false;
  for (const std::string& line : file.lines) {
    if (line.starts_with("```")) is_fenced = !is_fenced;
    if (!is_fenced && line.starts_with('#')) anchors.insert(anchor_of(line));
  }
  return anchors;
}

bool is_outside(std::string_view target) {
  return target.find("://") != std::string_view::npos || target.starts_with("mailto:");
}

std::string wrong_link(const Tree& tree, const File& from, std::string_view target) {
  const std::size_t hash = target.find('#');
  const std::string path(target.substr(0, hash));
  const std::string folder(from.folder());
  const std::string to =
      path.empty() ? from.path : normal((folder.empty() ? "" : folder + "/") + path);
  if (to.starts_with("..")) return "the link '" + std::string(target) + "' leaves the repository";
  if (!tree.has(to)) return "there is no '" + to + "': correct the link or take it out";
  if (hash == std::string_view::npos || !to.ends_with(".md")) return {};
  const std::string anchor(target.substr(hash + 1));
  if (anchors_of(tree.files.at(to)).contains(anchor)) return {};
  return "there is no heading '#" + anchor + "' in '" + to + "': correct the link";
}

}  // namespace

Findings check_links(const Tree& tree) {
  Findings found;
  for (const auto& [path, file] : tree.files) {
    if (file.extension() != ".md") continue;
    bool is_fenced = false;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string_view line = file.lines[i];
      if (line.starts_with("```")) is_fenced = !is_fenced;
      if (is_fenced) continue;
      for (std::size_t at = line.find("]("); at != std::string_view::npos;
           at = line.find("](", at + 1)) {
        const std::string_view target =
            line.substr(at + 2, line.find_first_of(") ", at + 2) - at - 2);
        if (is_outside(target)) continue;
        std::string wrong = wrong_link(tree, file, target);
        if (!wrong.empty()) found.push_back({"links", path, i + 1, std::move(wrong)});
      }
    }
  }
  return found;
}

}  // namespace millwright::tidy
