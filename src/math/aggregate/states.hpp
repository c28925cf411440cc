#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "math/aggregate/aggregate.hpp"

namespace millwright::math {

// How long a tag showed one value, in nanoseconds, and how often it came to it.
struct StateTime {
  double value = 0;
  std::int64_t held = 0;
  std::uint64_t entered = 0;
};

// One interval: the states in the order of their first showing, and the time that has none.
struct StateTimes {
  std::vector<StateTime> states;
  std::int64_t other = 0;  // in states beyond state_times_max
  std::int64_t unknown =
      0;                   // before the first row, bad (or uncertain, when that is bad), or too old
  std::int64_t later = 0;  // after the end of data
};

// How long a value lay between two limits, both included.
struct LimitTime {
  std::int64_t inside = 0, below = 0, above = 0, unknown = 0, later = 0;
  std::uint64_t left = 0;  // how often a row outside came after one inside
};
struct Limits {
  double low, high;
  bool hold(double value) const { return value >= low && value <= high; }
};

// Seconds in each state: values held until the next row (AggregateSettings::between is not used).
// Shape:   rows from the last one before the first interval on, as many as exist.
// Errors:  invalid: times that do not rise, columns of different length. Bound: state_times_max.
// Thread:  any; pure.
inline constexpr std::size_t state_times_max = 64;
Result<std::vector<StateTimes>> state_times(const Samples& rows, const Intervals& intervals,
                                            const AggregateSettings& settings);

// The same for limits. Between sloped rows a line crosses a limit where it crosses it.
Result<std::vector<LimitTime>> limit_times(const Samples& rows, const Intervals& intervals,
                                           const AggregateSettings& settings, Limits limits);

}  // namespace millwright::math
