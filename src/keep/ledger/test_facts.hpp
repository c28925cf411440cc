#pragma once

#include <string>

#include "keep/ledger/store.hpp"

namespace millwright::keep {

// Fact number n of a made-up past, for tests: the same each time.
inline Fact numbered_fact(std::uint64_t n) {
  const Instant at =
      instant(1'790'000'000'000'000'000 + static_cast<std::int64_t>(n) * 1'000'000'000);
  Fact fact{FactId::of({n + 1}, n % 3), FactId::of({n}, 0), at, at + 1ms, {}};
  if (n % 4 == 0) {
    fact.what =
        fact::Stop(fact::StopExplained{MachineId{static_cast<std::uint32_t>(n % 5)}, at, "jam", "",
                                       n % 8 == 0 ? "ada" : "grace", std::to_string(n)});
  } else {
    fact.what = fact::State(fact::StateChanged{MachineId{static_cast<std::uint32_t>(n % 5)},
                                               at,
                                               {},
                                               MachineState::running,
                                               MachineMode::production,
                                               "rule " + std::to_string(n)});
  }
  return fact;
}

inline Record numbered_record(std::uint64_t n) {
  return make_record(numbered_fact(n), [](const std::string& name) { return "person:" + name; });
}

}  // namespace millwright::keep
