#include <algorithm>
#include <string>

#include "math/codec/block.hpp"
#include "math/codec/block_layout.hpp"
#include "math/codec/zstd.hpp"

namespace millwright::math {
namespace {

// What unpacked bytes of one column can be: texts and lists at their limits, with room to spare.
constexpr std::size_t unpacked_bytes_max = std::size_t{1} << 26;

Error damaged(const std::string& what) {
  return fail(Code::corrupt, "a block is damaged: " + what);
}

std::size_t size_at(ByteView entry, std::size_t at) {
  return layout::get<std::uint32_t>(entry, at);
}

Outcome check_crc(ByteView bytes, ByteView entry, std::size_t at, const char* what) {
  if (crc32c(bytes) == layout::get<std::uint32_t>(entry, at)) return Done{};
  return damaged(std::string("the checksum of ") + what + " is wrong");
}

std::size_t edges_bytes(std::size_t rows) {
  return rows <= vector_rows ? 0 : (rows + vector_rows - 1) / vector_rows * layout::edge_bytes;
}

}  // namespace

ByteView Block::times_entry(std::size_t i) const {
  CHECK(i < times_count_);
  return bytes_.subspan(layout::header_bytes + i * layout::entry_bytes, layout::entry_bytes);
}
ByteView Block::column_entry(std::size_t i) const {
  CHECK(i < columns_count_);
  return bytes_.subspan(layout::header_bytes + (times_count_ + i) * layout::entry_bytes,
                        layout::entry_bytes);
}

Outcome Block::check_times(std::size_t i) const {
  const ByteView entry = times_entry(i);
  const Rows rows = describe_times(i);
  if (rows.count == 0 || rows.count > column_rows_max || rows.from > rows.until ||
      rows.from <= -block_time_max || rows.until >= block_time_max)
    return damaged("a column of times has no rows, too many, or impossible times");
  const std::size_t offset = size_at(entry, layout::times_offset);
  const std::size_t size = edges_bytes(rows.count) + size_at(entry, layout::times_stored);
  if (offset > bytes_.size() || size > bytes_.size() - offset)
    return damaged("a column of times lies outside");
  if (size_at(entry, layout::times_size) > unpacked_bytes_max)
    return damaged("a column of times is too large");
  return Done{};
}

Outcome Block::check_column(std::size_t i) const {
  const ByteView entry = column_entry(i);
  const Described described = describe(i);
  const std::string name = "column " + std::to_string(described.id);
  if (described.type > Type::list) return damaged(name + " is of an unknown type");
  const std::size_t offset = size_at(entry, layout::column_offset);
  const std::size_t size =
      size_at(entry, layout::column_statistics) + size_at(entry, layout::column_stored);
  if (offset > bytes_.size() || size > bytes_.size() - offset)
    return damaged(name + " lies outside");
  if (size_at(entry, layout::column_codes) + size_at(entry, layout::column_values) >
      unpacked_bytes_max)
    return damaged(name + " is too large");
  return Done{};
}

Result<Block> Block::open(ByteView bytes, const Kernels& kernels) {
  if (bytes.size() < layout::header_bytes) return damaged("it ends in its header");
  if (!std::equal(layout::magic.begin(), layout::magic.end(), bytes.begin()))
    return damaged("it does not begin as a block of version 1 does");
  const std::size_t header = size_at(bytes, layout::header_size_at);
  const std::size_t size = size_at(bytes, layout::block_size_at);
  if (size > bytes.size() || size > block_bytes_max || header > size ||
      header < layout::header_bytes)
    return damaged("it is shorter than it says");
  Block block(bytes.first(size), kernels);
  TRY(check_crc(bytes.subspan(layout::crc_from, header - layout::crc_from), bytes, layout::crc_at,
                "its header"));
  const auto form = layout::get<std::uint16_t>(bytes, layout::form_at);
  block.times_count_ = layout::get<std::uint16_t>(bytes, layout::times_count_at);
  block.columns_count_ = size_at(bytes, layout::columns_count_at);
  if (form > static_cast<std::uint16_t>(Form::warm)) return damaged("its form is unknown");
  block.form_ = static_cast<Form>(form);
  if (block.columns_count_ > block_columns_max || block.times_count_ > block.columns_count_ ||
      header !=
          layout::header_bytes + (block.times_count_ + block.columns_count_) * layout::entry_bytes)
    return damaged("its header is not as long as its columns need");
  for (std::size_t i = 0; i < block.times_count_; ++i)
    TRY(block.check_times(i));
  for (std::size_t i = 0; i < block.columns_count_; ++i) {
    const ByteView entry = block.column_entry(i);
    if (layout::get<std::uint16_t>(entry, layout::column_times) >= block.times_count_)
      return damaged("a column has no times");
    if (i > 0 && layout::get<std::uint64_t>(entry, layout::column_id) <=
                     layout::get<std::uint64_t>(block.column_entry(i - 1), layout::column_id))
      return damaged("its columns are not in order");
    TRY(block.check_column(i));
  }
  return block;
}

std::optional<std::size_t> Block::find(std::uint64_t id) const {
  std::size_t from = 0, until = columns_count_;
  while (from < until) {
    const std::size_t middle = from + (until - from) / 2;
    const auto here = layout::get<std::uint64_t>(column_entry(middle), layout::column_id);
    if (here == id) return middle;
    if (here < id)
      from = middle + 1;
    else
      until = middle;
  }
  return std::nullopt;
}

Rows Block::describe_times(std::size_t times) const {
  const ByteView entry = times_entry(times);
  return {size_at(entry, layout::times_rows), layout::get<std::int64_t>(entry, layout::times_from),
          layout::get<std::int64_t>(entry, layout::times_until)};
}

Block::Described Block::describe(std::size_t column) const {
  const ByteView entry = column_entry(column);
  const std::size_t times = layout::get<std::uint16_t>(entry, layout::column_times);
  return {layout::get<std::uint64_t>(entry, layout::column_id),
          static_cast<Type>(layout::get<std::uint8_t>(entry, layout::column_type)), times,
          describe_times(times),
          size_at(entry, layout::column_statistics) + size_at(entry, layout::column_stored)};
}

Result<ByteView> Block::unpacked(ByteView stored, std::size_t size, Bytes& room) const {
  if (form_ == Form::packed) {
    if (stored.size() != size) return damaged("a column is not of the size that it says");
    return stored;
  }
  TRY(inflate_zstd(stored, size, room));
  return ByteView(room);
}

// First and last time of each vector, where there is more than one.
Result<ByteView> Block::edges(std::size_t times) const {
  const ByteView entry = times_entry(times);
  const ByteView bytes = bytes_.subspan(size_at(entry, layout::times_offset),
                                        edges_bytes(describe_times(times).count));
  TRY(check_crc(bytes, entry, layout::times_crc_edges, "the ends of times"));
  const Rows all = describe_times(times);
  std::int64_t before = all.from;
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    const auto time = layout::get<std::int64_t>(bytes, at);
    if (time < before || time > all.until) return damaged("the ends of times are not in order");
    before = time;
  }
  if (!bytes.empty() && (layout::get<std::int64_t>(bytes, 0) != all.from || before != all.until))
    return damaged("the ends of times are not those of its vectors");
  return bytes;
}

