#include "math/merkle/merkle.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <fstream>

#include "base/text.hpp"
#include "math/merkle/test_tree.hpp"

namespace millwright::math {
namespace {

// The eight leaves and the roots of the certificate-transparency reference tests
// (merkletree/merkle_tree_test.cc; the same in transparency-dev/merkle testonly/constants.go).
const std::vector<Bytes>& known_leaves() {
  static const std::vector<Bytes> leaves = [] {
    std::vector<Bytes> all{{}, {0x00}, {0x10}, {0x20, 0x21}, {0x30, 0x31}, {0x40, 0x41, 0x42, 0x43},
                           {}, {}};
    for (std::uint8_t i = 0; i < 8; ++i)
      all[6].push_back(static_cast<std::uint8_t>(0x50 + i));
    for (std::uint8_t i = 0; i < 16; ++i)
      all[7].push_back(static_cast<std::uint8_t>(0x60 + i));
    return all;
  }();
  return leaves;
}
constexpr std::array<std::string_view, 9> known_roots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

TEST(Merkle, TheRootsOfTheReferenceTestsComeOut) {
  Frontier frontier;
  TestTree tree;
  EXPECT_EQ(hex(frontier.root()), known_roots[0]);
  for (std::size_t i = 0; i < known_leaves().size(); ++i) {
    frontier.add(leaf_hash(known_leaves()[i]));
    tree.add(leaf_hash(known_leaves()[i]));
    EXPECT_EQ(hex(frontier.root()), known_roots[i + 1]);
    EXPECT_EQ(hex(tree.head(i + 1).root), known_roots[i + 1]);
  }
}

TEST(Merkle, LeavesAndNodesHashAsInTheReferenceTests) {
  EXPECT_EQ(hex(leaf_hash(as_bytes("L123456"))),
            "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
  // Nodes of the reference are of any length; ours join hashes: leaves 0 and 1 of the known tree.
  EXPECT_EQ(hex(node_hash(leaf_hash({}), leaf_hash(known_leaves()[1]))), known_roots[2]);
}

// RFC 6962 section 2.1.3 draws the proofs of a tree of seven leaves: a to j are these hashes.
TEST(Merkle, TheProofsOfTheRfcAreTheProofs) {
  const TestTree tree = TestTree::numbered(7);
  const auto d = [&](std::uint64_t i) { return tree.leaf(i); };
  const Hash a = d(0), b = d(1), c = d(2), e = d(4), f = d(5), j = d(6), dd = d(3);
  const Hash g = node_hash(a, b), h = node_hash(c, dd), i = node_hash(e, f);
  const Hash k = node_hash(g, h), l = node_hash(i, j);
  using List = std::vector<Hash>;
  EXPECT_EQ(prove_inclusion(0, 7, tree.reader()).value(), (List{b, h, l}));
  EXPECT_EQ(prove_inclusion(3, 7, tree.reader()).value(), (List{c, g, l}));
  EXPECT_EQ(prove_inclusion(4, 7, tree.reader()).value(), (List{f, j, k}));
  EXPECT_EQ(prove_inclusion(6, 7, tree.reader()).value(), (List{i, k}));
  EXPECT_EQ(prove_consistency(3, 7, tree.reader()).value(), (List{c, dd, g, l}));
  EXPECT_EQ(prove_consistency(4, 7, tree.reader()).value(), (List{l}));
  EXPECT_EQ(prove_consistency(6, 7, tree.reader()).value(), (List{i, j, k}));
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  CHECK(end.ptr == text.data() + text.size());
  return value;
}

// What a reader of JSON would do: a hash of another length is refused before any proof is looked
// at.
Outcome check_line(const std::vector<std::string_view>& fields) {
  const Hash first = TRY(hash_from_base64(fields[3]));
  const Hash second = TRY(hash_from_base64(fields[4]));
  std::vector<Hash> proof;
  const auto hashes = split(fields[5], '*');
  for (std::size_t i = 1; i < hashes.size(); ++i)
    proof.push_back(TRY(hash_from_base64(hashes[i])));
  const std::uint64_t a = number(fields[1]), b = number(fields[2]);
  if (fields[0] == "inclusion") return check_inclusion(a, first, {b, second}, proof);
  return check_consistency({a, first}, {b, second}, proof);
}

TEST(Merkle, EveryPublishedProofHoldsOrIsRefusedAsItsAuthorsSay) {
  std::ifstream file("src/math/merkle/testdata/proofs.txt");
  ASSERT_TRUE(file.is_open());
  std::size_t holds = 0, refused = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const auto fields = split(line, '|');
    ASSERT_EQ(fields.size(), 8U) << line;
    const bool is_good = fields[6] == "holds";
    EXPECT_EQ(check_line(fields).has_value(), is_good) << line;
    ++(is_good ? holds : refused);
  }
  EXPECT_EQ(holds, 11U);
  EXPECT_EQ(refused, 184U);
}

TEST(Merkle, EveryLeafOfEveryTreeUpTo300IsProvedToBeInIt) {
  const TestTree tree = TestTree::numbered(300);
  for (std::uint64_t size = 1; size <= 300; ++size) {
    const TreeHead head = tree.head(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = prove_inclusion(index, size, tree.reader());
      ASSERT_TRUE(proof && check_inclusion(index, tree.leaf(index), head, *proof))
          << index << " of " << size;
      ASSERT_FALSE(check_inclusion(index, tree.leaf((index + 1) % 300), head, *proof));
      ASSERT_FALSE(check_inclusion(index + size, tree.leaf(index), head, *proof));
    }
  }
}

TEST(Merkle, EveryTreeUpTo300IsProvedToBeginWithEverySmallerOne) {
  const TestTree tree = TestTree::numbered(300);
  std::vector<TreeHead> heads;
  for (std::uint64_t size = 0; size <= 300; ++size)
    heads.push_back(tree.head(size));
  for (std::uint64_t now = 1; now <= 300; ++now) {
    for (std::uint64_t old = 1; old <= now; ++old) {
      const auto proof = prove_consistency(old, now, tree.reader());
      ASSERT_TRUE(proof && check_consistency(heads[old], heads[now], *proof))
          << old << " and " << now;
      if (old == now) continue;
      ASSERT_FALSE(check_consistency(heads[now], heads[old], *proof));
      ASSERT_FALSE(check_consistency({old, heads[now].root}, heads[now], *proof));
      ASSERT_FALSE(check_consistency(heads[old], {now, heads[old].root}, *proof));
    }
  }
}

// Every bit of the proof, one by one; then a hash less, one more, and two changed places.
template <class CheckProof>
void expect_no_change_passes(std::vector<Hash> proof, const CheckProof& check) {
  ASSERT_TRUE(check(proof));
  for (Hash& hash : proof) {
    for (std::uint8_t& byte : hash) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        byte = static_cast<std::uint8_t>(byte ^ (1U << bit));
        ASSERT_FALSE(check(proof));
        byte = static_cast<std::uint8_t>(byte ^ (1U << bit));
      }
    }
  }
  if (proof.size() > 1) {
    std::swap(proof.front(), proof.back());
    EXPECT_FALSE(check(proof));
    std::swap(proof.front(), proof.back());
  }
  proof.push_back(leaf_hash({}));
  EXPECT_FALSE(check(proof));
  proof.pop_back();
  if (proof.empty()) return;
  proof.pop_back();
  EXPECT_FALSE(check(proof));
}

