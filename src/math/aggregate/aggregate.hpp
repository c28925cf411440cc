#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "math/aggregate/intervals.hpp"
#include "math/aggregate/samples.hpp"

namespace millwright::math {

// The aggregates of OPC UA Part 13, 5.4.3. AnnotationCount is missing: there are no annotations.
// Totals are in value x seconds, durations in milliseconds; WorstQuality's value is a status code.
enum class Aggregate : std::uint8_t {
  interpolative,
  average,
  time_average,
  time_average2,
  total,
  total2,
  minimum,
  maximum,
  minimum_actual_time,
  maximum_actual_time,
  range,
  minimum2,
  maximum2,
  minimum_actual_time2,
  maximum_actual_time2,
  range2,
  count,
  duration_in_state_zero,
  duration_in_state_non_zero,
  number_of_transitions,
  start,
  end,
  delta,
  start_bound,
  end_bound,
  delta_bounds,
  duration_good,
  duration_bad,
  percent_good,
  percent_bad,
  worst_quality,
  worst_quality2,
  standard_deviation_sample,
  variance_sample,
  standard_deviation_population,
  variance_population
};
inline constexpr int aggregate_kinds = 36;

std::string_view to_text(Aggregate kind);  // Its name in OPC UA: "TimeAverage2".
std::optional<Aggregate> to_aggregate(std::string_view name);

enum class Between : std::uint8_t { sloped, stepped };  // two rows: a line, or the first held

// Source: OPC 10000-13 4.2.1.2 and 3.1.9.
struct AggregateSettings {
  Between between = Between::sloped;
  bool treat_uncertain_as_bad = true;
  int percent_data_bad = 100;
  int percent_data_good = 100;
  bool use_sloped_extrapolation = false;
  std::int64_t hold_at_most = 0;  // A value is bad when it is older than this; 0: never.
  // Up to here it is known that no row is missing (the clock of the source); the last value holds
  // until then. Never earlier than the last row plus the resolution.
  std::int64_t known_until = std::numeric_limits<std::int64_t>::min();
  std::int64_t resolution = 1'000'000;  // The "time immediately before" is this much earlier.
};

// No value (bad): value is not a number.
struct AggregateValue {
  std::int64_t time = 0;
  double value = std::numeric_limits<double>::quiet_NaN();
  StatusCode status = status_bad_no_data;
};

// Folds rows into intervals, in pieces; memory does not grow with rows or intervals, except that an
// interval that ends between bad rows waits for the next usable one when lines are drawn across
// (bound: intervals_waiting_max; at it the value before is extrapolated).
// Shape:   first the rows before the first interval, from the last usable one on (as many as
// exist),
//          then all rows of the intervals and after them until complete(); then finish().
// Errors:  invalid: settings out of range, times that do not rise, a summary that takes() refuses.
// Thread:  one at a time; pure but for the sink.
// Source:  OPC 10000-13 v1.05; tested on the tables of its annex A.
inline constexpr std::size_t intervals_waiting_max = 1'024;
class Aggregator {
 public:
  // Hears each interval once, in the order of time; one value for each kind that was asked for.
  using Sink = std::function<void(std::size_t interval, std::span<const AggregateValue> values)>;
  static Result<Aggregator> open(std::vector<Aggregate> kinds, Intervals intervals,
                                 AggregateSettings settings, Sink sink);
  Aggregator(Aggregator&&) noexcept;
  Aggregator& operator=(Aggregator&&) noexcept;
  ~Aggregator();

  Outcome add(const Samples& rows);
  bool takes(const SpanSummary& summary) const;  // in one interval, and enough for each kind
  Outcome add(const SpanSummary& summary);
  bool complete() const;  // Every interval is said; more rows change nothing.
  void finish();          // There are no more rows.

 private:
  class Engine;
  explicit Aggregator(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

// All at once, for one kind; in reverse intervals the latest comes first.
Result<std::vector<AggregateValue>> aggregate(Aggregate kind, const Samples& rows,
                                              const Intervals& intervals,
                                              const AggregateSettings& settings);

}  // namespace millwright::math
