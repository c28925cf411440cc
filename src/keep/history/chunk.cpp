#include "keep/history/chunk.hpp"

#include <algorithm>

namespace millwright::keep {
namespace {

constexpr std::uint8_t plain_columns = 1;
enum Has : std::uint8_t { has_quality = 1, has_replaced = 2 };

std::int64_t day_of(Instant at) {
  const std::int64_t day = Duration(24h).count();
  const std::int64_t days = nanoseconds(at) / day;
  return nanoseconds(at) % day < 0 ? days - 1 : days;
}

// Where the chunk that begins at `begin` ends: at the day's end, before the rows that are not late,
// or when it is full.
std::size_t end_of(const Rows& rows, std::size_t begin, Instant late_until) {
  const std::int64_t day = day_of(rows.times[begin]);
  const bool is_late = rows.times[begin] <= late_until;
  std::size_t end = begin;
  while (end < rows.size() && end - begin < Chunk::rows_max && day_of(rows.times[end]) == day &&
         (rows.times[end] <= late_until) == is_late)
    ++end;
  return end;
}

Rows part_of(const Rows& rows, std::size_t begin, std::size_t end) {
  Rows part;
  part.kind = rows.kind;
  for (std::size_t row = begin; row < end; ++row) {
    part.add(rows, row);
    if (!rows.replaced.empty()) part.replaced.push_back(rows.replaced[row]);
  }
  return part;
}

template <class T>
Outcome read_column(Reader& in, std::size_t rows, std::vector<T>& out) {
  const ByteView bytes = TRY(in.raw(rows * sizeof(T)));
  out.resize(rows);
  std::memcpy(static_cast<void*>(out.data()), bytes.data(), bytes.size());
  return Done{};
}

Outcome read_columns(Reader& in, Rows& rows, std::size_t count, std::uint8_t has) {
  auto at = TRY(in.fixed<std::int64_t>());
  for (std::size_t row = 0; row < count; ++row) {
    const std::uint64_t step = TRY(in.variable());
    at = static_cast<std::int64_t>(static_cast<std::uint64_t>(at) + step);
    rows.times.push_back(instant(at));
  }
  if (rows.kind == Kind::text) {
    rows.values.resize(count);
    for (std::size_t row = 0; row < count; ++row)
      rows.texts.push_back(TRY(in.text()));
  } else {
    TRY(read_column(in, count, rows.values));
  }
  rows.qualities.resize(count);
  if ((has & has_quality) != 0) TRY(read_column(in, count, rows.qualities));
  if ((has & has_replaced) != 0) TRY(read_column(in, count, rows.replaced));
  return Done{};
}

}  // namespace

std::vector<std::shared_ptr<const Chunk>> make_chunks(const Chunk& all, Instant late_until) {
  std::vector<std::shared_ptr<const Chunk>> chunks;
  for (std::size_t begin = 0; begin < all.rows.size();) {
    const std::size_t end = end_of(all.rows, begin, late_until);
    auto chunk = std::make_shared<Chunk>();
    chunk->tag = all.tag;
    chunk->first = all.first;
    chunk->last = all.last;
    chunk->rows = part_of(all.rows, begin, end);
    chunk->statistics = statistics_of(chunk->rows);
    chunks.push_back(std::move(chunk));
    begin = end;
  }
  return chunks;
}

Bytes encode(const Rows& rows) {
  Bytes bytes;
  Writer out(bytes);
  const bool is_plain = std::all_of(rows.qualities.begin(), rows.qualities.end(),
                                    [](Quality quality) { return quality == quality::good; });
  out.fixed(plain_columns);
  out.fixed(rows.kind);
  out.fixed(static_cast<std::uint8_t>((is_plain ? 0 : has_quality) |
                                      (rows.replaced.empty() ? 0 : has_replaced)));
  out.variable(rows.size());
  out.fixed(rows.size() == 0 ? std::int64_t{0} : nanoseconds(rows.times.front()));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const std::int64_t before = nanoseconds(rows.times[row == 0 ? 0 : row - 1]);
    out.variable(static_cast<std::uint64_t>(nanoseconds(rows.times[row])) -
                 static_cast<std::uint64_t>(before));
  }
  if (rows.kind == Kind::text) {
    for (const std::string& text : rows.texts)
      out.text(text);
  } else {
    out.raw({reinterpret_cast<const std::uint8_t*>(rows.values.data()), rows.size() * 8});
  }
  if (!is_plain)
    out.raw({reinterpret_cast<const std::uint8_t*>(rows.qualities.data()), rows.size() * 4});
  if (!rows.replaced.empty()) out.raw(rows.replaced);
  out.fixed(crc32c(bytes));
  return bytes;
}

Result<Rows> decode(ByteView bytes) {
  constexpr std::size_t sum_bytes = sizeof(std::uint32_t);
  if (bytes.size() < sum_bytes) return fail(Code::corrupt, "the block is too short");
  std::uint32_t sum = 0;
  std::memcpy(&sum, bytes.data() + bytes.size() - sum_bytes, sum_bytes);
  const ByteView content = bytes.first(bytes.size() - sum_bytes);
  if (crc32c(content) != sum) return fail(Code::corrupt, "the block's sum is wrong");
  Reader in(content);
  if (TRY(in.fixed<std::uint8_t>()) != plain_columns)
    return fail(Code::corrupt, "the block has a format that this version does not know");
  const auto kind = TRY(in.fixed<std::uint8_t>());
  const auto has = TRY(in.fixed<std::uint8_t>());
  const std::uint64_t count = TRY(in.variable());
  if (kind > static_cast<std::uint8_t>(Kind::text) || count == 0 || count > in.left())
    return fail(Code::corrupt, "the block's head makes no sense");
  Rows rows;
  rows.kind = static_cast<Kind>(kind);
  TRY(read_columns(in, rows, count, has));
  if (!in.is_at_end()) return fail(Code::corrupt, "the block is longer than its rows");
  return rows;
}

}  // namespace millwright::keep
