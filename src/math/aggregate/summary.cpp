#include <algorithm>
#include <utility>

#include "math/aggregate/engine.hpp"

namespace millwright::math {
namespace {

bool all_good(const SpanSummary& summary) {
  return summary.uncertain == 0 && summary.bad == 0;
}

// Absent times of the extremes matter to the kinds that say them.
bool tells_time(Aggregate kind, const SpanSummary& summary) {
  switch (kind) {
    case Aggregate::minimum_actual_time:
    case Aggregate::minimum_actual_time2:
      return summary.minimum_at.has_value();
    case Aggregate::maximum_actual_time:
    case Aggregate::maximum_actual_time2:
      return summary.maximum_at.has_value();
    default:
      return true;
  }
}

}  // namespace

bool Aggregator::Engine::takes(const SpanSummary& summary) const {
  if (complete() || !open() || finished_) return false;
  if (summary.first.time > summary.last.time) return false;
  if (has_row_ && summary.first.time <= last_row_) return false;
  if (settings_.hold_at_most > 0 &&
      (!summary.longest_gap || *summary.longest_gap > settings_.hold_at_most))
    return false;
  if (needs_.interpolated && !stepped() && settings_.use_sloped_extrapolation) return false;
  const bool in_current = belongs(summary.first.time) && !leaves(summary.last.time);
  return (in_current || intervals_.holds(summary.first.time, summary.last.time)) && enough(summary);
}

bool Aggregator::Engine::enough(const SpanSummary& summary) const {
  return std::all_of(kinds_.begin(), kinds_.end(), [&](Aggregate kind) {
    if (!tells_time(kind, summary)) return false;
    return all_good(summary) ? enough_good(kind, summary) : enough_mixed(kind, summary);
  });
}

bool Aggregator::Engine::enough_good(Aggregate kind, const SpanSummary& summary) const {
  switch (kind) {
    case Aggregate::time_average:
    case Aggregate::time_average2:
    case Aggregate::total:
    case Aggregate::total2:
      return stepped() || summary.sloped_integral.has_value();
    case Aggregate::duration_in_state_zero:
    case Aggregate::duration_in_state_non_zero:
      return summary.held_zero.has_value();
    case Aggregate::number_of_transitions:
      return summary.transitions.has_value();
    case Aggregate::standard_deviation_sample:
    case Aggregate::variance_sample:
    case Aggregate::standard_deviation_population:
    case Aggregate::variance_population:
      return summary.squares.has_value();
    default:
      return true;
  }
}

// Rows that are not good: what depends on where they lie is not to be had from counts.
bool Aggregator::Engine::enough_mixed(Aggregate kind, const SpanSummary& summary) const {
  const bool counts_good_alone = summary.uncertain == 0 || settings_.treat_uncertain_as_bad;
  switch (kind) {
    case Aggregate::average:
    case Aggregate::count:
    case Aggregate::start:
    case Aggregate::end:
    case Aggregate::start_bound:
    case Aggregate::end_bound:
    case Aggregate::delta_bounds:
    case Aggregate::duration_good:
    case Aggregate::duration_bad:
    case Aggregate::percent_good:
    case Aggregate::percent_bad:
      return true;
    case Aggregate::minimum:
    case Aggregate::maximum:
    case Aggregate::minimum_actual_time:
    case Aggregate::maximum_actual_time:
    case Aggregate::range:
      return counts_good_alone;
    case Aggregate::time_average2:
    case Aggregate::total2:
    case Aggregate::minimum2:
    case Aggregate::maximum2:
    case Aggregate::minimum_actual_time2:
    case Aggregate::maximum_actual_time2:
    case Aggregate::range2:
      return counts_good_alone && stepped();
    case Aggregate::duration_in_state_zero:
    case Aggregate::duration_in_state_non_zero:
      return summary.held_zero.has_value();
    default:
      return false;
  }
}

Outcome Aggregator::Engine::add(const SpanSummary& summary) {
  if (complete()) return Done{};
  if (!takes(summary))
    return fail(Code::invalid, "these aggregates cannot be made from this summary: add its rows");
  hear_summary(summary);
  return Done{};
}

void Aggregator::Engine::hear_summary(const SpanSummary& summary) {
  const Sample first = cleaned(summary.first);
  const Sample last = cleaned(summary.last);
  expire_before(first.time);
  advance(first, curve_.usable(first));
  if (open() && belongs(first.time)) {
    if (curve_.usable(first)) count_transition(first);
    tally_summary(current_, summary);
    if (last.time > cursor_) account_summary(summary, last);
  }
  if (!has_row_) first_row_ = first.time;
  has_row_ = true;
  last_row_ = last.time;
  remember(first, curve_.usable(first));
  if (last.time > first.time) remember(last, curve_.usable(last));
}

// The time between first and last row, which all lies in the current interval.
void Aggregator::Engine::account_summary(const SpanSummary& summary, const Sample& last) {
  Tally& tally = current_;
  const bool as_bad = settings_.treat_uncertain_as_bad;
  Held held{summary.held_good, summary.held_uncertain, summary.held_bad};
  if (as_bad) held.bad += std::exchange(held.uncertain, 0);
  const double integral =
      1e9 * (stepped() ? summary.stepped_integral : summary.sloped_integral.value_or(0));
  for (Held* kept : {&tally.held, &tally.curve}) {
    kept->good += held.good;
    kept->uncertain += held.uncertain;
    kept->bad += held.bad;
  }
  tally.held_zero += summary.held_zero.value_or(0);
  tally.integral += integral;
  tally.interpolated_integral += integral;
  tally.interpolated_length += held.all();
  cursor_ = summary.last.time;
  // In reverse the last row may stand on the edge.
  if (!stepped() && cursor_ == tally.high) tally.interpolated_high = {last.value, last.status};
}

}  // namespace millwright::math
