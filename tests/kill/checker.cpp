#include "checker.hpp"

namespace millwright::kill {

Result<std::uint64_t> unsure_kept(const Series& series, std::uint64_t from, std::uint64_t to,
                                  const std::vector<std::string>& lines) {
  std::size_t next = 0;
  std::uint64_t unsure = 0;
  for (std::uint64_t row = from; row < to; ++row) {
    const std::string expected = to_text(time_of(row)) + "," + std::to_string(row) + ",good,";
    const bool is_there = next < lines.size() && lines[next] == expected;
    if (is_there) ++next;
    if (is_there && !series.is_kept[row]) ++unsure;
    if (!is_there && series.is_kept[row])
      return fail(Code::corrupt, series.name + ": row " + std::to_string(row) +
                                     " was acknowledged and is not there; in its place stands " +
                                     (next < lines.size() ? lines[next] : "nothing"));
  }
  if (next < lines.size())
    return fail(Code::corrupt, series.name + ": nobody sent what stands there: " + lines[next]);
  return unsure;
}

}  // namespace millwright::kill
