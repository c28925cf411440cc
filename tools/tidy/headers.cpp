#include <algorithm>
#include <array>
#include <set>

#include "checks.hpp"

namespace millwright::tidy {
namespace {

// Names that one library brings by chance with another header and the next one does not: GCC 14's
// <vector> lacks the algorithms that GCC 12's has.
struct Header {
  std::string_view name;
  std::array<std::string_view, 16> brings;
};
constexpr std::array<Header, 6> headers = {{
    {"algorithm",
     {"sort", "stable_sort", "find_if", "any_of", "all_of", "none_of", "min_element", "max_element",
      "lower_bound", "upper_bound", "equal", "copy", "fill", "is_sorted", "min", "max"}},
    {"numeric", {"iota", "accumulate", "reduce", "partial_sum"}},
    {"cmath", {"isnan", "isfinite", "abs", "floor", "ceil", "round", "sqrt", "llround", "pow"}},
    {"cstring", {"memcpy", "memcmp", "memset", "memmove", "strlen"}},
    {"random", {"mt19937", "mt19937_64", "uniform_int_distribution", "normal_distribution"}},
    {"charconv", {"from_chars", "to_chars"}},
}};

void add_included(const File& file, std::set<std::string_view>& out) {
  for (const std::string& line : file.lines) {
    if (line.starts_with("#include <"))
      out.insert(std::string_view(line).substr(10, line.find('>') - 10));
  }
}

// What the file includes itself, and what the headers of this tree that it includes do.
std::set<std::string_view> included_by(const File& file, const Tree& tree) {
  std::set<std::string_view> out;
  add_included(file, out);
  const std::string folder = file.path.substr(0, file.path.rfind('/') + 1);
  for (const std::string& line : file.lines) {
    if (!line.starts_with("#include \"")) continue;
    const std::string name = line.substr(10, line.find('"', 10) - 10);
    for (const std::string& from : {std::string("src/"), std::string("tests/"), folder}) {
      const auto found = tree.files.find(from + name);
      if (found != tree.files.end()) add_included(found->second, out);
    }
  }
  return out;
}

bool calls(std::string_view code, std::string_view name) {
  const std::string call = "std::" + std::string(name);
  for (std::size_t at = code.find(call); at != code.npos; at = code.find(call, at + 1)) {
    const char next = at + call.size() < code.size() ? code[at + call.size()] : '\0';
    if (next == '(' || next == '<' || next == ' ') return true;
  }
  return false;
}

void look(const File& file, const Tree& tree, const Header& header, Findings& found) {
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    if (file.lines[i].find("std::") == std::string::npos) continue;
    const std::string code = code_of(file.lines[i]);
    const auto name = std::ranges::find_if(
        header.brings, [&](std::string_view one) { return !one.empty() && calls(code, one); });
    if (name == header.brings.end()) continue;
    if (!included_by(file, tree).contains(header.name))
      found.push_back({"headers", file.path, i + 1,
                       "std::" + std::string(*name) +
                           " is of a header that is not included: #include <" +
                           std::string(header.name) + ">"});
    return;
  }
}

}  // namespace

Findings check_headers(const Tree& tree) {
  Findings found;
  for (const auto& [path, file] : tree.files) {
    if (!file.is_cpp()) continue;
    for (const Header& header : headers)
      look(file, tree, header, found);
  }
  return found;
}

}  // namespace millwright::tidy
