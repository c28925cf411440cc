#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace millwright::math {

// Merkle trees of RFC 6962 section 2.1 (the same in RFC 9162) over SHA-256: what is recorded in
// such a tree can be proved to be in it, and a later tree can be proved to hold all of an earlier
// one.

using Hash = std::array<std::uint8_t, 32>;

Hash sha256(ByteView bytes);
Hash leaf_hash(ByteView record);                      // SHA-256(0x00 || record)
Hash node_hash(const Hash& left, const Hash& right);  // SHA-256(0x01 || left || right)
Hash empty_root();                                    // SHA-256()

inline constexpr unsigned tree_levels_max = 63;  // trees have less than 2^63 leaves
inline constexpr std::uint64_t tree_size_max = std::uint64_t{1} << tree_levels_max;

// The hash of the complete subtree over the leaves [index << level, (index + 1) << level). Asked
// for subtrees alone that lie within the tree.
using ReadNode = std::function<Result<Hash>(unsigned level, std::uint64_t index)>;

// The roots of the complete subtrees of a growing tree, at most one of each size: enough to add
// leaves and to tell the root.
class Frontier {
 public:
  Frontier() = default;
  // Of a tree whose nodes can be read. Errors: those of `read`; invalid, beyond tree_size_max.
  static Result<Frontier> of(std::uint64_t size, const ReadNode& read);

  void add(const Hash& leaf);
  std::uint64_t size() const { return size_; }
  Hash root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> roots_;  // the largest first
};

// Root of the first `size` leaves. Errors: those of `read`; invalid, beyond tree_size_max.
Result<Hash> tree_root(std::uint64_t size, const ReadNode& read);

// What shows that leaf `index` is in the tree of `size` leaves: the hashes beside its way to the
// root. Errors: those of `read`; invalid, when there is no such leaf.
Result<std::vector<Hash>> prove_inclusion(std::uint64_t index, std::uint64_t size,
                                          const ReadNode& read);
// What shows that the tree of `size` leaves begins with the tree of `old_size` leaves.
// Errors: those of `read`; invalid, unless 0 < old_size <= size.
Result<std::vector<Hash>> prove_consistency(std::uint64_t old_size, std::uint64_t size,
                                            const ReadNode& read);

struct TreeHead {
  std::uint64_t size = 0;
  Hash root{};
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

// Source: RFC 9162 sections 2.1.3.2 and 2.1.4.2. Errors: corrupt, with what does not hold. An old
// tree of no leaves is refused: every tree begins with it, so that it shows nothing.
Outcome check_inclusion(std::uint64_t index, const Hash& leaf, const TreeHead& tree,
                        const std::vector<Hash>& proof);
Outcome check_consistency(const TreeHead& old_tree, const TreeHead& tree,
                          const std::vector<Hash>& proof);

// Base 64 of RFC 4648 section 4, with padding. Only the one canonical text of some bytes is read.
std::string to_base64(ByteView bytes);
Result<Bytes> from_base64(std::string_view text);
Result<Hash> hash_from_base64(std::string_view text);

}  // namespace millwright::math
