#include <benchmark/benchmark.h>

#include "base/check.hpp"
#include "watch/state/state.hpp"

// Readings a second through the stage: 20 machines, four tags each, batches of one machine.

namespace millwright::watch::state {
namespace {

class Silence final : public flow::Outbox {
 public:
  void say(What, Instant) override { ++said; }
  void wake_at(Instant, std::uint64_t) override {}
  void start(flow::Job) override {}
  std::uint64_t said = 0;
};

constexpr std::uint32_t machine_count = 20;

std::string plant_text() {
  std::string text = "plant: {path: velo/berlin}\nmachines:\n";
  for (std::uint32_t m = 0; m < machine_count; ++m) {
    text += "  - path: a/b/m" + std::to_string(m) + R"(
    tags: [{name: state, kind: text}, {name: mode, kind: text}, {name: alarm}, {name: speed}]
    state:
      rules:
        - {when: alarm > 0 or state = "Aborted", state: stopped}
        - {when: state = "Execute" and speed < 80, state: slow}
        - {when: state = "Execute", state: running}
      mode: [{when: mode = "Production", mode: production}]
)";
  }
  return text;
}

struct Works {
  flow::Directory directory;
  std::unique_ptr<flow::Stage> stage = make_stage(directory, std::make_shared<BandBoard>());
  Silence out;
  Instant now = instant(1'800'000'000'000'000'000);

  Works() {
    const std::vector<Section> sections = room().sections;
    Problems problems;
    auto plant = std::make_shared<const Plant>(read_plant(plant_text(), sections, problems));
    CHECK(problems.empty());
    hear(fact::Line(fact::PlantChanged{"", plant}));
    std::uint32_t tag = 0;
    for (std::uint32_t m = 0; m < machine_count; ++m) {
      const std::string path = "velo/berlin/a/b/m" + std::to_string(m);
      hear(fact::Catalogue(fact::MachineFound{MachineId{m}, path}));
      for (const char* name : {"/state", "/mode", "/alarm", "/speed"})
        hear(fact::Catalogue(fact::TagFound{TagId{tag++}, path + name, {}, "", true}));
    }
  }
  void hear(What what) {
    if (const auto* found = std::get_if<fact::Catalogue>(&what)) CHECK(directory.apply(*found));
    stage->hear(Fact{{}, {}, now, now, std::move(what)}, out);
  }
};

// `changes_every`: rows after which the machine changes its state.
void readings(benchmark::State& state) {
  const auto changes_every = static_cast<std::uint64_t>(state.range(0));
  Works works;
  constexpr std::uint32_t rows = 100;
  std::uint64_t row = 0;
  for (auto _ : state) {
    for (std::uint32_t m = 0; m < machine_count; ++m) {
      Readings batch(SourceId{1});
      batch.add_text(TagId{m * 4}, works.now, "Execute");
      batch.add_text(TagId{m * 4 + 1}, works.now, "Production");
      batch.add(TagId{m * 4 + 2}, Kind::number, works.now, Scalar::of(0.0));
      for (std::uint32_t i = 0; i < rows - 3; ++i, ++row) {
        batch.add(TagId{m * 4 + 3}, Kind::number, works.now + i * 10ms,
                  Scalar::of(row / changes_every % 2 == 0 ? 100.0 : 60.0));
      }
      works.hear(std::move(batch));
    }
    works.now += 1s;
  }
  state.SetItemsProcessed(state.iterations() * machine_count * rows);
  state.counters["said"] = static_cast<double>(works.out.said);
}
BENCHMARK(readings)->Arg(10'000)->Arg(100)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace millwright::watch::state
