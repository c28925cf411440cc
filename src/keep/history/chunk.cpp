#include "keep/history/chunk.hpp"

#include <algorithm>

#include "base/packed.hpp"

namespace millwright::keep {
namespace {

// The format byte. Plain columns are read, and no longer written.
constexpr std::uint8_t plain_columns = 1, packed_columns = 2;
constexpr std::size_t rows_read_max = std::size_t{1} << 20U;  // of one block, whatever it claims
enum Has : std::uint8_t { has_quality = 1, has_replaced = 2 };

std::int64_t day_of(Instant at) {
  const std::int64_t day = Duration(24h).count();
  const std::int64_t days = nanoseconds(at) / day;
  return nanoseconds(at) % day < 0 ? days - 1 : days;
}

// Where the chunk that begins at `begin` ends: at the day's end, before the rows that are not late,
// or when it has its share of what lies before that.
std::size_t end_of(const Rows& rows, std::size_t begin, Instant late_until) {
  const std::int64_t day = day_of(rows.times[begin]);
  const bool is_late = rows.times[begin] <= late_until;
  const auto goes_on = [&](Instant at) {
    return day_of(at) == day && (at <= late_until) == is_late;
  };
  const auto first = rows.times.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto end = std::partition_point(first, rows.times.end(), goes_on);
  const auto left = static_cast<std::size_t>(end - first);
  const std::size_t chunks = (left + Chunk::rows_max - 1) / Chunk::rows_max;
  return begin + (left + chunks - 1) / chunks;
}

template <class T>
std::vector<T> slice(const std::vector<T>& from, std::size_t begin, std::size_t end) {
  if (from.empty()) return {};
  return {from.begin() + static_cast<std::ptrdiff_t>(begin),
          from.begin() + static_cast<std::ptrdiff_t>(end)};
}

Rows part_of(const Rows& rows, std::size_t begin, std::size_t end) {
  Rows part;
  part.kind = rows.kind;
  part.times = slice(rows.times, begin, end);
  part.values = slice(rows.values, begin, end);
  part.qualities = slice(rows.qualities, begin, end);
  part.texts = slice(rows.texts, begin, end);
  part.replaced = slice(rows.replaced, begin, end);
  return part;
}

template <class T>
Outcome read_column(Reader& in, std::size_t rows, std::vector<T>& out) {
  const ByteView bytes = TRY(in.raw(rows * sizeof(T)));
  out.resize(rows);
  std::memcpy(static_cast<void*>(out.data()), bytes.data(), bytes.size());
  return Done{};
}

bool is_decimal(Kind kind) {
  return kind == Kind::number || kind == Kind::single;
}

void write_packed(Writer& out, const Rows& rows) {
  std::vector<std::int64_t> whole(rows.size());
  std::transform(rows.times.begin(), rows.times.end(), whole.begin(),
                 [](Instant at) { return nanoseconds(at); });
  pack_integers(out, whole);
  if (is_decimal(rows.kind)) {
    std::vector<double> numbers(rows.size());
    std::transform(rows.values.begin(), rows.values.end(), numbers.begin(),
                   [](Scalar value) { return value.number(); });
    return pack_numbers(out, numbers);
  }
  if (rows.kind == Kind::text) {
    for (const std::string& text : rows.texts)
      out.text(text);
    return;
  }
  std::transform(rows.values.begin(), rows.values.end(), whole.begin(),
                 [](Scalar value) { return value.integer(); });
  pack_integers(out, whole);
}

Outcome read_texts(Reader& in, Rows& rows, std::size_t count) {
  if (count > in.left()) return fail(Code::corrupt, "the block's head makes no sense");
  rows.values.resize(count);
  for (std::size_t row = 0; row < count; ++row)
    rows.texts.push_back(TRY(in.text()));
  return Done{};
}

Outcome read_packed(Reader& in, Rows& rows, std::size_t count) {
  std::vector<std::int64_t> whole;
  TRY(unpack_integers(in, count, whole));
  rows.times.reserve(count);
  for (const std::int64_t at : whole)
    rows.times.push_back(instant(at));
  if (rows.kind == Kind::text) return read_texts(in, rows, count);
  rows.values.reserve(count);
  if (is_decimal(rows.kind)) {
    std::vector<double> numbers;
    TRY(unpack_numbers(in, count, numbers));
    for (const double number : numbers)
      rows.values.push_back(Scalar::of(number));
    return Done{};
  }
  whole.clear();
  TRY(unpack_integers(in, count, whole));
  for (const std::int64_t value : whole)
    rows.values.push_back(Scalar::of(value));
  return Done{};
}

Outcome read_plain(Reader& in, Rows& rows, std::size_t count) {
  if (count > in.left()) return fail(Code::corrupt, "the block's head makes no sense");
  auto at = TRY(in.fixed<std::int64_t>());
  for (std::size_t row = 0; row < count; ++row) {
    const std::uint64_t step = TRY(in.variable());
    at = static_cast<std::int64_t>(static_cast<std::uint64_t>(at) + step);
    rows.times.push_back(instant(at));
  }
  return rows.kind == Kind::text ? read_texts(in, rows, count)
                                 : read_column(in, count, rows.values);
}

struct Head {
  std::uint8_t format, has;
  std::size_t rows;
};

Outcome read_columns(Reader& in, Rows& rows, const Head& head) {
  const auto [format, has, count] = head;
  TRY(format == packed_columns ? read_packed(in, rows, count) : read_plain(in, rows, count));
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
  out.fixed(packed_columns);
  out.fixed(rows.kind);
  out.fixed(static_cast<std::uint8_t>((is_plain ? 0 : has_quality) |
                                      (rows.replaced.empty() ? 0 : has_replaced)));
  out.variable(rows.size());
  write_packed(out, rows);
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
  const auto format = TRY(in.fixed<std::uint8_t>());
  if (format != plain_columns && format != packed_columns)
    return fail(Code::corrupt, "the block has a format that this version does not know");
  const auto kind = TRY(in.fixed<std::uint8_t>());
  const auto has = TRY(in.fixed<std::uint8_t>());
  const std::uint64_t count = TRY(in.variable());
  if (kind > static_cast<std::uint8_t>(Kind::text) || count == 0 || count > rows_read_max)
    return fail(Code::corrupt, "the block's head makes no sense");
  Rows rows;
  rows.kind = static_cast<Kind>(kind);
  TRY(read_columns(in, rows, {format, has, count}));
  if (!in.is_at_end()) return fail(Code::corrupt, "the block is longer than its rows");
  return rows;
}

}  // namespace millwright::keep
