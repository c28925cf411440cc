#include "keep/history/chunk.hpp"

#include <algorithm>

namespace millwright::keep {
namespace {

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

}  // namespace millwright::keep
