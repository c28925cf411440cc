#include <benchmark/benchmark.h>
#include <sys/vfs.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/log.hpp"
#include "keep/ledger/ledger.hpp"
#include "keep/ledger/test_facts.hpp"
#include "keep/ledger/verify.hpp"

namespace millwright::keep {
namespace {

constexpr long tmpfs = 0x01021994;

// Below $MILLWRIGHT_BENCH_DIR, else the working directory: a disk that keeps what it is told.
std::filesystem::path bench_folder() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): read before any thread is started.
  const char* const given = std::getenv("MILLWRIGHT_BENCH_DIR");
  const std::filesystem::path above = given == nullptr ? "." : given;
  struct statfs about {};
  if (::statfs(above.c_str(), &about) != 0 || about.f_type == tmpfs) {
    std::fprintf(stderr, "durable figures need a disk: set MILLWRIGHT_BENCH_DIR\n");
    std::exit(1);
  }
  const std::filesystem::path folder = above / "ledger.bench";
  std::filesystem::remove_all(folder);
  return folder;
}

// Facts through the queue, the tree, the disk and the signature: until the last is durable and
// signed.
void append_durable(benchmark::State& state) {
  log::set_level(log::Level::error);
  const auto count = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    const std::filesystem::path folder = bench_folder();
    auto ledger = Ledger::open(folder, "bench/ledger");
    CHECK(ledger.has_value());
    for (std::uint64_t n = 0; n < count; ++n)
      (*ledger)->hear(numbered_fact(n));
    CHECK((*ledger)->flush(10min) && (*ledger)->store().size() == count);
    state.PauseTiming();
    (*ledger).reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(append_durable)
    ->Arg(200'000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(3)
    ->UseRealTime();

void verify_million(benchmark::State& state) {
  log::set_level(log::Level::error);
  const std::filesystem::path folder = bench_folder();
  constexpr std::uint64_t count = 1'000'000;
  std::string trusted;
  {
    auto ledger = Ledger::open(folder, "bench/ledger");
    CHECK(ledger.has_value());
    for (std::uint64_t n = 0; n < count; ++n) {
      (*ledger)->hear(numbered_fact(n));
      if (n % 100'000 != 99'999) continue;
      CHECK((*ledger)->flush(10min));
      if (trusted.empty()) trusted = (*ledger)->store().newest().note;
    }
  }
  Files files;
  for (auto _ : state) {
    const auto report = verify_ledger(files, folder.string(), {{}, {trusted}, {}});
    CHECK(report && report->problems.empty() && report->signed_records == count &&
          report->trusted == 1);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
  const auto began = std::chrono::steady_clock::now();
  CHECK(Ledger::open(folder, "bench/ledger").has_value());
  state.counters["open_ms"] =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) bytes += entry.file_size();
  state.counters["bytes_a_record"] = static_cast<double>(bytes) / static_cast<double>(count);
  std::filesystem::remove_all(folder);
}
BENCHMARK(verify_million)->Unit(benchmark::kMillisecond)->Iterations(3)->UseRealTime();

}  // namespace
}  // namespace millwright::keep
