#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/plant.hpp"
#include "watch/state/state.hpp"

namespace millwright::watch::state {

// A machine as the tests need it, written as people write it.
inline const std::string plant_yaml = R"(plant: {path: velo/berlin, zone: Europe/Berlin}
machines:
  - path: frames/machining/cnc3
    title: CNC 3
    tags:
      - {name: execution, kind: text}
      - {name: mode, kind: text}
      - {name: alarm, kind: natural}
      - {name: speed, unit: "%"}
      - {name: door/open, kind: boolean}
    state:
      no_data_after: 30 s
      rules:
        - {when: alarm > 0 or execution = "Aborted", state: stopped, why: alarm of the machine}
        - {when: execution = "Execute" and speed < 80, state: slow}
        - {when: execution = "Execute", state: running}
        - {when: execution = "Suspended", state: starved}
      otherwise: idle
      mode:
        - {when: mode = "Production", mode: production}
        - {when: mode = "Planned", mode: planned}
)";

inline Section test_section() {
  return room().sections.front();
}

inline Plant test_plant(const std::string& text) {
  const std::vector<Section> sections{test_section()};
  Problems problems;
  Plant plant = read_plant(text, sections, problems);
  for (const Problem& problem : problems.list())
    CHECK(to_text(problem, "test") == "");
  return plant;
}

inline Rules test_rules(const std::string& plant_text = plant_yaml) {
  const Plant plant = test_plant(plant_text);
  Problems problems;
  return read_rules(plant.machines[0].sections.at("state"), plant.machines[0], problems);
}

}  // namespace millwright::watch::state
