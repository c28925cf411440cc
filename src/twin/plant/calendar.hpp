#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "math/simulate/simulate.hpp"
#include "model/describe.hpp"

namespace millwright::twin {

// A shift of the works: early 06-14, late 14-22, local time.
struct Shift {
  Instant from, to;
  friend bool operator==(const Shift&, const Shift&) = default;
  static constexpr auto describe() {
    return record("shift", required("from", &Shift::from, "", "When it begins."),
                  required("to", &Shift::to, "", "When it ends."));
  }
};

// The shifts that begin in the `days` days from the local midnight before `from`: Monday to Friday
// early and late, Saturday early in even calendar weeks.
// Errors: not_found when the zone is not in the time zone database.
Result<std::vector<Shift>> shifts(Instant from, int days);

// The midnight in the plant's zone that began the Monday of the week of `at`.
Result<Instant> monday_before(Instant at);

enum class Breaks : std::uint8_t { kept, worked_through };

// Working time since `epoch`: the shifts, less 20 min after 2 h and 30 min after 4.5 h.
math::Calendar working_time(const std::vector<Shift>& shifts, Instant epoch, Breaks breaks);

// "2026-11-22" and "10:07" on the clocks of the plant.
struct ClockWords {
  std::string date, time;
};
Result<ClockWords> clock_words(Instant at);

// The same with one more interval, in which nobody takes a break.
math::Calendar with_special(const math::Calendar& calendar, math::Interval special);

bool is_open(const math::Calendar& calendar, Duration at);

}  // namespace millwright::twin
