#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/fact/state.hpp"
#include "model/plant.hpp"
#include "watch/state/condition.hpp"

namespace millwright::watch::state {

// The section `state:` of a machine, as people write it.
struct StateRule {
  std::string when;
  MachineState state = MachineState::nodata;
  std::string why;

  static constexpr auto describe() {
    return record(
        "state_rule",
        required("when", &StateRule::when, "",
                 "Condition over the machine's tags: alarm > 0 or execution = \"Aborted\"."),
        required("state", &StateRule::state, "", "What the machine does then."),
        field("why", &StateRule::why, "", "For people; the condition itself when absent."));
  }
};

struct ModeRule {
  std::string when;
  MachineMode mode = MachineMode::unknown;

  static constexpr auto describe() {
    return record("mode_rule",
                  required("when", &ModeRule::when, "", "Condition over the machine's tags."),
                  required("mode", &ModeRule::mode, "", "What the machine is there for then."));
  }
};

struct StateSection {
  Duration no_data_after{};
  std::optional<Duration> expects_every;
  std::vector<StateRule> rules;
  MachineState otherwise = MachineState::idle;
  std::vector<ModeRule> mode;
  std::string note;

  static constexpr auto describe() {
    using T = StateSection;
    return record(
        "state",
        field("no_data_after", &T::no_data_after, "",
              "How long the last value holds on after its source was lost or it went bad."),
        field("expects_every", &T::expects_every, "",
              "Silence of all tags that the rules name for this long is no data. Only for sources "
              "that send values that do not change."),
        required("rules", &T::rules, "", "The first that holds wins."),
        field("otherwise", &T::otherwise, "", "State when no rule holds."),
        field("mode", &T::mode, "", "The first that holds wins; unknown when none does."),
        field("note", &T::note, "", "A remark."));
  }
};

// The section, ready to be judged.
struct Rules {
  static constexpr std::size_t rules_max = 200;
  struct ForState {
    Condition when;
    MachineState state;
    std::string why;
    friend bool operator==(const ForState&, const ForState&) = default;
  };
  struct ForMode {
    Condition when;
    MachineMode mode;
    friend bool operator==(const ForMode&, const ForMode&) = default;
  };
  Duration no_data_after{};
  std::optional<Duration> expects_every;
  std::vector<Input> inputs;
  std::vector<ForState> states;
  std::vector<ForMode> modes;
  MachineState otherwise = MachineState::idle;
  friend bool operator==(const Rules&, const Rules&) = default;
};

// Reads the section of a machine. Every problem has its line and column; the rules hold what could
// be read. Thread: any; pure.
Rules read_rules(const Node& section, const Machine& machine, Problems& problems);

// What the machine does, as far as the inputs tell.
// Shape: one entry of `seen` for each input. Thread: any; pure.
struct Answer {
  MachineState state = MachineState::nodata;
  MachineMode mode = MachineMode::unknown;
  std::string_view why;                  // the rule that holds, in words
  std::optional<std::uint16_t> lacking;  // the input for whose want the state is not known
};
Answer answer(const Rules& rules, std::span<const Seen> seen);

}  // namespace millwright::watch::state
