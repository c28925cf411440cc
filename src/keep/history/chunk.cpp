#include "keep/history/chunk.hpp"

#include <algorithm>

namespace millwright::keep {
namespace {

std::size_t end_of_texts(const Rows& rows, std::size_t begin, std::size_t end) {
  if (rows.kind != Kind::text) return end;
  std::size_t at = begin, bytes = rows.texts[begin].size();
  while (++at < end && bytes + rows.texts[at].size() <= Chunk::text_bytes_max)
    bytes += rows.texts[at].size();
  return at;
}

// Where the chunk that begins at `begin` ends: at the day's end, before the rows that are not late,
// or when it has its share of what lies before that, or enough text.
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
  return end_of_texts(rows, begin, begin + (left + chunks - 1) / chunks);
}

}  // namespace

std::int64_t day_of(Instant at) {
  const std::int64_t day = Duration(24h).count();
  const std::int64_t days = nanoseconds(at) / day;
  return nanoseconds(at) % day < 0 ? days - 1 : days;
}

std::vector<Chunk> make_chunks(TagId tag, const std::shared_ptr<const Learned>& list,
                               Instant late_until) {
  std::vector<Chunk> chunks;
  for (std::size_t begin = 0; begin < list->rows.size(); begin = chunks.back().end)
    chunks.push_back({tag, list, begin, end_of(list->rows, begin, late_until)});
  return chunks;
}

}  // namespace millwright::keep
