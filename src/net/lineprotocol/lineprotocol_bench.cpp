// Samples per second of one core: lines of 20 fields (what a machine sends) and of one.
#include <benchmark/benchmark.h>

#include "net/lineprotocol/lineprotocol.hpp"

namespace millwright::net {
namespace {

std::string text_of(int lines, int fields) {
  std::string text;
  for (int i = 0; i < lines; ++i) {
    text += "machine,site=berlin,line=l1,machine=cnc" + std::to_string(i % 50);
    for (int f = 0; f < fields; ++f) {
      text += f == 0 ? ' ' : ',';
      text += "s" + std::to_string(f) + "=" + std::to_string((i * 7 + f * 131) % 10'000) + "." +
              std::to_string((i + f) % 1000);
    }
    text += " " + std::to_string(1'700'000'000'000'000'000 + i * 1'000'000'000LL) + "\n";
  }
  return text;
}

void BM_Lines(benchmark::State& state) {
  const std::string text = text_of(5000, static_cast<int>(state.range(0)));
  std::size_t samples = 0;
  double sum = 0;
  for (auto _ : state) {
    const LinesRead read =
        read_lines(text, Precision::nanosecond, instant(0), [&](const Line& line) {
          for (const LineField& field : line.fields)
            sum += std::get<double>(field.value);
        });
    samples += read.samples;
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(static_cast<std::int64_t>(samples));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(BM_Lines)->Arg(20)->Arg(1);

}  // namespace
}  // namespace millwright::net
