#include "tree.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>

namespace millwright::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 5> skipped_folders = {"build", "node_modules", "dist",
                                                             "planted", "corpus"};
constexpr std::string_view plant_folder = "data";  // at the top only: watch/data is a module
constexpr std::array<std::string_view, 18> written = {
    ".cpp", ".hpp", ".ts",   ".svelte", ".mjs",  ".css", ".html", ".md",       ".cmake",
    ".txt", ".yml", ".yaml", ".json",   ".toml", ".sh",  ".text", ".scenario", ""};
constexpr std::uintmax_t file_bytes_max = 1U << 20U;  // Larger ones are records, not writing.

bool is_word_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::vector<std::string> read_lines(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

bool is_written(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  if (name == "package-lock.json" || entry.file_size() > file_bytes_max) return false;
  return std::ranges::find(written, entry.path().extension().string()) != written.end();
}

}  // namespace

std::string_view File::folder() const {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string_view() : std::string_view(path).substr(0, slash);
}

std::string_view File::name() const {
  const std::size_t slash = path.rfind('/');
  return std::string_view(path).substr(slash == std::string::npos ? 0 : slash + 1);
}

std::string_view File::stem() const {
  return name().substr(0, name().rfind('.'));
}

std::string_view File::extension() const {
  const std::size_t dot = name().rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name().substr(dot);
}

bool File::is_under(std::string_view top) const {
  return path.starts_with(top) && path.size() > top.size() && path[top.size()] == '/';
}

bool File::is_cpp() const {
  return extension() == ".cpp" || extension() == ".hpp";
}

bool File::is_script() const {
  return extension() == ".ts" || extension() == ".svelte";
}

Tree read_tree(const fs::path& root) {
  Tree tree;
  for (auto at = fs::recursive_directory_iterator(root); at != fs::recursive_directory_iterator();
       ++at) {
    const fs::path& path = at->path();
    const std::string name = path.filename().string();
    if (name == ".git") {  // A folder, or in a second work tree a file.
      at.disable_recursion_pending();
      continue;
    }
    const std::string relative = path.lexically_relative(root).generic_string();
    // A folder alone: `build` is one, `tools/build` a program of ours.
    const bool is_skipped = relative == plant_folder ||
                            std::ranges::find(skipped_folders, name) != skipped_folders.end();
    if (at->is_directory() && is_skipped) at.disable_recursion_pending();
    tree.names.emplace(relative, at->is_directory());
    if (at->is_regular_file() && is_written(*at)) {
      tree.files.emplace(relative, File{relative, read_lines(path)});
    }
  }
  return tree;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool has_word(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = at == 0 || !is_word_letter(line[at - 1]);
    if (starts && (end == line.size() || !is_word_letter(line[end]))) return true;
  }
  return false;
}

std::string code_of(std::string_view line) {
  std::string code;
  bool is_text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (is_text && line[i] == '\\') {
      ++i;
      continue;
    }
    if (line[i] == '"' && (i == 0 || line[i - 1] != '\'')) {
      is_text = !is_text;
      continue;
    }
    if (!is_text && line.substr(i).starts_with("//")) break;
    if (!is_text) code += line[i];
  }
  return code;
}

std::string normal(const std::string& path) {
  std::string made = fs::path(path).lexically_normal().generic_string();
  if (made.size() > 1 && made.ends_with('/')) made.pop_back();
  return made;
}

}  // namespace millwright::tidy
