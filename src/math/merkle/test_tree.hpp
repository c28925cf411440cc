#pragma once

#include <bit>
#include <string>
#include <vector>

#include "math/merkle/merkle.hpp"

namespace millwright::math {

// A whole tree in memory, for tests: every complete subtree is hashed once.
class TestTree {
 public:
  void add(const Hash& leaf) {
    if (levels_.empty()) levels_.emplace_back();
    levels_[0].push_back(leaf);
    for (std::size_t level = 0; levels_[level].size() % 2 == 0; ++level) {
      if (levels_.size() == level + 1) levels_.emplace_back();
      const auto& below = levels_[level];
      levels_[level + 1].push_back(node_hash(below[below.size() - 2], below.back()));
    }
  }
  const Hash& leaf(std::uint64_t index) const { return levels_[0][index]; }
  ReadNode reader() const {
    return [this](unsigned level, std::uint64_t index) -> Result<Hash> {
      CHECK(level < levels_.size() && index < levels_[level].size());
      return levels_[level][index];
    };
  }
  TreeHead head(std::uint64_t size) const { return {size, tree_root(size, reader()).value()}; }

  // Leaves "0", "1", …
  static TestTree numbered(std::uint64_t size) {
    TestTree tree;
    for (std::uint64_t i = 0; i < size; ++i)
      tree.add(leaf_hash(as_bytes(std::to_string(i))));
    return tree;
  }

 private:
  std::vector<std::vector<Hash>> levels_;
};

inline std::string hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text.push_back(digits[byte >> 4U]);
    text.push_back(digits[byte & 15U]);
  }
  return text;
}

}  // namespace millwright::math
