#pragma once

#include <optional>
#include <vector>

#include "keep/history/around.hpp"
#include "math/aggregate/aggregate.hpp"
#include "math/aggregate/bounds.hpp"
#include "math/aggregate/counter.hpp"

namespace millwright::keep {

// What is asked of the past of one tag.
struct FoldQuestion {
  std::vector<math::Aggregate> kinds{};
  std::optional<math::CounterSettings> counter{};  // how far it went is asked too
  math::AggregateSettings settings{};
};

struct Folded {
  // One for each interval, in order of time, and in it one for each kind.
  std::vector<math::AggregateValue> values{};
  std::vector<math::CounterIncrease> increases{};  // when a counter is asked for
};

// Rows as math hears them; a text is a number that stands for it. Valid until the next call.
class MathRows {
 public:
  math::Samples of(const Rows& rows);

 private:
  std::vector<std::int64_t> times_;
  std::vector<double> values_;
  std::vector<math::StatusCode> codes_;
};

// What statistics say of rows, when that is all that any aggregate can want to know of them.
std::optional<math::SpanSummary> summary_of(const math::Statistics& statistics, Kind kind);

// The OPC UA aggregates of a tag, from statistics where these are enough. Errors: invalid, corrupt.
Result<Folded> fold(const History& history, TagId tag, const math::Intervals& intervals,
                    const FoldQuestion& question);

// The value of a tag at a time between its rows.
Result<math::AggregateValue> value_at(const History& history, TagId tag, Instant at,
                                      math::Bounds bounds, const math::AggregateSettings& settings);

// The rows that a calculation with these settings has to hear around its span.
Around around_for(const math::AggregateSettings& settings);

}  // namespace millwright::keep
