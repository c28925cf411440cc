#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "math/merkle/tile.hpp"

namespace millwright::keep {

// The hashes of the tree as static files below a folder (C2SP tlog-tiles): a full tile is a file,
// the hashes of those that grow still are in memory. The files can be made again from the records;
// they are on stable storage only after sync(). Thread: as its owner's.
class Tiles {
 public:
  Tiles(Files& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

  // Takes up a tree of `size` leaves whose full tiles are files. Shape: a multiple of 256.
  // Errors: corrupt, when one is missing or short.
  Outcome start(std::uint64_t size);
  // The next leaf. A tile that it fills is written, unless the file has it already.
  Outcome add(const math::Hash& leaf);
  // Puts all that was written since on stable storage.
  Outcome sync();

  std::uint64_t size() const { return size_; }
  // The hashes of a growing tile; nothing when that tile is full or not begun.
  const std::vector<math::Hash>* growing(unsigned level, std::uint64_t index) const;

 private:
  Outcome put(unsigned level, std::uint64_t index, const std::vector<math::Hash>& hashes);

  Files& files_;
  std::string folder_;
  std::uint64_t size_ = 0;
  std::vector<std::vector<math::Hash>> growing_;  // by level
  std::set<std::string> unsynced_files_, unsynced_folders_;
};

inline constexpr std::size_t tile_bytes = math::tile_width * sizeof(math::Hash);

// Of a full tile. Errors: corrupt, when it is missing or of another size.
Result<std::vector<math::Hash>> read_tile(Files& files, const std::string& folder, unsigned level,
                                          std::uint64_t index);

}  // namespace millwright::keep