Result<Times> Block::times(std::size_t times, Bytes& room) const {
  const ByteView entry = times_entry(times);
  const Rows rows = describe_times(times);
  const ByteView ends = TRY(edges(times));
  const ByteView stored = bytes_.subspan(size_at(entry, layout::times_offset) + ends.size(),
                                         size_at(entry, layout::times_stored));
  TRY(check_crc(stored, entry, layout::times_crc, "a column of times"));
  const ByteView bytes = TRY(unpacked(stored, size_at(entry, layout::times_size), room));
  return Times(TRY(Integers::open(bytes, rows.count, *kernels_)), ends, rows.from, rows.until);
}

Rows Times::rows_of_vector(std::size_t vector) const {
  if (edges_.empty()) return {rows(), from_, until_};
  return {rows_of(vector), layout::get<std::int64_t>(edges_, vector * layout::edge_bytes),
          layout::get<std::int64_t>(edges_, vector * layout::edge_bytes + 8)};
}

std::size_t Times::vector_at(std::int64_t at) const {
  std::size_t vector = 0;
  while (vector < count() && rows_of_vector(vector).until < at)
    ++vector;
  return vector;
}

Result<Column> Block::column(std::size_t column, Bytes& room) const {
  const ByteView entry = column_entry(column);
  const Described described = describe(column);
  const ByteView stored = bytes_.subspan(
      size_at(entry, layout::column_offset) + size_at(entry, layout::column_statistics),
      size_at(entry, layout::column_stored));
  TRY(check_crc(stored, entry, layout::column_crc, "a column"));
  const std::size_t codes_size = size_at(entry, layout::column_codes);
  const ByteView bytes =
      TRY(unpacked(stored, codes_size + size_at(entry, layout::column_values), room));
  const ByteView values = bytes.subspan(codes_size);
  const std::size_t rows = described.rows.count;
  std::optional<Integers> codes;
  if (codes_size > 0) codes = TRY(Integers::open(bytes.first(codes_size), rows, *kernels_));
  const Type type = described.type;
  if (type == Type::number)
    return Column{type, rows, TRY(Numbers::open(values, rows, *kernels_)), codes};
  if (type == Type::text)
    return Column{type, rows, TRY(Texts::open(values, rows, *kernels_)), codes};
  if (type == Type::list)
    return Column{type, rows, TRY(Lists::open(values, rows, *kernels_)), codes};
  return Column{type, rows, TRY(Integers::open(values, rows, *kernels_)), codes};
}

Result<ByteView> Block::statistics_bytes(std::size_t column) const {
  const ByteView entry = column_entry(column);
  const ByteView bytes = bytes_.subspan(size_at(entry, layout::column_offset),
                                        size_at(entry, layout::column_statistics));
  TRY(check_crc(bytes, entry, layout::column_crc_statistics, "statistics"));
  return bytes;
}

Result<Statistics> Block::statistics(std::size_t column) const {
  Reader in(TRY(statistics_bytes(column)));
  return read_statistics(in, describe(column).rows);
}

Result<std::size_t> Block::vector_statistics(std::size_t column, std::span<Statistics> out) const {
  const Described described = describe(column);
  const std::size_t rows = described.rows.count, count = (rows + vector_rows - 1) / vector_rows;
  CHECK(out.size() >= count);
  Reader in(TRY(statistics_bytes(column)));
  if (count == 1) {
    out[0] = TRY(read_statistics(in, described.rows));
    return count;
  }
  TRY(read_statistics(in, described.rows));
  const ByteView ends = TRY(edges(described.times));
  for (std::size_t v = 0; v < count; ++v)
    out[v] =
        TRY(read_statistics(in, {std::min(vector_rows, rows - v * vector_rows),
                                 layout::get<std::int64_t>(ends, v * layout::edge_bytes),
                                 layout::get<std::int64_t>(ends, v * layout::edge_bytes + 8)}));
  return count;
}

}  // namespace millwright::math
