#include "writer.hpp"

#include <algorithm>

#include "http.hpp"

namespace millwright::kill {
namespace {

constexpr std::uint64_t rows_a_request_max = 60;

std::string lines_of(const Series& series, std::uint64_t from, std::uint64_t to) {
  std::string lines;
  for (std::uint64_t row = from; row < to; ++row)
    lines += series.name + " v=" + std::to_string(row) + "i " +
             std::to_string(nanoseconds(time_of(row))) + "\n";
  return lines;
}

}  // namespace

void write_until_gone(unsigned short port, std::uint64_t seed, Series& series, WriterLog& log,
                      std::atomic<std::uint64_t>& acknowledged) {
  std::mt19937_64 random(seed);
  auto connection = Connection::open(port);
  while (connection) {
    const std::uint64_t from = series.sent, to = from + 1 + random() % rows_a_request_max;
    const std::string range = series.name + " " + std::to_string(from) + " " + std::to_string(to);
    log.say("send " + range);
    series.sent = to;
    series.is_kept.resize(to);
    const auto answer =
        connection->ask("POST", "/api/v2/write?precision=ns", lines_of(series, from, to));
    if (!answer) return;
    log.say(std::to_string(answer->status) + " " + range);
    if (answer->status != 204) return;
    if (series.is_dark != nullptr && *series.is_dark) return;
    std::fill(series.is_kept.begin() + static_cast<std::ptrdiff_t>(from), series.is_kept.end(),
              true);
    if (series.kept_up_to != nullptr) *series.kept_up_to = to;
    ++acknowledged;
  }
}

}  // namespace millwright::kill
