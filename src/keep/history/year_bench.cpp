// A year of one tag every ten seconds, stored, as a page asks for it.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cmath>
#include <thread>

#include "keep/history/routes.hpp"

namespace {

using namespace millwright;

constexpr std::uint64_t rows_of_year = 365 * 8640, batch = 360;
const Instant year_start = instant(1'700'000'000'000'000'000);

std::filesystem::path folder() {
  return std::filesystem::temp_directory_path() /
         ("millwright-year-bench-" + std::to_string(::getpid()));
}

double temperature(std::uint64_t row) {
  const double hours = static_cast<double>(row) / 360;
  const auto noise = static_cast<double>((row * 2'654'435'761U >> 8U) % 16);
  return std::round(10 * (41 + 8 * std::sin(hours / 24 * 6.283)) + noise) / 10;
}

void fill(keep::History& history) {
  for (std::uint64_t row = 0; row < rows_of_year; row += batch) {
    Readings readings;
    for (std::uint64_t i = row; i < row + batch; ++i)
      readings.add({0}, Kind::number, year_start + i * 10s, Scalar::of(temperature(i)));
    history.hear({row / batch + 1}, year_start, readings);
    while (!history.has_room())
      std::this_thread::yield();
  }
  history.settle_all({rows_of_year / batch});
  for (; history.needs().value < rows_of_year / batch; history.settle({rows_of_year / batch}))
    std::this_thread::yield();
}

void BucketsOfAYear(benchmark::State& state) {
  std::filesystem::remove_all(folder());
  {
    const auto history = keep::History::open(folder()).value();
    fill(*history);
    const auto route = keep::buckets_route(*history, [](std::string_view path) {
      return std::optional(fact::TagFound{{0}, std::string(path), Kind::number, "°C", true});
    });
    flow::Question question;
    // Not at the edges of days or of hours, as a page that was moved by hand asks.
    question.parameters = {{"tag", "velo/press/temperature"},
                           {"from", to_text(year_start + 1234567ms)},
                           {"to", to_text(year_start + 8'759h)},
                           {"count", "1000"}};
    for (auto _ : state)
      benchmark::DoNotOptimize(route.answer(question));
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder()))
      bytes += file.file_size();
    state.counters["bytes_a_reading"] =
        static_cast<double>(bytes) / static_cast<double>(rows_of_year);
  }
  std::filesystem::remove_all(folder());
}
BENCHMARK(BucketsOfAYear)->Unit(benchmark::kMillisecond);

}  // namespace
