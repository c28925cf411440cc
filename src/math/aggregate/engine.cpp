#include "math/aggregate/engine.hpp"

#include <algorithm>
#include <utility>

#include "math/aggregate/run.hpp"

namespace millwright::math {
namespace {

constexpr std::size_t run_rows_min = 8;  // below it rows are heard one by one

}  // namespace

Aggregator::Engine::Engine(std::vector<Aggregate> kinds, Intervals intervals,
                           const AggregateSettings& settings, Sink sink)
    : kinds_(std::move(kinds)),
      intervals_(std::move(intervals)),
      settings_(settings),
      sink_(std::move(sink)),
      needs_(needs(kinds_)),
      curve_{settings.between, settings.treat_uncertain_as_bad},
      values_(kinds_.size()) {
  const Intervals::Interval first = intervals_.at(0);
  current_.low = first.low;
  current_.high = first.high;
  cursor_ = first.low;
}

bool Aggregator::Engine::leaves(std::int64_t time) const {
  return intervals_.reverse() ? time > current_.high : time >= current_.high;
}

bool Aggregator::Engine::belongs(std::int64_t time) const {
  return intervals_.reverse() ? time > current_.low : time >= current_.low;
}

Outcome Aggregator::Engine::add(const Samples& rows) {
  if (rows.size() == 0) return Done{};
  if ((has_row_ && rows.times[0] <= last_row_) || !rise(rows.times))
    return fail(Code::invalid, "the times of the rows do not rise");
  for (std::size_t i = 0; i < rows.size() && !complete();) {
    const std::size_t end = hear_run(rows, i);
    if (end == i) hear(cleaned(rows.at(i)));
    i = std::max(end, i + 1);
  }
  return Done{};
}

// Hears good rows of one interval together, where that is worth it; says where they end.
std::size_t Aggregator::Engine::hear_run(const Samples& rows, std::size_t from) {
  if (settings_.hold_at_most != 0 || !open()) return from;
  const std::size_t at_least = from + run_rows_min;
  if (at_least > rows.size() || !belongs(rows.times[from])) return from;
  if (leaves(rows.times[at_least - 1])) return from;
  const auto first = rows.times.begin() + static_cast<std::ptrdiff_t>(from);
  const auto last = std::partition_point(first, rows.times.end(),
                                         [&](std::int64_t time) { return !leaves(time); });
  const std::size_t end = run_end(rows, from, from + static_cast<std::size_t>(last - first));
  if (end < at_least) return from;
  hear_summary(summarize_run({rows, from, end}, needs_, settings_.between));
  anchors_.second = rows.at(end - 2);
  return end;
}

void Aggregator::Engine::hear(const Sample& row) {
  expire_before(row.time);
  const bool usable = curve_.usable(row);
  advance(row, usable);
  if (open() && belongs(row.time)) {
    if (usable) count_transition(row);
    tally_row(current_, row, needs_);
  }
  if (!has_row_) first_row_ = row.time;
  has_row_ = true;
  last_row_ = row.time;
  remember(row, usable);
}

// A value that grew too old ends with a moment of no data: no row, but a neighbour for the curve.
void Aggregator::Engine::expire_before(std::int64_t time) {
  if (!has_row_ || settings_.hold_at_most == 0) return;
  if (severity(previous_.status) == Severity::bad) return;
  if (time - previous_.time <= settings_.hold_at_most) return;
  const Sample expired{previous_.time + settings_.hold_at_most, 0, status_bad_no_data};
  advance(expired, false);
  remember(expired, false);
}

void Aggregator::Engine::remember(const Sample& row, bool usable) {
  previous_ = row;
  if (usable) {
    anchors_.take(row);
  } else {
    anchors_.dirty = true;
  }
}

void Aggregator::Engine::count_transition(const Sample& row) {
  if (anchors_.count == 0 || anchors_.last.value != row.value) ++current_.transitions;
}

// Draws the curve from the row before to this one, over as many intervals as lie between.
void Aggregator::Engine::advance(const Sample& row, bool usable) {
  const bool draws_line = needs_.interpolated && !stepped() && usable;
  if (draws_line) settle_waiting(row);
  while (open() && leaves(row.time)) {
    account(&row, current_.high);
    if (draws_line) add_line(current_, anchors_, row);
    close(&row, draws_line || anchors_.count == 0);
  }
  if (!open()) return;
  account(&row, row.time);
  if (draws_line) add_line(current_, anchors_, row);
}

void Aggregator::Engine::account(const Sample* after, std::int64_t to) {
  if (to < current_.low) return;
  const Sample* before = has_row_ ? &previous_ : nullptr;
  set_first_low(after, to);
  if (to <= cursor_) return;
  if (needs_.curve || needs_.held)
    add_simple(current_, curve_, {before, after, cursor_, to}, needs_);
  if (needs_.interpolated && stepped()) add_step(current_, anchors_, cursor_, to);
  cursor_ = to;
}

void Aggregator::Engine::set_first_low(const Sample* after, std::int64_t upto) {
  if (low_is_set_ || upto < current_.low) return;
  low_is_set_ = true;
  const Sample* before = has_row_ ? &previous_ : nullptr;
  current_.low_bound = curve_.simple(before, after, current_.low);
  current_.low_quality = Curve{curve_.between, false}.simple(before, after, current_.low).status;
  if (stepped()) current_.interpolated_low = step_at(after, current_.low);
}

// The interpolated bound of held values, when the row after the time is known.
Bound Aggregator::Engine::step_at(const Sample* after, std::int64_t time) const {
  const bool row_is_there = after != nullptr && after->time == time;
  if (row_is_there && curve_.usable(*after)) return {after->value, after->status};
  Bound bound = held_bound(anchors_, time);
  if (row_is_there && bound.usable())  // A bad row is there: it is skipped.
    bound.status = add_bits(status_uncertain_data_sub_normal, bit_interpolated);
  return bound;
}

// The current interval is over: its high edge is the low edge of the next.
void Aggregator::Engine::close(const Sample* after, bool line_is_known) {
  const std::int64_t edge = current_.high;
  const Sample* before = has_row_ ? &previous_ : nullptr;
  current_.high_bound = curve_.simple(before, after, edge);
  current_.high_quality = Curve{curve_.between, false}.simple(before, after, edge).status;
  if (stepped()) current_.interpolated_high = step_at(after, edge);
  const bool waits = needs_.interpolated && !stepped() && !line_is_known;
  if (waits || !waiting_.empty()) {
    if (waiting_.size() == intervals_waiting_max) extrapolate_oldest();
    waiting_.push_back(current_);
  } else {
    say(current_, !has_row_, incomplete(current_));
  }
  begin_next();
}

void Aggregator::Engine::extrapolate_oldest() {
  Tally& oldest = waiting_.front();
  add_extrapolated(oldest, anchors_, settings_.use_sloped_extrapolation, oldest.low);
  say(oldest, false, incomplete(oldest));
  waiting_.pop_front();
}

// The data begins within, or it is the rest that is shorter than the others.
bool Aggregator::Engine::incomplete(const Tally& tally) const {
  if (!has_row_) return false;
  const bool begins = intervals_.reverse() ? first_row_ <= tally.high : first_row_ < tally.high;
  return (tally.low < first_row_ && begins) || intervals_.shortened(tally.index);
}

void Aggregator::Engine::begin_next() {
  Tally next;
  next.index = current_.index + 1;
  next.low_bound = current_.high_bound;
  next.low_quality = current_.high_quality;
  next.interpolated_low = current_.interpolated_high;
  if (next.index < intervals_.size()) {
    const Intervals::Interval interval = intervals_.at(next.index);
    next.low = interval.low;
    next.high = interval.high;
  }
  cursor_ = next.low;
  current_ = next;
}

// Everything that waited lies between the last usable row and this one.
void Aggregator::Engine::settle_waiting(const Sample& next) {
  for (Tally& tally : waiting_) {
    add_line(tally, anchors_, next);
    say(tally, false, incomplete(tally));
  }
  waiting_.clear();
}

void Aggregator::Engine::say(const Tally& tally, bool outside, bool partial) {
  const Frame frame{intervals_.reverse(), outside, partial};
  for (std::size_t i = 0; i < kinds_.size(); ++i)
    values_[i] = evaluate(kinds_[i], tally, frame, settings_);
  sink_(tally.index, values_);
  ++said_;
}

void Aggregator::Engine::finish() {
  if (std::exchange(finished_, true) || complete()) return;
  std::int64_t end = std::numeric_limits<std::int64_t>::min();
  if (has_row_) {
    end = std::max(settings_.known_until, last_row_ + settings_.resolution);
    expire_before(end);
  }
  while (!waiting_.empty())
    extrapolate_oldest();
  while (open())
    end_interval(end);
}

// An interval after which no row comes. Up to the end of data the last value holds; after it there
// is nothing but extrapolation.
void Aggregator::Engine::end_interval(std::int64_t end) {
  const bool outside = !has_row_ || current_.low >= end;
  const bool covered = has_row_ && current_.high < end;
  if (!outside) account(nullptr, std::min(current_.high, end));
  if (covered) {
    current_.high_bound = curve_.simple(&previous_, nullptr, current_.high);
    current_.high_quality =
        Curve{curve_.between, false}.simple(&previous_, nullptr, current_.high).status;
  }
  if (has_row_) end_interpolated(end);
  const bool ends_here = current_.low < end && end < current_.high;
  say(current_, outside, !outside && (ends_here || incomplete(current_)));
  begin_next();
}

void Aggregator::Engine::end_interpolated(std::int64_t end) {
  if (stepped() && current_.high < end) {
    current_.interpolated_high = held_bound(anchors_, current_.high);
    return;
  }
  const Bound low = current_.interpolated_low;
  const std::int64_t from = stepped() ? std::min(end, current_.high) : current_.low;
  add_extrapolated(current_, anchors_, !stepped() && settings_.use_sloped_extrapolation, from);
  if (stepped() && current_.low < end) current_.interpolated_low = low;
}

}  // namespace millwright::math
