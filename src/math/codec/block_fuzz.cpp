// Any bytes as a block. Checksums that do not fit are put right first, so that what lies behind
// them is read too: it must be an error or values, within bounds. What can be read can be written
// again.
#include <array>

#include "math/codec/block.hpp"
#include "math/codec/block_layout.hpp"

using namespace millwright;
using namespace millwright::math;

namespace {

std::size_t size_at(const Bytes& bytes, std::size_t at) {
  return layout::get<std::uint32_t>(bytes, at);
}

void set_crc(Bytes& bytes, std::size_t at, std::size_t from, std::size_t size) {
  if (from > bytes.size() || size > bytes.size() - from) return;
  layout::set(bytes.data(), at, crc32c(ByteView(bytes).subspan(from, size)));
}

void put_right(Bytes& bytes) {
  const std::size_t header = size_at(bytes, layout::header_size_at);
  if (header < layout::header_bytes || header > bytes.size()) return;
  const std::size_t times = layout::get<std::uint16_t>(bytes, layout::times_count_at);
  std::size_t entry = layout::header_bytes;
  for (std::size_t i = 0; entry + layout::entry_bytes <= header;
       ++i, entry += layout::entry_bytes) {
    if (i < times) {
      const std::size_t rows = size_at(bytes, entry + layout::times_rows);
      const std::size_t edges =
          rows <= vector_rows ? 0 : (rows + vector_rows - 1) / vector_rows * 16;
      const std::size_t from = size_at(bytes, entry + layout::times_offset);
      set_crc(bytes, entry + layout::times_crc_edges, from, edges);
      set_crc(bytes, entry + layout::times_crc, from + edges,
              size_at(bytes, entry + layout::times_stored));
      continue;
    }
    const std::size_t from = size_at(bytes, entry + layout::column_offset);
    const std::size_t statistics = size_at(bytes, entry + layout::column_statistics);
    set_crc(bytes, entry + layout::column_crc_statistics, from, statistics);
    set_crc(bytes, entry + layout::column_crc, from + statistics,
            size_at(bytes, entry + layout::column_stored));
  }
  set_crc(bytes, layout::crc_at, layout::crc_from, header - layout::crc_from);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < layout::header_bytes) return 0;
  Bytes bytes(data, data + size);
  put_right(bytes);
  const auto block = Block::open(bytes);
  if (!block) return 0;
  Bytes room;
  std::array<Statistics, column_vectors_max> vectors;
  for (std::size_t i = 0; i < block->columns(); ++i) {
    const auto described = block->describe(i);
    CHECK(block->find(described.id) == i);
    const auto times = block->times(described.times, room);
    if (times) CHECK(times->vector_at(times->until()) < times->count());
    if (block->statistics(i)) [[maybe_unused]]
      const auto ignored = block->vector_statistics(i, vectors);
  }
  Bytes packed, warm;
  if (!rewrite_block(*block, Form::packed, packed)) return 0;
  CHECK(rewrite_block(Block::open(packed).value(), Form::warm, warm).has_value());
  CHECK(Block::open(warm).value().columns() == block->columns());
  return 0;
}
