// Lines per second of one core, of the forms that adapters send most.
#include <benchmark/benchmark.h>

#include "net/shdr/shdr.hpp"

namespace millwright::net {
namespace {

void read_again(benchmark::State& state, std::string_view line) {
  ShdrReader reader;
  std::size_t observations = 0;
  for (auto _ : state) {
    const Result<ShdrLine> read = reader.read(line);
    observations += read->observations.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["observations/s"] =
      benchmark::Counter(static_cast<double>(observations), benchmark::Counter::is_rate);
}

void BM_OneValue(benchmark::State& state) {
  read_again(state, "2019-04-16T10:29:06.251Z|total_time|6145122");
}
BENCHMARK(BM_OneValue);

void BM_TenValues(benchmark::State& state) {
  read_again(state,
             "2019-04-16T10:29:06.251489Z|Xabs|-12.3405|Yabs|103.2|Zabs|0.001|Sload|37|Srpm|2400|"
             "Xload|12|Yload|3|Zload|44|execution|ACTIVE|line|1203");
}
BENCHMARK(BM_TenValues);

void BM_Condition(benchmark::State& state) {
  read_again(state, "2019-04-16T10:29:06.251Z|servo_cond|Fault|1005|1|HIGH|Axis too hot");
}
BENCHMARK(BM_Condition);

}  // namespace
}  // namespace millwright::net
