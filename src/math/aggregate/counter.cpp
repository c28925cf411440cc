#include "math/aggregate/counter.hpp"

#include <cmath>
#include <utility>

namespace millwright::math {

CounterFold::CounterFold(Intervals intervals, CounterSettings settings)
    : intervals_(std::move(intervals)), settings_(settings), increases_(intervals_.size()) {
  if (settings_.largest_step <= 0) settings_.largest_step = settings_.range / 2;
}

Outcome CounterFold::add(const Samples& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Sample row = rows.at(i);
    if (time_ && row.time <= *time_)
      return fail(Code::invalid, "the times of the rows do not rise");
    time_ = row.time;
    if (severity(row.status) != Severity::good || !std::isfinite(row.value)) continue;
    const auto leaves = [&](const Intervals::Interval& interval) {
      return intervals_.reverse() ? row.time > interval.high : row.time >= interval.high;
    };
    while (at_ < intervals_.size() && leaves(intervals_.at(at_)))
      ++at_;
    if (at_ == intervals_.size()) return Done{};
    const std::int64_t low = intervals_.at(at_).low;
    const bool inside = intervals_.reverse() ? row.time > low : row.time >= low;
    if (value_ && inside) count(increases_[at_], row.value);
    value_ = row.value;
  }
  return Done{};
}

void CounterFold::count(CounterIncrease& kept, double value) const {
  ++kept.steps;
  const double step = value - *value_;
  if (step >= 0) {
    kept.increase += step;
    return;
  }
  const double rolled = step + settings_.range;
  if (settings_.range > 0 && rolled >= 0 && rolled <= settings_.largest_step) {
    ++kept.rollovers;
    kept.increase += rolled;
  } else if (value >= 0 && value <= *value_ / 2) {
    ++kept.resets;
    kept.increase += value;
  } else {
    ++kept.ignored;
  }
}

}  // namespace millwright::math
