#include "keep/ledger/tiles.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cstring>

namespace millwright::keep {
namespace {

std::string path_of(const std::string& folder, unsigned level, std::uint64_t index) {
  return folder + "/" + math::tile_path({level, index});
}

}  // namespace

Result<std::vector<math::Hash>> read_tile(Files& files, const std::string& folder, unsigned level,
                                          std::uint64_t index) {
  const std::string path = path_of(folder, level, index);
  const auto bytes = read_whole(files, path, tile_bytes);
  if (!bytes || bytes->size() != tile_bytes)
    return fail(Code::corrupt, path + " is missing or damaged" +
                                   (bytes ? "" : " (" + bytes.error().what + ")") +
                                   ": restore the data folder from a backup");
  std::vector<math::Hash> hashes(math::tile_width);
  std::memcpy(hashes.data(), bytes->data(), tile_bytes);
  return hashes;
}

Outcome Tiles::start(std::uint64_t size) {
  CHECK(size % math::tile_width == 0);
  growing_.clear();
  unsynced_files_.clear();
  unsynced_folders_.clear();
  size_ = size;
  // A growing tile holds the roots of the full tiles below it.
  for (unsigned level = 1; size >> (level * math::tile_height) > 0; ++level) {
    growing_.resize(level + 1);
    const std::uint64_t hashes = size >> (level * math::tile_height);
    for (std::uint64_t i = hashes / math::tile_width * math::tile_width; i < hashes; ++i)
      growing_[level].push_back(
          math::hash_in_tile(TRY(read_tile(files_, folder_, level - 1, i)), math::tile_height, 0));
  }
  return Done{};
}

Outcome Tiles::add(const math::Hash& leaf) {
  math::Hash hash = leaf;
  ++size_;
  for (unsigned level = 0;; ++level) {
    if (growing_.size() == level) growing_.emplace_back();
    std::vector<math::Hash>& tile = growing_[level];
    tile.push_back(hash);
    if (tile.size() < math::tile_width) return Done{};
    const std::uint64_t index = (size_ >> ((level + 1) * math::tile_height)) - 1;
    TRY(put(level, index, tile));
    hash = math::hash_in_tile(tile, math::tile_height, 0);
    tile.clear();
  }
}

Outcome Tiles::put(unsigned level, std::uint64_t index, const std::vector<math::Hash>& hashes) {
  const std::string path = path_of(folder_, level, index);
  const std::string folder = path.substr(0, path.rfind('/'));
  unsynced_files_.insert(path);
  // A new folder is named in the one above it, up to the ledger's own.
  for (std::string above = folder; above.size() >= folder_.size();
       above = above.substr(0, above.rfind('/')))
    unsynced_folders_.insert(above);
  const auto known = read_tile(files_, folder_, level, index);
  if (known && *known == hashes) return Done{};
  if (files_.make_folder(folder) != 0) return file_trouble("make the folder", folder);
  const std::string beside = path + std::string(unfinished_suffix);
  {
    const OpenFile file = TRY(open_file(files_, beside, O_RDWR | O_CREAT | O_TRUNC));
    TRY(write_whole(files_, file.number(),
                    {reinterpret_cast<const std::uint8_t*>(hashes.data()), tile_bytes}, 0));
  }
  if (files_.rename(beside, path) != 0) return file_trouble("rename", beside);
  return Done{};
}

Outcome Tiles::sync() {
  for (const std::string& path : unsynced_files_) {
    const OpenFile file = TRY(open_file(files_, path, O_RDONLY));
    if (files_.sync(file.number()) != 0) {
      // The system may have dropped what it could not write and show it all the same: the next
      // put() writes it again.
      Outcome failed = file_trouble("sync", path);
      files_.unlink(path);
      return failed;
    }
  }
  for (const std::string& folder : unsynced_folders_)
    TRY(sync_folder(files_, folder));
  unsynced_files_.clear();
  unsynced_folders_.clear();
  return Done{};
}

const std::vector<math::Hash>* Tiles::growing(unsigned level, std::uint64_t index) const {
  if (level >= growing_.size() || growing_[level].empty()) return nullptr;
  return index == (size_ >> (level * math::tile_height)) / math::tile_width ? &growing_[level]
                                                                            : nullptr;
}

}  // namespace millwright::keep
