#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>

#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/ids.hpp"

namespace millwright {

// What a machine does (docs/words.md says when each holds).
enum class MachineState : std::uint8_t {
  nodata,
  running,
  slow,
  idle,
  setup,
  stopped,
  blocked,
  starved,
  planned
};
constexpr std::array<std::string_view, 9> machine_state_words{
    "nodata", "running", "slow", "idle", "setup", "stopped", "blocked", "starved", "planned"};
constexpr std::span<const std::string_view> words_of(MachineState) {
  return machine_state_words;
}

// What a machine is there for at that time.
enum class MachineMode : std::uint8_t { unknown, production, changeover, maintenance, planned };
constexpr std::array<std::string_view, 5> machine_mode_words{"unknown", "production", "changeover",
                                                             "maintenance", "planned"};
constexpr std::span<const std::string_view> words_of(MachineMode) {
  return machine_mode_words;
}

}  // namespace millwright

namespace millwright::fact {

// From `from` on, a machine is in this state; what was said of later times before is withdrawn up
// to `until` (late data: an interval inside the past; none: up to now).
struct StateChanged {
  MachineId machine;
  Instant from;
  std::optional<Instant> until;
  MachineState state = MachineState::nodata;
  MachineMode mode = MachineMode::unknown;
  std::string why;  // the rule that said so, in words

  static constexpr auto describe() {
    using T = StateChanged;
    return record("state_changed", field("machine", &T::machine, "", "Which."),
                  field("from", &T::from, "", "Since when."),
                  field("until", &T::until, "", "Until when, when it lies in the past."),
                  field("state", &T::state, "", "What it does."),
                  field("mode", &T::mode, "", "What it is there for."),
                  field("why", &T::why, "", "The rule that said so."));
  }
};

using State = std::variant<StateChanged>;

}  // namespace millwright::fact
