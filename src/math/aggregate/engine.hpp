#pragma once

#include <deque>
#include <vector>

#include "math/aggregate/curve.hpp"
#include "math/aggregate/evaluate.hpp"

namespace millwright::math {

class Aggregator::Engine {
 public:
  Engine(std::vector<Aggregate> kinds, Intervals intervals, const AggregateSettings& settings,
         Sink sink);

  Outcome add(const Samples& rows);
  bool takes(const SpanSummary& summary) const;
  Outcome add(const SpanSummary& summary);
  bool complete() const { return said_ == intervals_.size(); }
  void finish();

 private:
  bool stepped() const { return settings_.between == Between::stepped; }
  bool open() const { return current_.index < intervals_.size(); }
  bool leaves(std::int64_t time) const;
  bool belongs(std::int64_t time) const;
  bool enough(const SpanSummary& summary) const;
  void account_summary(const SpanSummary& summary, const Sample& last);
  bool enough_mixed(Aggregate kind, const SpanSummary& summary) const;
  bool enough_good(Aggregate kind, const SpanSummary& summary) const;

  std::size_t hear_run(const Samples& rows, std::size_t from);
  void hear(const Sample& row);
  void hear_summary(const SpanSummary& summary);
  void expire_before(std::int64_t time);
  void advance(const Sample& row, bool usable);
  void remember(const Sample& row, bool usable);
  void count_transition(const Sample& row);
  void account(const Sample* after, std::int64_t to);
  void set_first_low(const Sample* after, std::int64_t upto);
  void close(const Sample* after, bool known_high);
  void settle_waiting(const Sample& next);
  void say(const Tally& tally, bool outside, bool partial);
  void begin_next();
  void extrapolate_oldest();
  bool incomplete(const Tally& tally) const;
  Bound step_at(const Sample* after, std::int64_t time) const;
  void end_interval(std::int64_t end);
  void end_interpolated(std::int64_t end);

  std::vector<Aggregate> kinds_;
  Intervals intervals_;
  AggregateSettings settings_;
  Sink sink_;
  Needs needs_;
  Curve curve_;
  std::vector<AggregateValue> values_;

  bool has_row_ = false;
  std::int64_t first_row_ = 0;  // where the data begins
  std::int64_t last_row_ = 0;
  Sample previous_;  // the neighbour on the left: the last row, or a moment when it grew too old
  Anchors anchors_;

  Tally current_;
  std::int64_t cursor_ = 0;    // up to here the current interval is accounted
  bool low_is_set_ = false;    // the bound at the very first edge is known
  std::deque<Tally> waiting_;  // closed, but for a line to the next usable row
  std::size_t said_ = 0;
  bool finished_ = false;
};

}  // namespace millwright::math
