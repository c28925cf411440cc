#include <benchmark/benchmark.h>
#include <unistd.h>

#include "flow/table.hpp"
#include "keep/history/history.hpp"

namespace {

using namespace millwright;

constexpr std::uint32_t tag_count = 10'000;
const Instant series_start = instant(1'700'000'000'000'000'000);

std::filesystem::path folder() {
  return std::filesystem::temp_directory_path() /
         ("millwright-history-bench-" + std::to_string(::getpid()));
}

// One second of 10,000 tags at 1 Hz through the stage and its view, in so many groups: the time an
// iteration takes is the share of a core.
void TenThousandTagsAtOneHertz(benchmark::State& state) {
  std::filesystem::remove_all(folder());
  {
    flow::Directory directory;
    for (std::uint32_t i = 0; i < tag_count; ++i) {
      CHECK(directory
                .apply(fact::TagFound{
                    {i}, "plant/machine/tag" + std::to_string(i), Kind::number, "", true})
                .has_value());
    }
    const auto history = keep::History::open(folder()).value();
    const auto stage = keep::history_stage(*history, directory);
    flow::Views views;
    std::uint64_t input = 0;
    const auto groups = static_cast<std::uint32_t>(state.range(0));
    for (auto _ : state) {
      for (std::uint32_t group = 0; group < groups; ++group) {
        Readings readings;
        for (std::uint32_t tag = group; tag < tag_count; tag += groups)
          readings.add({tag}, Kind::number, series_start + (input + 1) * 1s,
                       Scalar::of(static_cast<double>(input + tag)));
        history->hear({++input}, series_start, readings);
        stage->show(views);
      }
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * tag_count);
  }
  std::filesystem::remove_all(folder());
}
BENCHMARK(TenThousandTagsAtOneHertz)->Arg(1)->Arg(20)->Arg(100)->Unit(benchmark::kMillisecond);

// A day of one tag at 1 Hz, stored: reads as a chart makes them.
void BucketsOfADay(benchmark::State& state) {
  std::filesystem::remove_all(folder());
  {
    const auto history = keep::History::open(folder()).value();
    for (std::uint64_t second = 0; second < 86'400; ++second) {
      Readings readings;
      readings.add({0}, Kind::number, series_start + second * 1s,
                   Scalar::of(static_cast<double>(second % 100)));
      history->hear({second + 1}, series_start, readings);
    }
    history->settle_all({86'400});
    for (; history->needs().value < 86'400; history->settle({86'400}))
      std::this_thread::yield();
    for (auto _ : state)
      benchmark::DoNotOptimize(history->buckets({0}, series_start, series_start + 24h,
                                                static_cast<std::size_t>(state.range(0))));
  }
  std::filesystem::remove_all(folder());
}
BENCHMARK(BucketsOfADay)->Arg(24)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