// In four parts, so that they run beside each other.
class MerkleFlips : public testing::TestWithParam<std::uint64_t> {};

TEST_P(MerkleFlips, NoFlippedBitOfAProofOfInclusionPasses) {
  const TestTree tree = TestTree::numbered(64);
  for (std::uint64_t size = GetParam(); size <= 64; size += 4) {
    const TreeHead head = tree.head(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      expect_no_change_passes(
          prove_inclusion(index, size, tree.reader()).value(), [&](const std::vector<Hash>& proof) {
            return check_inclusion(index, tree.leaf(index), head, proof).has_value();
          });
    }
  }
}

TEST_P(MerkleFlips, NoFlippedBitOfAProofOfConsistencyPasses) {
  const TestTree tree = TestTree::numbered(64);
  for (std::uint64_t now = GetParam(); now <= 64; now += 4) {
    const TreeHead head = tree.head(now);
    for (std::uint64_t old = 1; old <= now; ++old) {
      const TreeHead old_head = tree.head(old);
      expect_no_change_passes(prove_consistency(old, now, tree.reader()).value(),
                              [&](const std::vector<Hash>& proof) {
                                return check_consistency(old_head, head, proof).has_value();
                              });
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Sizes, MerkleFlips, testing::Values(1U, 2U, 3U, 4U));

TEST(Merkle, AFrontierTakenUpInTheMiddleGoesOnAsTheTree) {
  const TestTree tree = TestTree::numbered(200);
  for (std::uint64_t from = 0; from <= 200; from += 7) {
    Frontier frontier = Frontier::of(from, tree.reader()).value();
    EXPECT_EQ(frontier.root(), tree.head(from).root);
    for (std::uint64_t i = from; i < 200; ++i)
      frontier.add(tree.leaf(i));
    EXPECT_EQ(frontier.root(), tree.head(200).root);
    EXPECT_EQ(frontier.size(), 200U);
  }
}

TEST(Merkle, WhatCannotBeProvedIsRefusedWithItsReason) {
  const TestTree tree = TestTree::numbered(8);
  EXPECT_EQ(prove_inclusion(8, 8, tree.reader()).error().what,
            "a tree of 8 leaves has no leaf 8 (they count from 0)");
  EXPECT_FALSE(prove_consistency(0, 8, tree.reader()));
  EXPECT_FALSE(prove_consistency(9, 8, tree.reader()));
  EXPECT_FALSE(Frontier::of(tree_size_max, tree.reader()));
  const ReadNode broken = [](unsigned, std::uint64_t) -> Result<Hash> {
    return fail(Code::corrupt, "the disk");
  };
  EXPECT_EQ(prove_inclusion(3, 8, broken).error().what, "the disk");
  EXPECT_EQ(tree_root(8, broken).error().what, "the disk");
}

TEST(Merkle, OnlyCanonicalBase64IsRead) {
  EXPECT_EQ(to_base64(from_base64("AA==").value()), "AA==");
  for (const std::string_view bad :
       {"AA=", "AA", "AB==", "A A=", "AA==\n", "AA_=", "=", "AA==AA=="})
    EXPECT_FALSE(from_base64(bad)) << bad;
  EXPECT_FALSE(hash_from_base64("AA=="));
}

}  // namespace
}  // namespace millwright::math
