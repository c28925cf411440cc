#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace millwright::tidy {

// One thing that is not as the style asks. `what` says what to do instead. Line 0 is the whole
// file.
struct Finding {
  std::string check;
  std::string file;
  std::size_t line;
  std::string what;
};
using Findings = std::vector<Finding>;

// A file that people write, by its path from the root, with '/' between folders.
struct File {
  std::string path;
  std::vector<std::string> lines;

  std::string_view folder() const;     // "src/watch/state", "" at the root
  std::string_view name() const;       // "state_test.cpp"
  std::string_view stem() const;       // "state_test"
  std::string_view extension() const;  // ".cpp", "" when there is none
  bool is_under(std::string_view folder) const;
  bool is_cpp() const;     // .cpp or .hpp
  bool is_script() const;  // .ts or .svelte
};

// What is on disk: the text of written files, and the names of all others.
struct Tree {
  std::map<std::string, File> files;
  std::map<std::string, bool> names;  // every file and folder; true for a folder

  bool has(const std::string& path) const { return names.contains(path); }
};

// Build folders, packages, recorded data and planted mistakes are left out.
Tree read_tree(const std::filesystem::path& root);

// The parts of a path or a line between separators.
std::vector<std::string_view> split(std::string_view text, char separator);

// True when the word stands in the line with no letter, digit or '_' beside it.
bool has_word(std::string_view line, std::string_view word);

// The line without what is written in "strings" and after //.
std::string code_of(std::string_view line);

// "a/b/../c" -> "a/c".
std::string normal(const std::string& path);

}  // namespace millwright::tidy
