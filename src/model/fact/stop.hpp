#pragma once

#include <string>
#include <variant>

#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/ids.hpp"

namespace millwright::fact {

// A person said why a machine stood.
struct StopExplained {
  MachineId machine;
  Instant from;        // start of the stop
  std::string reason;  // a name of the plant file's `reasons:`; empty takes the reason back
  std::string note, who;
  std::string key;  // the same key twice has no effect

  static constexpr auto describe() {
    using T = StopExplained;
    return record("stop_explained", field("machine", &T::machine, "", "Which."),
                  field("from", &T::from, "", "Start of the stop."),
                  field("reason", &T::reason, "", "Name of the reason."),
                  field("note", &T::note, "", "A remark."), field("who", &T::who, "", "By whom."),
                  field("key", &T::key, "", "Tells a repeated request."));
  }
};

using Stop = std::variant<StopExplained>;

}  // namespace millwright::fact
