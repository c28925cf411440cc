#include "math/aggregate/states.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "math/aggregate/curve.hpp"

namespace millwright::math {
namespace {

// A stretch of time within one interval in which nothing changes but a line goes on.
struct Stretch {
  std::size_t interval;
  std::int64_t from, to;
  const Sample* previous;  // what was so before `before`; null: nothing was known
  const Sample* before;    // null: nothing is known
  const Sample* after;     // null: held
  bool later = false;
};
using Sink = std::function<void(const Stretch&)>;

// Cuts the time from row to row at the edges of intervals, in the order of time.
class Stretches {
 public:
  Stretches(const Intervals& intervals, const Sink& sink) : intervals_(intervals), sink_(sink) {}

  const Sample* previous = nullptr;

  void add(std::int64_t to, const Sample* before, const Sample* after, bool later = false) {
    for (; at_ < intervals_.size(); ++at_) {
      const Intervals::Interval interval = intervals_.at(at_);
      const std::int64_t from = std::max(time_, interval.low);
      const std::int64_t until = std::min(to, interval.high);
      if (until > from) sink_({at_, from, until, previous, before, after, later});
      if (to < interval.high) break;
    }
    time_ = std::max(time_, to);
  }

 private:
  const Intervals& intervals_;
  const Sink& sink_;
  std::size_t at_ = 0;
  std::int64_t time_ = std::numeric_limits<std::int64_t>::min();
};

Outcome check(const Samples& rows) {
  const bool same = rows.values.size() == rows.size() &&
                    (rows.statuses.empty() || rows.statuses.size() == rows.size());
  if (!same) return fail(Code::invalid, "the columns of the rows differ in length");
  const auto fall =
      std::adjacent_find(rows.times.begin(), rows.times.end(), std::greater_equal<>());
  if (fall != rows.times.end()) return fail(Code::invalid, "the times of the rows do not rise");
  return Done{};
}

void cut(const Samples& rows, const Intervals& intervals, const AggregateSettings& settings,
         const Sink& sink) {
  Stretches stretches(intervals, sink);
  const Curve curve{settings.between, settings.treat_uncertain_as_bad};
  const std::int64_t end = intervals.at(intervals.size() - 1).high;
  if (rows.size() == 0) return stretches.add(end, nullptr, nullptr, true);
  stretches.add(rows.times.front(), nullptr, nullptr);
  const std::int64_t known =
      std::max(settings.known_until, rows.times.back() + settings.resolution);
  Sample earlier;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Sample row = cleaned(rows.at(i));
    const bool is_last = i + 1 == rows.size();
    const std::int64_t until = is_last ? known : rows.times[i + 1];
    const Sample next = is_last ? row : cleaned(rows.at(i + 1));
    const Sample* before = curve.usable(row) ? &row : nullptr;
    const bool too_long = settings.hold_at_most > 0 && until - row.time > settings.hold_at_most;
    const bool line = !is_last && !too_long && curve.usable(next);
    if (too_long) stretches.add(row.time + settings.hold_at_most, before, nullptr);
    stretches.add(until, too_long ? nullptr : before, line ? &next : nullptr);
    earlier = row;
    stretches.previous = before == nullptr || too_long ? nullptr : &earlier;
  }
  stretches.add(end, nullptr, nullptr, true);
}

StateTime* state_of(StateTimes& times, double value) {
  for (StateTime& state : times.states)
    if (state.value == value) return &state;
  if (times.states.size() == state_times_max) return nullptr;
  times.states.push_back({value, 0, 0});
  return &times.states.back();
}

double value_at_time(const Stretch& stretch, std::int64_t time) {
  if (stretch.after == nullptr) return stretch.before->value;
  const double part = static_cast<double>(time - stretch.before->time) /
                      static_cast<double>(stretch.after->time - stretch.before->time);
  return stretch.before->value + (stretch.after->value - stretch.before->value) * part;
}

// How much of the length a line from `from` to `to` is below the limit.
double part_below(double from, double to, double limit) {
  if (from == to) return from < limit ? 1 : 0;
  return std::clamp(from < to ? (limit - from) / (to - from) : (limit - to) / (from - to), 0.0,
                    1.0);
}

void measure(LimitTime& time, const Stretch& stretch, Between between, Limits limits) {
  Stretch held = stretch;
  if (between == Between::stepped) held.after = nullptr;
  const double from = value_at_time(held, stretch.from);
  const double to = value_at_time(held, stretch.to);
  const std::int64_t length = stretch.to - stretch.from;
  const auto of = [&](double part) {
    return static_cast<std::int64_t>(std::llround(part * static_cast<double>(length)));
  };
  const std::int64_t below = of(part_below(from, to, limits.low));
  const std::int64_t above = of(part_below(-from, -to, -limits.high));
  time.below += below;
  time.above += above;
  time.inside += length - below - above;
}

}  // namespace

Result<std::vector<StateTimes>> state_times(const Samples& rows, const Intervals& intervals,
                                            const AggregateSettings& settings) {
  TRY(check(rows));
  std::vector<StateTimes> times(intervals.size());
  const Sink sink = [&](const Stretch& stretch) {
    StateTimes& kept = times[stretch.interval];
    const std::int64_t length = stretch.to - stretch.from;
    if (stretch.before == nullptr) {
      (stretch.later ? kept.later : kept.unknown) += length;
      return;
    }
    StateTime* const state = state_of(kept, stretch.before->value);
    (state == nullptr ? kept.other : state->held) += length;
    const bool came =
        stretch.previous == nullptr || stretch.previous->value != stretch.before->value;
    // What held before the interval was not entered in it.
    if (came && state != nullptr && stretch.before->time == stretch.from) ++state->entered;
  };
  cut(rows, intervals, settings, sink);
  return times;
}

Result<std::vector<LimitTime>> limit_times(const Samples& rows, const Intervals& intervals,
                                           const AggregateSettings& settings, Limits limits) {
  TRY(check(rows));
  if (!(limits.low <= limits.high))
    return fail(Code::invalid, "the lower limit is above the higher one");
  std::vector<LimitTime> times(intervals.size());
  const Sink sink = [&](const Stretch& stretch) {
    LimitTime& kept = times[stretch.interval];
    if (stretch.before == nullptr) {
      (stretch.later ? kept.later : kept.unknown) += stretch.to - stretch.from;
      return;
    }
    measure(kept, stretch, settings.between, limits);
    const bool here = stretch.before->time == stretch.from && stretch.previous != nullptr;
    if (here && limits.hold(stretch.previous->value) && !limits.hold(stretch.before->value))
      ++kept.left;
  };
  cut(rows, intervals, settings, sink);
  return times;
}

}  // namespace millwright::math
