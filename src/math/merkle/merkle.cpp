#include "math/merkle/merkle.hpp"

#include <sodium.h>

#include <algorithm>
#include <bit>

namespace millwright::math {
namespace {

constexpr std::uint8_t leaf_prefix = 0, node_prefix = 1;  // RFC 6962: a node can never be a leaf

Outcome check_size(std::uint64_t size) {
  if (size < tree_size_max) return Done{};
  return fail(Code::invalid, "a tree of " + std::to_string(size) + " leaves is too large");
}

// Of complete subtrees beside each other, the largest first.
Hash join(const std::vector<Hash>& roots) {
  Hash root = roots.back();
  for (std::size_t i = roots.size() - 1; i-- > 0;)
    root = node_hash(roots[i], root);
  return root;
}

// Root of the leaves [begin, begin + count): begin is a multiple of the greatest power of two below
// count, as in every subtree of a tree. It is made of complete subtrees, each smaller than the one
// before it.
Result<Hash> subtree_root(std::uint64_t begin, std::uint64_t count, const ReadNode& read) {
  std::vector<Hash> roots;
  while (count > 0) {
    const std::uint64_t part = std::bit_floor(count);
    const auto level = static_cast<unsigned>(std::countr_zero(part));
    roots.push_back(TRY(read(level, begin >> level)));
    begin += part;
    count -= part;
  }
  return join(roots);
}

// Size of the left subtree: the greatest power of two below count.
std::uint64_t left_of(std::uint64_t count) {
  return std::bit_floor(count - 1);
}

Error wrong_length(std::size_t found) {
  return fail(Code::corrupt, "a proof of " + std::to_string(found) +
                                 " hashes has the wrong length for these trees");
}

}  // namespace

Hash sha256(ByteView bytes) {
  Hash hash;
  crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
  return hash;
}

Hash leaf_hash(ByteView record) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, &leaf_prefix, 1);
  crypto_hash_sha256_update(&state, record.data(), record.size());
  Hash hash;
  crypto_hash_sha256_final(&state, hash.data());
  return hash;
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 1 + 2 * sizeof(Hash)> bytes;
  bytes[0] = node_prefix;
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 1 + sizeof(Hash));
  return sha256(bytes);
}

Hash empty_root() {
  return sha256({});
}

Result<Frontier> Frontier::of(std::uint64_t size, const ReadNode& read) {
  TRY(check_size(size));
  Frontier frontier;
  for (std::uint64_t begin = 0; begin < size;) {
    const std::uint64_t count = std::bit_floor(size - begin);
    frontier.roots_.push_back(TRY(subtree_root(begin, count, read)));
    begin += count;
  }
  frontier.size_ = size;
  return frontier;
}

// As a counter in binary: each carry joins two subtrees of one size.
void Frontier::add(const Hash& leaf) {
  CHECK(size_ + 1 < tree_size_max);
  Hash joined = leaf;
  for (std::uint64_t bits = size_; (bits & 1U) != 0; bits >>= 1U) {
    joined = node_hash(roots_.back(), joined);
    roots_.pop_back();
  }
  roots_.push_back(joined);
  ++size_;
}

Hash Frontier::root() const {
  return roots_.empty() ? empty_root() : join(roots_);
}

Result<Hash> tree_root(std::uint64_t size, const ReadNode& read) {
  return TRY(Frontier::of(size, read)).root();
}

