#include "rows.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "checker.hpp"
#include "http.hpp"

namespace millwright::kill {
namespace {

constexpr std::uint64_t rows_a_read = 50'000;

// Rows of a series as the server gives them: value by time, in order.
Result<std::vector<std::string>> read_rows(Connection& connection, const Series& series,
                                           std::uint64_t from, std::uint64_t to) {
  const std::string target = "/api/v1/readings?format=csv&limit=1000000&tag=acme%2Fsite%2F" +
                             series.name + "%2Fv&from=" + to_text(time_of(from)) +
                             "&to=" + to_text(time_of(to));
  const auto answer = TRY(connection.ask("GET", target, ""));
  if (answer.status != 200)
    return fail(Code::invalid,
                "the server answered " + std::to_string(answer.status) + ": " + answer.body);
  std::vector<std::string> lines;
  for (const std::string_view line : split(answer.body, '\n')) {
    if (!line.empty() && !line.starts_with("time,")) lines.emplace_back(trimmed(line));
  }
  return lines;
}

}  // namespace

Outcome check_series(unsigned short port, const Series& series, std::uint64_t from, Rows& tally) {
  if (series.sent == 0) return Done{};
  Connection connection = TRY(Connection::open(port));
  for (; from < series.sent; from += rows_a_read) {
    const std::uint64_t to = std::min(from + rows_a_read, series.sent);
    // The last read looks beyond what was sent.
    const std::uint64_t until = to == series.sent ? to + rows_a_read : to;
    tally.unsure_kept +=
        TRY(unsure_kept(series, from, to, TRY(read_rows(connection, series, from, until))));
    tally.checked += to - from;
  }
  return Done{};
}

}  // namespace millwright::kill
