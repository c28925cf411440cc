// Reading, from any thread.
#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "keep/ledger/store.hpp"

namespace millwright::keep {
namespace {

constexpr std::size_t bundle_bytes_max = std::size_t{1} << 30U;

Result<Bytes> read_part(Files& files, const std::string& name, std::uint64_t from,
                        std::uint64_t to) {
  const OpenFile file = TRY(open_file(files, name, O_RDONLY));
  if (to < from || to - from > bundle_bytes_max)
    return fail(Code::corrupt, name + ": its index is damaged");
  Bytes bytes(to - from);
  std::size_t done = 0;
  while (done < bytes.size()) {
    const std::int64_t got =
        files.read(file.number(), bytes.data() + done, bytes.size() - done, from + done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_trouble("read", name);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace

// Of a full file, from its end.
Result<frames::Index> Store::index_of(const Part& part) const {
  const std::string name = path(records_name(part.first));
  const OpenFile file = TRY(open_file(files_, name, O_RDONLY));
  const std::int64_t size = files_.size(file.number());
  if (size < 0) return file_trouble("read", name);
  const auto end = static_cast<std::uint64_t>(size);
  const Bytes tail = TRY(
      read_part(files_, name, end - std::min<std::uint64_t>(end, frames::index_bytes_max), end));
  auto index = frames::index_of(tail);
  if (!index || index->places.empty())
    return fail(Code::corrupt, name + " is damaged: the index at its end does not check");
  return *std::move(index);
}

// From the first record of a bundle to the end of its last one, at least.
Result<Bytes> Store::bundle_bytes(std::uint64_t first) const {
  std::unique_lock lock(mutex_);
  const auto after =
      std::upper_bound(parts_.begin(), parts_.end(), first,
                       [](std::uint64_t n, const Part& part) { return n < part.first; });
  const auto is_open_again =
      fail(Code::offline, "the ledger in " + folder_ + " is being opened again");
  if (after == parts_.begin()) return is_open_again;
  const Part& part = *(after - 1);
  const std::vector<std::uint64_t>& places = part.index ? part.index->places : places_;
  const std::size_t bundle = (first - part.first) / frames::bundle_records;
  if (bundle >= places.size()) return is_open_again;
  const std::uint64_t from = places[bundle];
  std::uint64_t to = end_;
  const std::string name = path(records_name(part.first));
  if (bundle + 1 < places.size()) to = places[bundle + 1];
  const bool is_last_of_full = part.index && bundle + 1 == places.size();
  const std::uint64_t index_bytes = is_last_of_full ? frames::index_size(part.index->records) : 0;
  lock.unlock();
  if (is_last_of_full) {
    const OpenFile file = TRY(open_file(files_, name, O_RDONLY));
    to = static_cast<std::uint64_t>(std::max<std::int64_t>(files_.size(file.number()), 0));
    to -= std::min(to, index_bytes);
  }
  return read_part(files_, name, from, to);
}

Result<std::vector<Record>> Store::read_bundle(std::uint64_t first) const {
  const std::uint64_t size = this->size();
  if (first >= size)
    return fail(Code::not_found, "there is no record " + std::to_string(first) +
                                     ": the ledger holds " + std::to_string(size) +
                                     ", counted from 0");
  const std::uint64_t begin = first / frames::bundle_records * frames::bundle_records;
  const Bytes bytes = TRY(bundle_bytes(begin));
  std::vector<Record> records;
  std::size_t at = 0;
  const std::uint64_t end = std::min(begin + frames::bundle_records, size);
  for (std::uint64_t number = begin; number < end; ++number) {
    const auto frame = frames::frame_at(bytes, at);
    if (!frame || frame->number != number)
      return fail(Code::corrupt, "record " + std::to_string(number) + " in " + folder_ +
                                     " does not check: run millwright verify");
    at = frame->end;
    if (number >= first) records.push_back(TRY(read_record(frame->leaf, frame->attached)));
  }
  return records;
}

Result<Record> Store::read(std::uint64_t number) const {
  return std::move(TRY(read_bundle(number)).front());
}

Result<std::uint64_t> Store::find(FactId id) const {
  std::uint64_t low = 0, high = size();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (TRY(read(middle)).id.value < id.value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Result<std::vector<math::Hash>> Store::tile(const math::Tile& tile) const {
  {
    const std::scoped_lock lock(mutex_);
    const auto width = math::width_in(tile.level, tile.index, tiles_->size());
    if (!width || *width < tile.width)
      return fail(Code::not_found, "there is no " + math::tile_path(tile) + " in a tree of " +
                                       std::to_string(tiles_->size()) + " records");
    if (const auto* const hashes = tiles_->growing(tile.level, tile.index))
      return std::vector<math::Hash>(hashes->begin(),
                                     hashes->begin() + static_cast<std::ptrdiff_t>(tile.width));
  }
  std::vector<math::Hash> hashes = TRY(read_tile(files_, folder_, tile.level, tile.index));
  hashes.resize(tile.width);
  return hashes;
}

math::ReadNode Store::nodes(std::uint64_t tree_size) const {
  return math::nodes_from_tiles(tree_size,
                                [this](const math::Tile& wanted) { return tile(wanted); });
}

}  // namespace millwright::keep
