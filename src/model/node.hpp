#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace millwright {

// Where something stands in a file that a person wrote; both count from 1.
struct Position {
  std::uint32_t line = 1, column = 1;
  friend constexpr auto operator<=>(Position, Position) = default;
};

// A piece of a YAML or JSON document with its place. Plain data: what a loader makes of it is the
// loader's.
struct Node {
  // refused: a value that the reader has named as a problem already; loaders say nothing more of
  // it.
  enum class Kind : std::uint8_t { null, scalar, list, map, refused };
  struct Entry;

  Kind kind = Kind::null;
  Position at;
  bool is_quoted = false;  // "5" in quotes is text, never a number
  std::string text;        // of a scalar; "null" of a null that is written out
  std::vector<Node> items;
  std::vector<Entry> entries;

  const Node* find(std::string_view key) const;
  const Entry* find_entry(std::string_view key) const;
};

struct Node::Entry {
  std::string key;
  Position at;
  Node value;
};

// How a person calls the item of a list: what its `path` or `name` says, else its number from 1.
std::string label_of(const Node& item, std::size_t index);

// Joins two parts of a Problem's `where`; either may be empty.
std::string place(std::string_view outer, std::string_view inner);

// A node as a Problem says what was found: "'runing'", "a list", "nothing".
std::string found_in(const Node& node);

// What is wrong in a file, for the person who wrote it.
struct Problem {
  Position at;
  std::string where;     // "machines/cnc3/tags/speed"
  std::string found;     // "'runing'"
  std::string expected;  // "one of running, slow, …"
  std::string nearest;   // "running"; empty when no word is near
};

// "plant.yaml:12:5: machines/cnc3/state: found 'runing', expected one of running, slow;
// did you mean 'running'?"
std::string to_text(const Problem& problem, std::string_view file);

// Collects every problem of a file, up to problems_max; more are counted only.
class Problems {
 public:
  static constexpr std::size_t problems_max = 1000;
  void add(Problem problem);
  const std::vector<Problem>& list() const { return list_; }
  std::size_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  bool is_full() const { return count_ >= problems_max; }
  void sort();  // by place in the file

 private:
  std::vector<Problem> list_;
  std::size_t count_ = 0;
};

// Limits on documents from outside: a document beyond them is refused before it is built.
struct NodeLimits {
  std::size_t bytes_max = 16U << 20U;
  std::size_t nodes_max = 2'000'000;
  std::size_t depth_max = 32;
};

// Reads one YAML document (aliases are refused: a plant file says what it means where it stands).
// Duplicate keys are problems. Where the text is no YAML, or is beyond a limit, there is one
// problem and the node is `refused`. Columns count characters. Thread: any; pure.
Node read_yaml(std::string_view text, const NodeLimits& limits, Problems& problems);

// Reads JSON, with the same limits; strings are quoted. Errors: invalid, with line and column.
Result<Node> read_json(std::string_view text, const NodeLimits& limits);

}  // namespace millwright
