#include <benchmark/benchmark.h>

#include <cmath>

#include "math/aggregate/aggregate.hpp"
#include "math/aggregate/downsample.hpp"

namespace millwright::math {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t day = 86'400 * second;

struct Day {
  std::vector<std::int64_t> times;
  std::vector<double> values;
  std::vector<StatusCode> statuses;
  Samples samples() const { return {times, values, statuses}; }
};

// A tag at one reading a second: a slow wave with a saw on it; an outage of a minute every hour.
Day one_day() {
  Day made;
  for (int i = 0; i < 86'400; ++i) {
    made.times.push_back(i * second);
    made.values.push_back(40 + 10 * std::sin(i / 3000.0) + (i % 17) * 0.1);
    made.statuses.push_back(i % 3600 < 60 ? status_bad_no_data : status_good);
  }
  return made;
}

void fold(benchmark::State& state, const std::vector<Aggregate>& kinds, std::int64_t step) {
  const Day rows = one_day();
  for (auto _ : state) {
    double sum = 0;
    Aggregator aggregator =
        Aggregator::open(
            kinds, Intervals::every(0, day, step).value(), {},
            [&](std::size_t, std::span<const AggregateValue> values) { sum += values[0].value; })
            .value();
    if (!aggregator.add(rows.samples())) state.SkipWithError("rows were refused");
    aggregator.finish();
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * 86'400);
}

void average_by_minute(benchmark::State& state) {
  fold(state, {Aggregate::average}, 60 * second);
}
BENCHMARK(average_by_minute)->Unit(benchmark::kMicrosecond);

void minimum_maximum_average_by_minute(benchmark::State& state) {
  fold(state, {Aggregate::minimum, Aggregate::maximum, Aggregate::average}, 60 * second);
}
BENCHMARK(minimum_maximum_average_by_minute)->Unit(benchmark::kMicrosecond);

void time_average_by_hour(benchmark::State& state) {
  fold(state, {Aggregate::time_average}, 3600 * second);
}
BENCHMARK(time_average_by_hour)->Unit(benchmark::kMicrosecond);

void time_average2_by_hour(benchmark::State& state) {
  fold(state, {Aggregate::time_average2}, 3600 * second);
}
BENCHMARK(time_average2_by_hour)->Unit(benchmark::kMicrosecond);

void all_kinds_by_minute(benchmark::State& state) {
  std::vector<Aggregate> kinds;
  kinds.reserve(aggregate_kinds);
  for (int i = 0; i < aggregate_kinds; ++i)
    kinds.push_back(static_cast<Aggregate>(i));
  fold(state, kinds, 60 * second);
}
BENCHMARK(all_kinds_by_minute)->Unit(benchmark::kMicrosecond);

// A year by the hour from summaries of 1,024 rows (a reading a second): those that lie in one hour
// are taken whole, for the others a store would decode rows.
void year_of_summaries(benchmark::State& state) {
  constexpr std::int64_t year = 365 * day;
  constexpr std::int64_t span = 1'024 * second;
  for (auto _ : state) {
    std::uint64_t taken = 0;
    Aggregator aggregator = Aggregator::open({Aggregate::minimum, Aggregate::maximum,
                                              Aggregate::average, Aggregate::percent_good},
                                             Intervals::every(0, year, 3600 * second).value(),
                                             {.between = Between::stepped}, [](auto, auto) {})
                                .value();
    for (std::int64_t at = 0; at < year; at += span) {
      SpanSummary summary;
      summary.first = {at, 1, status_good};
      summary.last = {at + span - second, 2, status_good};
      summary.good = 1'024;
      summary.sum = 1'500;
      summary.minimum = 1;
      summary.maximum = 2;
      summary.minimum_at = at;
      summary.maximum_at = at + second;
      summary.held_good = span - second;
      if (!aggregator.takes(summary)) continue;
      if (!aggregator.add(summary)) state.SkipWithError("a summary was refused");
      ++taken;
    }
    aggregator.finish();
    benchmark::DoNotOptimize(taken);
  }
  state.SetItemsProcessed(state.iterations() * (year / span));
}
BENCHMARK(year_of_summaries)->Unit(benchmark::kMillisecond);

void lttb_day_to_2000(benchmark::State& state) {
  const Day rows = one_day();
  for (auto _ : state)
    benchmark::DoNotOptimize(lttb(rows.samples(), 2'000));
  state.SetItemsProcessed(state.iterations() * 86'400);
}
BENCHMARK(lttb_day_to_2000)->Unit(benchmark::kMicrosecond);

void pixels_day_to_1000(benchmark::State& state) {
  const Day rows = one_day();
  for (auto _ : state) {
    Pixels pixels = Pixels::open(0, day, 1'000).value();
    pixels.add(rows.samples());
    benchmark::DoNotOptimize(pixels.rows());
  }
  state.SetItemsProcessed(state.iterations() * 86'400);
}
BENCHMARK(pixels_day_to_1000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace millwright::math
