#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "math/merkle/merkle.hpp"

namespace millwright::math {

// The tree as static files (C2SP tlog-tiles): a tile holds up to 256 neighbouring hashes of every
// eighth level; a full one never changes.

inline constexpr unsigned tile_height = 8;
inline constexpr std::uint64_t tile_width = 1U << tile_height;
inline constexpr unsigned tile_levels = tree_levels_max / tile_height + 1;

struct Tile {
  unsigned level = 0;  // of tiles: its hashes are those of subtrees of 256^level leaves
  std::uint64_t index = 0;
  std::uint64_t width = tile_width;  // hashes; less than tile_width: the tile grows still
  friend bool operator==(const Tile&, const Tile&) = default;
};

// "x001/x234/067": thousands as folders.
std::string tile_index_path(std::uint64_t index);
// "tile/0/x001/x234/067.p/8", and "tile/entries/…" for records instead of hashes.
std::string tile_path(const Tile& tile);
std::string entries_path(const Tile& tile);
// What stands behind "tile/" in such a path. `is_entries`: the level is 0, and the tile is of
// records. Errors: not_found, for anything that is no such path.
struct TileName {
  Tile tile;
  bool is_entries = false;
};
Result<TileName> read_tile_path(std::string_view path);

// How many hashes a tile has in a tree; none when it does not exist there.
std::optional<std::uint64_t> width_in(unsigned level, std::uint64_t index, std::uint64_t tree_size);

// Hash of the complete subtree over hashes [index << levels, (index + 1) << levels) of a tile.
// Shape: they lie within `hashes`.
Hash hash_in_tile(std::span<const Hash> hashes, unsigned levels, std::uint64_t index);

// Nodes of a tree from its tiles: `read` gives the hashes of a tile.
using ReadTile = std::function<Result<std::vector<Hash>>(const Tile&)>;
ReadNode nodes_from_tiles(std::uint64_t tree_size, ReadTile read);

}  // namespace millwright::math
