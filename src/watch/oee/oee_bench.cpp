#include <benchmark/benchmark.h>

#include "base/check.hpp"
#include "watch/oee/board.hpp"

// Facts a second through the stage: 20 machines over 35 days, each with a stop every ten minutes
// and a part every 30 s; then what one late fact costs, and what a snapshot takes.

namespace millwright::watch::oee {
namespace {

constexpr std::uint32_t machine_count = 20;
const Instant start = *to_instant("2026-10-16T00:00:00Z");

class Silence final : public flow::Outbox {
 public:
  void say(What, Instant) override {}
  void wake_at(Instant, std::uint64_t) override {}
  void start(flow::Job) override {}
};

Section section_of(const char* key) {
  Section section;
  section.place = Section::Place::machine;
  section.key = key;
  return section;
}

struct Works {
  flow::Directory directory;
  std::unique_ptr<flow::Stage> stage = make_stage(directory, std::make_shared<Board>());
  Silence out;
  flow::Views views;
  Instant now = start;
  std::uint64_t facts = 0;

  Works() {
    std::string text = "plant: {path: velo/berlin, zone: Europe/Berlin}\nmachines:\n";
    for (std::uint32_t m = 0; m < machine_count; ++m)
      text += "  - {path: a/b/m" + std::to_string(m) +
              ", ideal_rate: 120, state: {}, count: {good: good}}\n";
    std::vector<Section> sections = room().sections;
    sections.push_back(section_of("state"));
    sections.push_back(section_of("count"));
    Problems problems;
    auto plant = std::make_shared<const Plant>(read_plant(text, sections, problems));
    CHECK(problems.empty());
    hear(fact::Line(fact::PlantChanged{"", plant}));
    for (std::uint32_t m = 0; m < machine_count; ++m)
      hear(fact::Catalogue(
          fact::MachineFound{MachineId{m}, "velo/berlin/a/b/m" + std::to_string(m)}));
  }
  void hear(What what) {
    if (const auto* found = std::get_if<fact::Catalogue>(&what)) CHECK(directory.apply(*found));
    stage->hear(Fact{{}, {}, now, now, std::move(what)}, out);
    ++facts;
  }
  void does(std::uint32_t machine, MachineState state) {
    hear(fact::State(
        fact::StateChanged{MachineId{machine}, now, {}, state, MachineMode::production, ""}));
  }
  // Ten minutes of the plant.
  void go_on() {
    for (std::uint32_t m = 0; m < machine_count; ++m)
      does(m, MachineState::running);
    for (int part = 0; part < 18; ++part, now += 30s)
      for (std::uint32_t m = 0; m < machine_count; ++m)
        hear(fact::Count(
            fact::PartsMade{MachineId{m}, PartKind::good, now, now + 30s, 1, CountedBy::counter}));
    for (std::uint32_t m = 0; m < machine_count; ++m)
      does(m, MachineState::stopped);
    now += 1min;
    stage->show(views);
  }
};

void facts(benchmark::State& state) {
  Works works;
  for (auto _ : state)
    works.go_on();
  state.SetItemsProcessed(static_cast<std::int64_t>(works.facts));
}
BENCHMARK(facts)->Unit(benchmark::kMillisecond);

Works& full() {
  static Works works;
  while (works.now < start + Log::kept)
    works.go_on();
  return works;
}

void late_fact_and_show(benchmark::State& state) {
  Works& works = full();
  std::int64_t i = 0;
  for (auto _ : state) {
    const Instant at = start + 24h * (1 + i % 30) + 1h * (i % 23);
    works.hear(fact::State(fact::StateChanged{MachineId{0}, at, at + 5min, MachineState::stopped,
                                              MachineMode::production, ""}));
    works.stage->show(works.views);
    ++i;
  }
}
BENCHMARK(late_fact_and_show)->Unit(benchmark::kMicrosecond);

void snapshot_of_35_days(benchmark::State& state) {
  Works& works = full();
  std::size_t size = 0;
  for (auto _ : state) {
    Bytes bytes;
    Writer out(bytes);
    works.stage->save(out);
    size = bytes.size();
  }
  state.counters["MB"] = static_cast<double>(size) / 1e6;
}
BENCHMARK(snapshot_of_35_days)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace millwright::watch::oee
