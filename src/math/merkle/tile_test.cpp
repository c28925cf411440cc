#include "math/merkle/tile.hpp"

#include <gtest/gtest.h>

#include <map>

#include "math/merkle/test_tree.hpp"

namespace millwright::math {
namespace {

TEST(Tile, PathsAreThoseOfTheSpecification) {
  EXPECT_EQ(tile_index_path(1234067), "x001/x234/067");
  EXPECT_EQ(tile_index_path(0), "000");
  EXPECT_EQ(tile_path({0, 1234067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path({2, 5, 8}), "tile/2/005.p/8");
  EXPECT_EQ(entries_path({0, 1000, 255}), "tile/entries/x001/000.p/255");
}

TEST(Tile, APathReadsBackAsTheTile) {
  for (const std::uint64_t index : {0ULL, 7ULL, 999ULL, 1000ULL, 1234067ULL, 999999999ULL}) {
    for (const std::uint64_t width : {1ULL, 255ULL, 256ULL}) {
      const Tile tile{3, index, width};
      const auto name = read_tile_path(tile_path(tile).substr(5));
      ASSERT_TRUE(name);
      EXPECT_EQ(name->tile, tile);
      EXPECT_FALSE(name->is_entries);
      EXPECT_TRUE(read_tile_path(entries_path(tile).substr(5))->is_entries);
    }
  }
}

TEST(Tile, WhatIsNoPathOfATileIsRefused) {
  for (const std::string_view bad : {"",
                                     "0",
                                     "0/",
                                     "0/1",
                                     "0/01",
                                     "0/0001",
                                     "00/001",
                                     "64/001",
                                     "-1/001",
                                     "0/x001",
                                     "0/x001/",
                                     "0/x000/001",
                                     "0/x001/1",
                                     "0/001.p/0",
                                     "0/001.p/256",
                                     "0/001.p/01",
                                     "0/001.p/",
                                     "0/001.p",
                                     "0/001.p/1.p/1",
                                     "data/001",
                                     "entries",
                                     "0/../001",
                                     "0/001/",
                                     " 0/001",
                                     "0/x999/x999/x999/x999/x999/x999/x999/x999/999",
                                     "0/00x",
                                     "0/x00x/001",
                                     "0/00\xff"})
    EXPECT_FALSE(read_tile_path(bad)) << bad;
}

// The example of the specification: "a tree of size 70,000 will be represented by 273 full level 0
// tiles, one partial level 0 tile of width 112, one full level 1 tile, one partial level 1 tile of
// width 17, and one partial level 2 tile of width 1", and one of 256 by a full tile and one of
// width 1.
TEST(Tile, WidthsAreThoseOfTheSpecification) {
  EXPECT_EQ(width_in(0, 272, 70'000), 256U);
  EXPECT_EQ(width_in(0, 273, 70'000), 112U);
  EXPECT_FALSE(width_in(0, 274, 70'000));
  EXPECT_EQ(width_in(1, 0, 70'000), 256U);
  EXPECT_EQ(width_in(1, 1, 70'000), 17U);
  EXPECT_EQ(width_in(2, 0, 70'000), 1U);
  EXPECT_FALSE(width_in(2, 1, 70'000));
  EXPECT_FALSE(width_in(3, 0, 70'000));
  EXPECT_EQ(width_in(0, 0, 256), 256U);
  EXPECT_FALSE(width_in(0, 1, 256));
  EXPECT_EQ(width_in(1, 0, 256), 1U);
  EXPECT_FALSE(width_in(0, 0, 0));
  EXPECT_FALSE(width_in(70, 0, 256));
}

std::map<std::pair<unsigned, std::uint64_t>, std::vector<Hash>> tiles_of(const TestTree& tree,
                                                                         std::uint64_t size) {
  std::map<std::pair<unsigned, std::uint64_t>, std::vector<Hash>> tiles;
  for (unsigned level = 0; level < tile_levels; ++level) {
    for (std::uint64_t i = 0; i < size >> (level * tile_height); ++i)
      tiles[{level, i / tile_width}].push_back(tree.reader()(level * tile_height, i).value());
  }
  return tiles;
}

TEST(Tile, ProofsFromTilesAreTheProofsOfTheTree) {
  const std::uint64_t size = 1500;
  const TestTree tree = TestTree::numbered(size);
  for (const std::uint64_t now : {1ULL, 255ULL, 256ULL, 257ULL, 511ULL, 512ULL, 1000ULL, 1500ULL}) {
    const auto tiles = tiles_of(tree, now);
    const ReadNode read = nodes_from_tiles(now, [&](const Tile& tile) {
      const auto found = tiles.find({tile.level, tile.index});
      CHECK(found != tiles.end() && found->second.size() == tile.width);
      return Result<std::vector<Hash>>(found->second);
    });
    EXPECT_EQ(tree_root(now, read).value(), tree.head(now).root);
    for (std::uint64_t i = 0; i < now; i += 61) {
      EXPECT_EQ(prove_inclusion(i, now, read).value(),
                prove_inclusion(i, now, tree.reader()).value());
      EXPECT_EQ(prove_consistency(i + 1, now, read).value(),
                prove_consistency(i + 1, now, tree.reader()).value());
    }
  }
}

TEST(Tile, ATileThatIsTooShortIsAnErrorThatNamesIt) {
  const ReadNode read = nodes_from_tiles(
      300, [&](const Tile&) { return Result<std::vector<Hash>>(std::vector<Hash>(3)); });
  EXPECT_EQ(read(0, 299).error().what, "tile/0/001.p/44 has 3 hashes, expected 44");
  EXPECT_FALSE(read(9, 0));
}

}  // namespace
}  // namespace millwright::math