Result<std::vector<Hash>> prove_inclusion(std::uint64_t index, std::uint64_t size,
                                          const ReadNode& read) {
  TRY(check_size(size));
  if (index >= size)
    return fail(Code::invalid, "a tree of " + std::to_string(size) + " leaves has no leaf " +
                                   std::to_string(index) + " (they count from 0)");
  std::vector<Hash> proof;
  std::uint64_t begin = 0, count = size;
  while (count > 1) {
    const std::uint64_t left = left_of(count);
    const bool is_left = index - begin < left;
    proof.push_back(is_left ? TRY(subtree_root(begin + left, count - left, read))
                            : TRY(subtree_root(begin, left, read)));
    if (!is_left) begin += left;
    count = is_left ? left : count - left;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Result<std::vector<Hash>> prove_consistency(std::uint64_t old_size, std::uint64_t size,
                                            const ReadNode& read) {
  TRY(check_size(size));
  if (old_size == 0 || old_size > size)
    return fail(Code::invalid, "no tree of " + std::to_string(size) +
                                   " leaves shows that it begins "
                                   "with a tree of " +
                                   std::to_string(old_size));
  std::vector<Hash> proof;
  std::uint64_t begin = 0, count = size, old = old_size;
  bool is_whole = true;  // the subtree looked at is the whole old tree: its root is known
  while (old != count) {
    const std::uint64_t left = left_of(count);
    const bool ends_left = old <= left;
    proof.push_back(ends_left ? TRY(subtree_root(begin + left, count - left, read))
                              : TRY(subtree_root(begin, left, read)));
    if (!ends_left) {
      begin += left;
      old -= left;
      is_whole = false;
    }
    count = ends_left ? left : count - left;
  }
  if (!is_whole) proof.push_back(TRY(subtree_root(begin, count, read)));
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Outcome check_inclusion(std::uint64_t index, const Hash& leaf, const TreeHead& tree,
                        const std::vector<Hash>& proof) {
  if (index >= tree.size)
    return fail(Code::corrupt, "record " + std::to_string(index) + " is not in a tree of " +
                                   std::to_string(tree.size) + " leaves");
  std::uint64_t fn = index, sn = tree.size - 1;  // the names of RFC 9162
  Hash hash = leaf;
  for (const Hash& beside : proof) {
    if (sn == 0) return wrong_length(proof.size());
    if ((fn & 1U) != 0 || fn == sn) {
      hash = node_hash(beside, hash);
      while ((fn & 1U) == 0 && fn != 0) {
        fn >>= 1U;
        sn >>= 1U;
      }
    } else {
      hash = node_hash(hash, beside);
    }
    fn >>= 1U;
    sn >>= 1U;
  }
  if (sn != 0) return wrong_length(proof.size());
  if (hash != tree.root)
    return fail(Code::corrupt, "the proof does not lead from record " + std::to_string(index) +
                                   " to the root of the tree of " + std::to_string(tree.size));
  return Done{};
}

Outcome check_consistency(const TreeHead& old_tree, const TreeHead& tree,
                          const std::vector<Hash>& proof) {
  if (old_tree.size == 0 || old_tree.size > tree.size)
    return fail(Code::corrupt, "a tree of " + std::to_string(tree.size) +
                                   " leaves cannot begin with "
                                   "one of " +
                                   std::to_string(old_tree.size));
  const auto differ = [&] {
    return fail(Code::corrupt, "the tree of " + std::to_string(tree.size) +
                                   " leaves does not begin with the tree of " +
                                   std::to_string(old_tree.size));
  };
  if (old_tree.size == tree.size) {
    if (!proof.empty()) return wrong_length(proof.size());
    if (old_tree.root != tree.root) return differ();
    return Done{};
  }
  const bool is_complete = std::has_single_bit(old_tree.size);
  if (proof.empty()) return wrong_length(0);
  std::uint64_t fn = old_tree.size - 1, sn = tree.size - 1;
  for (; (fn & 1U) != 0; fn >>= 1U)
    sn >>= 1U;
  Hash old_hash = is_complete ? old_tree.root : proof.front(), hash = old_hash;
  for (std::size_t i = is_complete ? 0 : 1; i < proof.size(); ++i) {
    if (sn == 0) return wrong_length(proof.size());
    if ((fn & 1U) != 0 || fn == sn) {
      old_hash = node_hash(proof[i], old_hash);
      hash = node_hash(proof[i], hash);
      while ((fn & 1U) == 0 && fn != 0) {
        fn >>= 1U;
        sn >>= 1U;
      }
    } else {
      hash = node_hash(hash, proof[i]);
    }
    fn >>= 1U;
    sn >>= 1U;
  }
  if (sn != 0) return wrong_length(proof.size());
  if (old_hash != old_tree.root || hash != tree.root) return differ();
  return Done{};
}

std::string to_base64(ByteView bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the zero that ends it
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  Bytes bytes(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  const char* end = nullptr;
  const bool is_read =
      sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, &end,
                        sodium_base64_VARIANT_ORIGINAL) == 0 &&
      end == text.data() + text.size();
  bytes.resize(size);
  if (!is_read || to_base64(bytes) != text) return fail(Code::corrupt, "this is not base 64");
  return bytes;
}

Result<Hash> hash_from_base64(std::string_view text) {
  const Bytes bytes = TRY(from_base64(text));
  Hash hash;
  if (bytes.size() != hash.size())
    return fail(Code::corrupt, "a hash has 32 bytes, and this one " + std::to_string(bytes.size()));
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

}  // namespace millwright::math
