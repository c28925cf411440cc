#pragma once

#include "math/aggregate/tally.hpp"

namespace millwright::math {

// What there is to know about an interval besides its tally.
struct Frame {
  bool reverse = false;
  bool outside = false;  // wholly before the first row, or after the end of data
  bool partial = false;  // overlaps the first row or the end of data, or is the shorter rest
};

// The aggregate of one interval. Source: OPC 10000-13 5.4.3, each kind in its subclause.
AggregateValue evaluate(Aggregate kind, const Tally& tally, const Frame& frame,
                        const AggregateSettings& settings);

// Its parts. Values of the parts carry all bits but Partial.
AggregateValue evaluate_extreme(Aggregate kind, const Tally& tally, const Frame& frame,
                                const AggregateSettings& settings);

// Status from how long, or how many rows, were good, uncertain and bad. Source: 5.4.3.2.1.
StatusCode status_by_time(const Held& held, const AggregateSettings& settings);
StatusCode status_by_rows(const Tally& tally, const AggregateSettings& settings);

inline std::int64_t start_of(const Tally& tally, const Frame& frame) {
  return frame.reverse ? tally.high : tally.low;
}
inline const Bound& start_bound_of(const Tally& tally, const Frame& frame) {
  return frame.reverse ? tally.high_bound : tally.low_bound;
}
inline const Bound& end_bound_of(const Tally& tally, const Frame& frame) {
  return frame.reverse ? tally.low_bound : tally.high_bound;
}

}  // namespace millwright::math
