#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "math/aggregate/status.hpp"

namespace millwright::math {

// One row of a tag: nanoseconds UTC, value, status. A bad row has no value; a good or uncertain one
// whose value is no finite number is taken as bad.
struct Sample {
  std::int64_t time = 0;
  double value = 0;
  StatusCode status = status_good;
};

// Rows as columns, times rising strictly. Statuses may be empty: then all are good.
struct Samples {
  std::span<const std::int64_t> times;
  std::span<const double> values;
  std::span<const StatusCode> statuses;

  std::size_t size() const { return times.size(); }
  Sample at(std::size_t row) const {
    return {times[row], values[row], statuses.empty() ? status_good : statuses[row]};
  }
};

// A span of rows that somebody has counted already, first and last row included. What is absent is
// unknown, and Aggregator::takes says whether the rest is enough.
struct SpanSummary {
  Sample first, last;
  std::uint64_t good = 0, uncertain = 0, bad = 0;      // rows
  double sum = 0, minimum = 0, maximum = 0;            // of the good rows
  std::optional<std::int64_t> minimum_at, maximum_at;  // the oldest of them
  // How often; absent: once, so that MultipleValues is not said.
  std::optional<std::uint64_t> minimum_rows, maximum_rows;
  // Held from each row to the next, between first and last row: nanoseconds by the row's status.
  std::int64_t held_good = 0, held_uncertain = 0, held_bad = 0;
  double stepped_integral = 0;               // value x seconds of the good rows, held
  std::optional<double> sloped_integral;     // the same with lines between good rows
  std::optional<std::int64_t> held_zero;     // nanoseconds good and zero
  std::optional<double> squares;             // sum of (value - mean)^2 of the good rows
  std::optional<std::uint64_t> transitions;  // rows that differ from the row before
  std::optional<std::int64_t> longest_gap;   // between two rows
};

}  // namespace millwright::math
