#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/fact/state.hpp"

namespace millwright::watch::state {

// An interval as the API shows it.
struct ShownInterval {
  Instant from{};
  std::optional<Instant> to;
  MachineState state = MachineState::nodata;
  MachineMode mode = MachineMode::unknown;
  std::string why;

  static constexpr auto describe() {
    return record(
        "state_interval", field("from", &ShownInterval::from, "", "Since when."),
        field("to", &ShownInterval::to, "", "Until when; null up to now."),
        field("state", &ShownInterval::state, "", "What it does."),
        field("mode", &ShownInterval::mode, "", "What it is there for."),
        field("why", &ShownInterval::why, "", "The rule that says so, or what is missing."));
  }
};

// The answer of GET /api/v1/states.
struct States {
  std::map<std::string, std::vector<ShownInterval>> machines;

  static constexpr auto describe() {
    return record("states", field("machines", &States::machines, "", "By path, oldest first."));
  }
};

}  // namespace millwright::watch::state
