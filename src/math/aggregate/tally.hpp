#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "math/aggregate/aggregate.hpp"

namespace millwright::math {

// The smallest or largest of some rows: where it was first, and how often.
struct Extreme {
  double value = 0;
  std::int64_t time = 0;
  std::uint64_t rows = 0;  // 0: there is none
};

// A value at a time that need not have a row.
struct Bound {
  double value = std::numeric_limits<double>::quiet_NaN();
  StatusCode status = status_bad_no_data;  // with bit_interpolated unless a row is there
  bool usable() const { return severity(status) != Severity::bad; }
  bool raw() const { return (status & bit_interpolated) == 0; }
};

// How long the interval was what, in nanoseconds. Uncovered time is in none.
struct Held {
  std::int64_t good = 0, uncertain = 0, bad = 0;
  std::int64_t all() const { return good + uncertain + bad; }
  void add(Severity what, std::int64_t length) {
    (what == Severity::good ? good : what == Severity::uncertain ? uncertain : bad) += length;
  }
};

// All that is kept of one interval while rows go by.
struct Tally {
  std::size_t index = 0;
  std::int64_t low = 0, high = 0;

  // Rows, by their own status.
  std::uint64_t good = 0, uncertain = 0, bad = 0;
  double sum = 0, lost = 0;      // of good rows; what rounding took from the sum (Neumaier)
  double mean = 0, squares = 0;  // of good rows (Welford)
  Extreme good_minimum, good_maximum, uncertain_minimum, uncertain_maximum;
  Sample first, last, first_good, last_good;
  bool skipped_before_first_good = false, skipped_after_last_good = false;
  StatusCode worst = status_good;
  std::uint64_t worst_rows = 0;
  std::uint64_t transitions = 0;

  // The curve with simple bounds.
  Bound low_bound, high_bound;
  StatusCode low_quality = status_bad_no_data, high_quality = status_bad_no_data;  // uncertain kept
  Held curve;                  // as lines or steps between rows
  double integral = 0;         // value x nanoseconds where not bad
  Held held;                   // each row until the next, whatever comes then
  std::int64_t held_zero = 0;  // good and zero

  // The curve with interpolated bounds.
  Bound interpolated_low, interpolated_high;
  double interpolated_integral = 0;
  std::int64_t interpolated_length = 0;
  bool interpolated_clean = true;  // nothing but good values took part

  std::uint64_t rows() const { return good + uncertain + bad; }
  void add_to_sum(double value) {
    const double next = sum + value;
    lost += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
    sum = next;
  }
};

// What the aggregates that were asked for need.
struct Needs {
  bool sum = false, extremes = false, variance = false, transitions = false;
  bool curve = false, held = false, interpolated = false;
};
Needs needs(std::span<const Aggregate> kinds);

// Counts one row, or a span of rows, into the interval in which it lies.
void tally_row(Tally& tally, const Sample& row, const Needs& needs);
void tally_summary(Tally& tally, const SpanSummary& summary);

// A row with its status as aggregates see it: a value that is no number is bad.
Sample cleaned(Sample row);

}  // namespace millwright::math
