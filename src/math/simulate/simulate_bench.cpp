#include <benchmark/benchmark.h>

#include "math/simulate/kernel.hpp"
#include "math/simulate/test_models.hpp"

namespace millwright::math {
namespace {

// Hold model: take the soonest, put one back later; `pending` events in the queue.
void hold(benchmark::State& state) {
  EventQueue queue;
  Stream stream({.seed = 1});
  for (int i = 0; i < state.range(0); ++i)
    queue.push(Duration(stream.bits()), 0, 0);
  for (auto _ : state) {
    const Event event = queue.pop();
    queue.push(event.at + Duration(stream.bits()), 0, 0);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(hold)->Arg(100)->Arg(10'000)->Arg(1'000'000);

// One million customers through M/M/1; items are events (an arrival and a departure each).
void one_server(benchmark::State& state) {
  std::uint64_t events = 0;
  for (auto _ : state) {
    Simulation run = Simulation::open(queue(0.8, Distribution::exponential(1)), {1, 0}).value();
    run.advance_to(std::chrono::seconds(1'250'000));
    events += run.totals().events;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
}
BENCHMARK(one_server)->Unit(benchmark::kMillisecond);

Model plant_line() {
  return line(std::vector<Distribution>(20, Distribution::constant(60)), 10,
              {{Distribution::exponential(20 * 3600), Distribution::lognormal(1800, 0.6)}});
}

// A year of twenty machines of 60 s, buffers of 10, MTBF 20 h, MTTR 30 min, all totals kept.
void year_of_a_line(benchmark::State& state) {
  std::uint64_t events = 0;
  for (auto _ : state) {
    Simulation run = Simulation::open(plant_line(), {1, 0}).value();
    run.advance_to(std::chrono::hours(24 * 365));
    events += run.totals().events;
    state.counters["parts"] = static_cast<double>(run.totals().left);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(events));
}
BENCHMARK(year_of_a_line)->Unit(benchmark::kMillisecond);

void thousand_weeks(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(replicate(
        plant_line(),
        {.seed = 1, .replications = 1000, .threads = 2, .span = std::chrono::hours(24 * 7)}));
  }
}
BENCHMARK(thousand_weeks)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace millwright::math
