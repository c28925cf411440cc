#pragma once

#include "model/machine_sections.hpp"
#include "watch/oee/log.hpp"
#include "watch/oee/sums.hpp"

namespace millwright::watch::oee {

// What a machine should do at best: the sections `cycle:` and `stop:` of a machine, read.
struct Ideals {
  IdealCycle cycle;
  Duration micro_stop = std::chrono::minutes(1);
  bool has_counter = false;      // a tag counts its good parts
  bool has_count = false;        // somebody does: a tag, or people
  std::optional<double> target;  // of OEE

  std::optional<double> seconds_a_part(const std::string& product) const {
    return cycle.of(product);
  }
};

// A span of a shift to be measured: shifts are cut at the plant's hours.
struct Slot {
  TimeSpan span;
  const Shift* shift = nullptr;
};

// Adds up what a machine did in a slot, as far as it has passed. Thread: any; pure.
// Source: ISO 22400-2; a stop shorter than micro_stop is a loss of performance.
Sums measure(const Log& log, const Ideals& ideals, const Slot& slot, Instant now);

// Parts that are to be made in a span of a shift: its time without breaks, by the products that run
// or ran last. `unplanned` gets the time for which there is no ideal cycle.
double plan_of(const Log& log, const Ideals& ideals, const Shift& shift, TimeSpan span,
               Duration& unplanned);

}  // namespace millwright::watch::oee
