// Readings a second through inbox, order and stages on one core, without a disk.
#include <benchmark/benchmark.h>

#include "flow/line.hpp"
#include "flow/memory_journal.hpp"

namespace millwright::flow {
namespace {

constexpr std::uint32_t tag_count = 10'000;

// Hears one tag in `every` and keeps the sum of its values: the least that a stage does with a
// reading.
class Sum final : public Stage {
 public:
  Sum(std::string name, std::uint32_t every)
      : name_(std::move(name)), every_(every), sums_(tag_count) {}
  std::string_view name() const override { return name_; }
  bool wants(TagId tag) const override { return tag.value % every_ == 0; }
  void hear(const Fact& fact, Outbox&) override {
    const auto* readings = std::get_if<Readings>(&fact.what);
    if (readings == nullptr) return;
    for (const Run& run : readings->runs()) {
      if (run.tag.value % every_ != 0) continue;
      const auto values = readings->values(run);
      for (const Scalar value : values)
        sums_[run.tag.index()] += value.number();
    }
  }
  void save(Writer&) const override {}
  Outcome load(Reader&) override { return Done{}; }

 private:
  std::string name_;
  std::uint32_t every_;
  std::vector<double> sums_;
};

// Forgets everything: what is measured is the line, not a disk.
class NoJournal final : public Journal {
 public:
  Result<Sequence> append(ByteView record) override {
    benchmark::DoNotOptimize(record.data());
    return Sequence{++next_};
  }
  Outcome commit() override { return Done{}; }
  Outcome reopen() override { return Done{}; }
  Outcome replay(Sequence, const Each&) override { return Done{}; }
  Result<std::optional<Snapshot>> newest_snapshot() override { return std::optional<Snapshot>(); }
  Outcome keep_snapshot(const Snapshot&) override { return Done{}; }

 private:
  std::uint64_t next_ = 0;
};

// Batches of `rows` readings: of one tag each (`runs` = 1), or of as many tags as rows.
void line(benchmark::State& state, std::uint32_t every, std::uint32_t stages_count) {
  const auto rows = static_cast<std::uint32_t>(state.range(0));
  const bool is_mixed = state.range(1) != 0;
  ManualClock clock(instant(1'000'000'000'000'000'000));
  NoJournal journal;
  Directory directory;
  Core::Stages stages;
  for (std::uint32_t i = 0; i < stages_count; ++i) {
    stages.push_back(std::make_unique<Sum>("sum" + std::to_string(i), every));
  }
  Line line({}, {clock,
                 journal,
                 directory,
                 std::move(stages),
                 [](const std::string&) { return nullptr; },
                 {}});
  for (std::uint32_t i = 0; i < tag_count; ++i) {
    if (!line.catalogue().tag("t" + std::to_string(i), Kind::number, "", true)) return;
  }
  if (!line.flush(10s)) return state.SkipWithError("the line does not rest");
  std::uint32_t tag = 0;
  for ([[maybe_unused]] auto _ : state) {
    for (int batch = 0; batch < 20; ++batch) {
      Readings readings;
      readings.reserve(rows);
      for (std::uint32_t i = 0; i < rows; ++i) {
        readings.add(TagId{(tag + (is_mixed ? i : 0)) % tag_count}, Kind::number, instant(i),
                     Scalar::of(1.0));
      }
      tag += is_mixed ? rows : 1;
      if (line.inbox().offer(std::move(readings)) != Offer::accepted)
        return state.SkipWithError("full");
    }
    while (line.journal_step({}))
      line.core_step({});
  }
  state.SetItemsProcessed(state.iterations() * 20 * rows);
}

void one_percent_heard(benchmark::State& state) {
  line(state, 100, 1);
}
void three_stages_hear_all(benchmark::State& state) {
  line(state, 1, 3);
}
BENCHMARK(one_percent_heard)->Args({100, 0})->Args({100, 1})->Args({1000, 0});
BENCHMARK(three_stages_hear_all)->Args({100, 0})->Args({100, 1})->Args({1000, 0});

}  // namespace
}  // namespace millwright::flow
