#include "math/merkle/tile.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace millwright::math {
namespace {

constexpr std::uint64_t folder_names = 1000;
constexpr std::size_t path_bytes_max = 100;

Error no_tile(std::string_view path) {
  return fail(Code::not_found, "there is no tile " + std::string(path.substr(0, path_bytes_max)));
}

// A decimal number as a tile path has it: without zeros before it.
std::optional<std::uint64_t> plain_number(std::string_view text, std::uint64_t max) {
  std::uint64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || value > max) return {};
  if (text.size() > 1 && text.front() == '0') return {};
  return value;
}

std::string three_digits(std::uint64_t value) {
  const std::string digits = std::to_string(value);
  return std::string(3 - digits.size(), '0') + digits;
}

std::optional<std::uint64_t> three_digits(std::string_view text) {
  std::uint64_t value = 0;
  if (text.size() != 3) return {};
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

// "x001/x234/067"
std::optional<std::uint64_t> index_of(std::string_view path) {
  std::uint64_t index = 0;
  while (path.starts_with('x')) {
    const auto part = three_digits(path.substr(1, 3));
    if (!part || path.size() < 5 || path[4] != '/') return {};
    if (index == 0 && *part == 0) return {};  // a folder that says nothing
    index = index * folder_names + *part;
    if (index > tree_size_max / folder_names) return {};
    path.remove_prefix(5);
  }
  const auto part = three_digits(path);
  if (!part) return {};
  return index * folder_names + *part;
}

}  // namespace

std::string tile_index_path(std::uint64_t index) {
  std::string path = three_digits(index % folder_names);
  for (index /= folder_names; index > 0; index /= folder_names)
    path.insert(0, "x" + three_digits(index % folder_names) + "/");
  return path;
}

std::string tile_path(const Tile& tile) {
  std::string path = "tile/" + std::to_string(tile.level) + "/" + tile_index_path(tile.index);
  if (tile.width != tile_width) path += ".p/" + std::to_string(tile.width);
  return path;
}

std::string entries_path(const Tile& tile) {
  std::string path = "tile/entries/" + tile_index_path(tile.index);
  if (tile.width != tile_width) path += ".p/" + std::to_string(tile.width);
  return path;
}

Result<TileName> read_tile_path(std::string_view path) {
  const std::string_view whole = path;
  const std::size_t slash = path.find('/');
  if (path.size() > path_bytes_max || slash == std::string_view::npos) return no_tile(whole);
  TileName name;
  name.is_entries = path.substr(0, slash) == "entries";
  const auto level = plain_number(path.substr(0, slash), tree_levels_max);
  if (!level && !name.is_entries) return no_tile(whole);
  name.tile.level = static_cast<unsigned>(level.value_or(0));
  path.remove_prefix(slash + 1);
  const std::size_t part = path.find(".p/");
  if (part != std::string_view::npos) {
    const auto width = plain_number(path.substr(part + 3), tile_width - 1);
    if (!width || *width == 0) return no_tile(whole);
    name.tile.width = *width;
    path = path.substr(0, part);
  }
  const auto index = index_of(path);
  if (!index) return no_tile(whole);
  name.tile.index = *index;
  return name;
}

std::optional<std::uint64_t> width_in(unsigned level, std::uint64_t index,
                                      std::uint64_t tree_size) {
  if (level >= tile_levels) return {};
  const std::uint64_t hashes = tree_size >> (level * tile_height);
  if (index > hashes / tile_width) return {};
  const std::uint64_t width = std::min(tile_width, hashes - index * tile_width);
  if (width == 0) return {};
  return width;
}

Hash hash_in_tile(std::span<const Hash> hashes, unsigned levels, std::uint64_t index) {
  const std::uint64_t count = std::uint64_t{1} << levels;
  CHECK((index + 1) * count <= hashes.size());
  const auto part = hashes.subspan(index * count, count);
  std::vector<Hash> level(part.begin(), part.end());
  for (std::size_t left = level.size(); left > 1; left /= 2) {
    for (std::size_t i = 0; i < left / 2; ++i)
      level[i] = node_hash(level[2 * i], level[2 * i + 1]);
  }
  return level.front();
}

ReadNode nodes_from_tiles(std::uint64_t tree_size, ReadTile read) {
  return [tree_size, read = std::move(read)](unsigned level, std::uint64_t index) -> Result<Hash> {
    const unsigned tile_level = level / tile_height, levels = level % tile_height;
    const std::uint64_t first = index << levels;
    Tile tile{tile_level, first / tile_width};
    const auto width = width_in(tile.level, tile.index, tree_size);
    if (!width)
      return fail(Code::invalid, "a tree of " + std::to_string(tree_size) + " leaves has no tile " +
                                     tile_path(tile));
    tile.width = *width;
    const std::vector<Hash> hashes = TRY(read(tile));
    const std::uint64_t in_tile = (first % tile_width) >> levels;
    if (hashes.size() != tile.width || (in_tile + 1) << levels > hashes.size())
      return fail(Code::corrupt, tile_path(tile) + " has " + std::to_string(hashes.size()) +
                                     " hashes, expected " + std::to_string(tile.width));
    return hash_in_tile(hashes, levels, in_tile);
  };
}

}  // namespace millwright::math
