#include <benchmark/benchmark.h>

#include "model/plant.hpp"

namespace millwright {
namespace {

// A plant of machines with 20 tags each, as a person or a browse writes it.
std::string plant_text(int tags) {
  std::string text =
      "plant: {path: acme/site, zone: Europe/Berlin}\nsources:\n  - name: cell\n    opcua: "
      "{}\nmachines:\n";
  for (int i = 0; i < tags; ++i) {
    if (i % 20 == 0)
      text += "  - path: hall/line/machine" + std::to_string(i / 20) +
              "\n    ideal_rate: 30\n    tags:\n";
    const std::string n = std::to_string(i);
    text += "      - name: spindle/value" + n + "\n        unit: mm/s\n        range: [0, 45.5]\n" +
            "        deadband: 0.05\n        from: {source: cell, address: "
            "\"nsu=urn:acme;s=machine.value" +
            n + "\"}\n";
  }
  return text;
}

void a_plant_is_read(benchmark::State& state) {
  const std::string text = plant_text(static_cast<int>(state.range(0)));
  Section opcua{Section::Place::source, "opcua", "", {}, {}, {}};
  opcua.check_address = [](std::string_view) -> Outcome { return Done{}; };
  for (auto _ : state) {
    Problems problems;
    const Plant plant = read_plant(text, {&opcua, 1}, problems);
    if (!problems.empty()) state.SkipWithError("the plant has problems");
    benchmark::DoNotOptimize(plant.machines.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(a_plant_is_read)->Arg(500)->Arg(10'000)->Unit(benchmark::kMillisecond);

void a_document_is_read(benchmark::State& state) {
  const std::string text = plant_text(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    Problems problems;
    const Node root = read_yaml(text, NodeLimits{}, problems);
    benchmark::DoNotOptimize(root.entries.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(a_document_is_read)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace millwright
