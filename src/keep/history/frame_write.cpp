#include <algorithm>
#include <cstring>
#include <deque>
#include <limits>

#include "keep/history/frame.hpp"
#include "math/codec/block.hpp"

namespace millwright::keep {
namespace {

constexpr std::string_view magic = "MWFR";

// The columns of a block, and what they point to.
class Columns {
 public:
  // Of a chunk: the rows that stand, or those that were replaced.
  enum class Which : std::uint8_t { standing, replaced };
  void add(const Chunk& chunk, Which which) {
    const Rows& rows = chunk.rows();
    Room& room = rooms_.emplace_back();
    std::uint32_t other = 0;
    for (std::size_t row = chunk.begin; row < chunk.end; ++row) {
      if (rows.is_replaced(row) != (which == Which::replaced)) continue;
      add_row(room, rows, row);
      other += rows.is_good(row) ? 0U : 1U;
    }
    if (room.times.empty()) return;
    if (std::all_of(room.codes.begin(), room.codes.end(), [](auto code) { return code == 0; }))
      room.codes.clear();
    Entry entry;
    entry.from = room.times.front();
    entry.to = room.times.back();
    entry.first = chunk.list->first.value;
    entry.order = chunk.list->order;
    entry.is_merged = chunk.list->is_merged ? 1 : 0;
    entry.tag = chunk.tag.value;
    entry.other = other;
    entry.good = static_cast<std::uint32_t>(room.times.size()) - other;
    entry.kind = rows.kind;
    entry.is_modified = which == Which::replaced ? 1 : 0;
    columns_.push_back({entry.id(), room.times, values_of(rows.kind, room), room.codes});
    entries_.push_back(entry);
  }
  std::span<const math::ColumnIn> columns() const { return columns_; }
  std::vector<Entry>& entries() { return entries_; }

 private:
  struct Room {
    std::vector<std::int64_t> times;
    std::vector<double> numbers;
    std::vector<std::int64_t> integers;
    std::vector<std::uint64_t> naturals;
    std::vector<std::uint8_t> truths;
    std::vector<std::string_view> texts;
    std::vector<std::uint32_t> codes;
  };
  static void add_row(Room& room, const Rows& rows, std::size_t row) {
    room.times.push_back(nanoseconds(rows.times[row]));
    room.codes.push_back(rows.quality(row).code);
    switch (rows.kind) {
      case Kind::number:
      case Kind::single:
        return room.numbers.push_back(rows.values[row].number());
      case Kind::integer:
        return room.integers.push_back(rows.values[row].integer());
      case Kind::natural:
        return room.naturals.push_back(rows.values[row].natural());
      case Kind::boolean:
        return room.truths.push_back(rows.values[row].boolean() ? 1 : 0);
      case Kind::text:
        return room.texts.push_back(rows.texts[row]);
    }
  }
  static math::ValuesIn values_of(Kind kind, const Room& room) {
    switch (kind) {
      case Kind::number:
      case Kind::single:
        break;
      case Kind::integer:
        return std::span<const std::int64_t>(room.integers);
      case Kind::natural:
        return std::span<const std::uint64_t>(room.naturals);
      case Kind::boolean:
        return std::span<const std::uint8_t>(room.truths);
      case Kind::text:
        return std::span<const std::string_view>(room.texts);
    }
    return std::span<const double>(room.numbers);
  }

  std::deque<Room> rooms_;  // they do not move
  std::vector<math::ColumnIn> columns_;
  std::vector<Entry> entries_;
};

void take_statistics(const math::Statistics& from, Entry& to) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  to.min = from.numbers > 0 ? from.min : none;
  to.max = from.numbers > 0 ? from.max : none;
  to.sum = from.sum;
}

}  // namespace

Statistics Entry::statistics() const {
  Statistics out;
  out.count = good;
  out.bad = other;
  out.numbers = kind == Kind::text ? 0 : good;
  out.min = min;
  out.max = max;
  out.sum = sum;
  return out;
}

Outcome write_frame(std::span<const Chunk> chunks, std::uint64_t file_at, Bytes& out,
                    std::vector<Entry>& entries, math::Form form) {
  Columns columns;
  for (const Chunk& chunk : chunks) {
    columns.add(chunk, Columns::Which::standing);
    if (!chunk.rows().replaced.empty()) columns.add(chunk, Columns::Which::replaced);
  }
  if (columns.entries().empty()) return Done{};
  CHECK(columns.entries().size() <= frame_entries_max);
  Bytes payload;
  TRY(math::write_block(columns.columns(), payload, form));
  const math::Block block = TRY(math::Block::open(payload));
  const std::size_t head = frame_header_bytes + columns.entries().size() * sizeof(Entry);
  const std::size_t size = (head + payload.size() + frame_align - 1) / frame_align * frame_align;
  for (Entry& entry : columns.entries()) {
    // The block orders its columns as it likes.
    const auto place = block.find(entry.id());
    CHECK(place.has_value());
    entry.column = static_cast<std::uint16_t>(*place);
    take_statistics(entry.kind == Kind::text ? math::Statistics{} : TRY(block.statistics(*place)),
                    entry);
    entry.at = file_at;
    entry.size = static_cast<std::uint32_t>(size);
  }
  std::sort(columns.entries().begin(), columns.entries().end(),
            [](const Entry& a, const Entry& b) { return a.column < b.column; });
  const std::size_t begin = out.size();
  Writer writer(out);
  writer.raw(as_bytes(magic));
  writer.fixed(static_cast<std::uint32_t>(size));
  writer.fixed(static_cast<std::uint32_t>(columns.entries().size()));
  const ByteView stored(reinterpret_cast<const std::uint8_t*>(columns.entries().data()),
                        columns.entries().size() * sizeof(Entry));
  writer.fixed(crc32c(stored, crc32c(ByteView(out).subspan(begin, 12))));
  writer.raw(stored);
  writer.raw(payload);
  out.resize(begin + size);
  entries.insert(entries.end(), columns.entries().begin(), columns.entries().end());
  return Done{};
}

Result<std::vector<Entry>> entries_of_frame(ByteView bytes) {
  const auto corrupt = [](const char* what) { return fail(Code::corrupt, what); };
  if (bytes.size() < frame_header_bytes) return corrupt("a frame is cut off");
  if (!std::equal(magic.begin(), magic.end(), bytes.begin(),
                  [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }))
    return corrupt("there is no frame here");
  std::uint32_t size = 0, count = 0, sum = 0;
  std::memcpy(&size, bytes.data() + 4, 4);
  std::memcpy(&count, bytes.data() + 8, 4);
  std::memcpy(&sum, bytes.data() + 12, 4);
  if (size > bytes.size() || count == 0 || count > frame_entries_max ||
      frame_header_bytes + count * sizeof(Entry) > size)
    return corrupt("a frame is larger than what is there");
  const ByteView stored = bytes.subspan(frame_header_bytes, count * sizeof(Entry));
  if (sum != crc32c(stored, crc32c(bytes.first(12))))
    return corrupt("the head of a frame does not check");
  std::vector<Entry> entries(count);
  std::memcpy(entries.data(), stored.data(), stored.size());
  for (const Entry& entry : entries)
    if (entry.size != size || entry.kind > Kind::text || entry.from > entry.to)
      return corrupt("an entry of a frame does not fit it");
  return entries;
}

}  // namespace millwright::keep
