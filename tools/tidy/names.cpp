#include <algorithm>
#include <array>
#include <cctype>

#include "checks.hpp"

namespace millwright::tidy {
namespace {

constexpr std::array<std::string_view, 7> empty_words = {"Manager", "Helper", "Helpers", "Util",
                                                         "Utils",   "Data",   "Info"};
constexpr std::array<std::string_view, 9> empty_folders = {
    "common", "util", "utils", "core", "helper", "helpers", "misc", "shared", "include"};
constexpr std::array<std::string_view, 5> keywords = {"class", "struct", "enum class", "interface",
                                                      "type"};

bool is_word_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// The name that a line declares: "struct Oee {" -> "Oee".
std::string_view declared(std::string_view line) {
  if (line.starts_with("export ")) line.remove_prefix(7);
  while (line.starts_with(' '))
    line.remove_prefix(1);
  for (const std::string_view keyword : keywords) {
    if (!line.starts_with(keyword) || line.substr(keyword.size(), 1) != " ") continue;
    line.remove_prefix(keyword.size() + 1);
    while (line.starts_with('[')) {
      const std::size_t end = line.find("]] ");
      if (end == std::string_view::npos) return {};
      line.remove_prefix(end + 3);
    }
    const auto end = std::ranges::find_if_not(line, is_word_letter);
    return line.substr(0, static_cast<std::size_t>(end - line.begin()));
  }
  return {};
}

bool is_snake(std::string_view stem) {
  return std::ranges::all_of(
      stem, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

void check_file(const File& file, Findings& found) {
  if (file.is_cpp() && !is_snake(file.stem())) {
    found.push_back(
        {"names", file.path, 0, "a file is named in lower case with '_' between words"});
  }
  if (!file.is_cpp() && !file.is_script()) return;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view name = declared(file.lines[i]);
    for (const std::string_view word : empty_words) {
      if (name.ends_with(word)) {
        found.push_back({"names", file.path, i + 1,
                         "'" + std::string(name) + "' says nothing by '" + std::string(word) +
                             "': name it after what it is or does (docs/words.md)"});
        break;
      }
    }
  }
}

}  // namespace

Findings check_names(const Tree& tree) {
  Findings found;
  for (const auto& [path, is_folder] : tree.names) {
    const auto parts = split(path, '/');
    const bool is_ours = parts.front() == "src" || path.starts_with("web/src/");
    if (is_folder && is_ours &&
        std::ranges::find(empty_folders, parts.back()) != empty_folders.end()) {
      found.push_back({"names", path, 0,
                       "a folder for everything: put each file with what it is about, or in base/ "
                       "when it knows no factory"});
    }
  }
  for (const auto& [path, file] : tree.files)
    check_file(file, found);
  return found;
}

}  // namespace millwright::tidy
