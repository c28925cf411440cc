#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <utility>

#include "keep/history/frame.hpp"
#include "math/codec/block.hpp"

namespace millwright::keep {
namespace {

constexpr std::size_t vector_rows = math::vector_rows;

template <class T, class From>
void copy(const From* from, std::size_t count, std::vector<T>& to) {
  to.resize(count);
  std::transform(from, from + count, to.begin(), [](From one) { return std::bit_cast<T>(one); });
}

template <class Value, class From>
Outcome decode_values(const From& column, std::size_t vector, Rows& rows) {
  std::array<Value, vector_rows> room;
  TRY(column.decode(vector, std::span<Value>(room)));
  copy(room.data(), rows.times.size(), rows.values);  // a Scalar is their eight bytes
  return Done{};
}

Outcome decode_truths(const math::Integers& column, std::size_t vector, Rows& rows) {
  std::array<std::uint8_t, vector_rows> room;
  TRY(column.decode(vector, std::span<std::uint8_t>(room)));
  for (std::size_t i = 0; i < rows.times.size(); ++i)
    rows.values.push_back(Scalar::of(room[i] != 0));
  return Done{};
}

Outcome decode_texts(const math::Texts& column, std::size_t vector, Rows& rows) {
  std::array<std::string_view, vector_rows> room;
  TRY(column.decode(vector, std::span<std::string_view>(room)));
  for (std::size_t i = 0; i < rows.times.size(); ++i)
    rows.texts.emplace_back(room[i]);
  rows.values.resize(rows.times.size());
  return Done{};
}

math::Type type_of(Kind kind) {
  switch (kind) {
    case Kind::number:
    case Kind::single:
      break;
    case Kind::integer:
      return math::Type::integer;
    case Kind::natural:
      return math::Type::natural;
    case Kind::boolean:
      return math::Type::boolean;
    case Kind::text:
      return math::Type::text;
  }
  return math::Type::number;
}

Outcome decode(const math::Column& column, Kind kind, std::size_t vector, Rows& rows) {
  switch (kind) {
    case Kind::number:
    case Kind::single:
      return decode_values<double>(column.numbers(), vector, rows);
    case Kind::integer:
      return decode_values<std::int64_t>(column.integers(), vector, rows);
    case Kind::natural:
      return decode_values<std::uint64_t>(column.integers(), vector, rows);
    case Kind::boolean:
      return decode_truths(column.integers(), vector, rows);
    case Kind::text:
      return decode_texts(column.texts(), vector, rows);
  }
  return Done{};
}

}  // namespace

struct FrameColumn::Inside {
  Inside(Kind kind_in, const math::Block& block_in, const math::Times& times_in,
         const math::Column& column_in)
      : kind(kind_in), block(block_in), times(times_in), column(column_in) {}
  Kind kind;
  Bytes frame, time_room, value_room;  // kept; and what a warm block was unpacked into
  math::Block block;
  math::Times times;
  math::Column column;
  std::size_t place = 0;                     // of the column in the block
  std::vector<math::Statistics> statistics;  // of its vectors, when they were asked for
};

FrameColumn::FrameColumn(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
FrameColumn::FrameColumn(FrameColumn&&) noexcept = default;
FrameColumn& FrameColumn::operator=(FrameColumn&&) noexcept = default;
FrameColumn::~FrameColumn() = default;

Result<FrameColumn> FrameColumn::open(ByteView frame, const Entry& entry) {
  const std::vector<Entry> entries = TRY(entries_of_frame(frame));
  if (entry.column >= entries.size()) return fail(Code::corrupt, "a frame lacks a column");
  const Entry& own = entries[entry.column];
  const auto block =
      TRY(math::Block::open(frame.subspan(frame_header_bytes + entries.size() * sizeof(Entry))));
  if (own.id() != entry.id() || entry.column >= block.columns())
    return fail(Code::corrupt, "a frame holds another tag than its index says");
  const auto about = block.describe(entry.column);
  if (about.id != entry.id())
    return fail(Code::corrupt, "a block holds another tag than its index says");
  if (about.type != type_of(own.kind))
    return fail(Code::corrupt, "a column is of another type than its index says");
  Bytes time_room, value_room;
  const math::Times times = TRY(block.times(about.times, time_room));
  const math::Column column = TRY(block.column(entry.column, value_room));
  auto inside = std::make_unique<Inside>(own.kind, block, times, column);
  inside->time_room = std::move(time_room);  // moving keeps the bytes where they are
  inside->value_room = std::move(value_room);
  inside->place = entry.column;
  return FrameColumn(std::move(inside));
}

Result<FrameColumn> FrameColumn::open(Bytes frame, const Entry& entry) {
  FrameColumn column = TRY(open(ByteView(frame), entry));
  column.inside_->frame = std::move(frame);  // its bytes stay where they are
  return column;
}

std::size_t FrameColumn::vectors() const {
  return inside_->times.count();
}

FrameColumn::Ends FrameColumn::ends(std::size_t vector) const {
  const math::Rows rows = inside_->times.rows_of_vector(vector);
  return {instant(rows.from), instant(rows.until)};
}

Result<const math::Statistics*> FrameColumn::statistics(std::size_t vector) const {
  std::vector<math::Statistics>& all = inside_->statistics;
  if (all.empty()) {
    std::array<math::Statistics, math::column_vectors_max> room;
    const std::size_t count = TRY(inside_->block.vector_statistics(inside_->place, room));
    all.assign(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return &all[vector];
}

Result<Rows> FrameColumn::rows(std::size_t vector) const {
  Rows rows;
  rows.kind = inside_->kind;
  const std::size_t count = inside_->times.rows_of(vector);
  std::array<std::int64_t, vector_rows> room;
  TRY(inside_->times.decode(vector, std::span<std::int64_t>(room)));
  copy(room.data(), count, rows.times);
  TRY(decode(inside_->column, inside_->kind, vector, rows));
  if (inside_->column.codes) {
    std::array<std::uint32_t, vector_rows> codes;
    TRY(inside_->column.codes->decode(vector, std::span<std::uint32_t>(codes)));
    copy(codes.data(), count, rows.qualities);
  }
  return rows;
}

Result<Rows> FrameColumn::all() const {
  Rows out;
  out.kind = inside_->kind;
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  TRY(statistics(0));  // who wants everything wants to know whether all of it checks
  for (std::size_t vector = 0; vector < vectors(); ++vector) {
    Rows rows_of_vector = TRY(rows(vector));
    append(out.times, rows_of_vector.times);
    append(out.values, rows_of_vector.values);
    append(out.qualities, rows_of_vector.qualities);
    append(out.texts, rows_of_vector.texts);
  }
  return out;
}

}  // namespace millwright::keep
