#include "keep/history/fold.hpp"

#include <algorithm>
#include <array>

namespace millwright::keep {
namespace {

// Gives rows to whoever calculates with them, until all have enough.
class Folding final : public Listener {
 public:
  Folding(math::Aggregator* aggregator, math::CounterFold* counter, Instant to)
      : aggregator_(aggregator), counter_(counter), to_(to) {}

  // A counter has to see every step.
  bool take_vector(const math::Statistics& of, Kind kind) override {
    if (counter_ != nullptr || aggregator_ == nullptr || aggregator_->complete()) return false;
    const auto summary = summary_of(of, kind);
    return summary && aggregator_->takes(*summary) && aggregator_->add(*summary).has_value();
  }
  Result<bool> take(const Rows& rows) override {
    const math::Samples samples = rows_.of(rows);
    if (aggregator_ != nullptr && !aggregator_->complete()) TRY(aggregator_->add(samples));
    if (counter_ != nullptr) TRY(counter_->add(samples));
    const bool is_counted = counter_ == nullptr || rows.times.back() >= to_;
    const bool is_folded = aggregator_ == nullptr || aggregator_->complete();
    return !(is_counted && is_folded);
  }

 private:
  math::Aggregator* aggregator_;
  math::CounterFold* counter_;
  Instant to_;
  MathRows rows_;
};

}  // namespace

math::Samples MathRows::of(const Rows& rows) {
  const std::size_t count = rows.size();
  times_.resize(count);
  std::transform(rows.times.begin(), rows.times.end(), times_.begin(), nanoseconds);
  values_.resize(count);
  if (rows.kind == Kind::text) {
    std::transform(rows.texts.begin(), rows.texts.end(), values_.begin(),
                   [](const std::string& text) { return math::digest(as_bytes(text)); });
  } else if (rows.kind == Kind::number || rows.kind == Kind::single) {
    std::transform(rows.values.begin(), rows.values.end(), values_.begin(),
                   [](Scalar value) { return value.number(); });
  } else {
    std::transform(rows.values.begin(), rows.values.end(), values_.begin(),
                   [&](Scalar value) { return as_number(rows.kind, value); });
  }
  codes_.clear();
  const bool is_plain = std::all_of(rows.qualities.begin(), rows.qualities.end(),
                                    [](Quality quality) { return quality.code == 0; });
  if (!is_plain) {
    codes_.resize(count);
    std::transform(rows.qualities.begin(), rows.qualities.end(), codes_.begin(),
                   [](Quality quality) { return quality.code; });
  }
  return {times_, values_, codes_};
}

std::optional<math::SpanSummary> summary_of(const math::Statistics& of, Kind kind) {
  const bool is_text = kind == Kind::text;
  const bool is_number = of.numbers == of.good && of.course.has_value();
  if (of.uncertain > 0 || of.bad > 0 || (!is_text && !is_number)) return std::nullopt;
  math::SpanSummary out;
  out.first = {of.from, of.first.value, math::status_good};
  out.last = {of.until, of.last.value, math::status_good};
  out.good = of.good;
  out.held_good = of.good_held;
  out.transitions = of.transitions;
  if (is_text) return out;
  out.sum = of.sum;
  out.minimum = of.min;
  out.maximum = of.max;
  out.minimum_rows = of.course->min_rows;
  out.maximum_rows = of.course->max_rows;
  out.stepped_integral = of.integral;
  out.sloped_integral = of.course->sloped;
  out.longest_gap = of.course->longest_gap;
  out.held_zero = of.states.held(0);
  if (of.min > 0 || of.max < 0) out.held_zero = 0;
  return out;
}

Around around_for(const math::AggregateSettings& settings) {
  const bool is_line = settings.between == math::Between::sloped;
  return {settings.treat_uncertain_as_bad ? Around::Usable::good : Around::Usable::not_bad,
          is_line && settings.use_sloped_extrapolation ? 2U : 1U, 1};
}

Result<Folded> fold(const History& history, TagId tag, const math::Intervals& intervals,
                    const FoldQuestion& question) {
  Folded out;
  std::optional<math::Aggregator> aggregator;
  if (!question.kinds.empty()) {
    out.values.reserve(intervals.size() * question.kinds.size());
    aggregator = TRY(
        math::Aggregator::open(question.kinds, intervals, question.settings,
                               [&](std::size_t, std::span<const math::AggregateValue> values) {
                                 out.values.insert(out.values.end(), values.begin(), values.end());
                               }));
  }
  std::optional<math::CounterFold> counter;
  if (question.counter) counter.emplace(intervals, *question.counter);
  const Span span{instant(intervals.at(0).low), instant(intervals.at(intervals.size() - 1).high)};
  Folding folding(aggregator ? &*aggregator : nullptr, counter ? &*counter : nullptr, span.to);
  TRY(tell_with_around(history, tag, span, around_for(question.settings), folding));
  if (aggregator) aggregator->finish();
  if (counter) out.increases = counter->increases();
  return out;
}

Result<math::AggregateValue> value_at(const History& history, TagId tag, Instant at,
                                      math::Bounds bounds,
                                      const math::AggregateSettings& settings) {
  const Around around = around_for(settings);
  const Rows before = TRY(rows_before(history, tag, at, around));
  const Rows after = TRY(rows_after(history, tag, at, around));
  const std::array<Rows, 2> lists{before, after};
  const Rows all = joined(lists, before.size() + after.size());
  MathRows rows;
  const math::Samples samples = rows.of(all);
  return math::value_at(samples, nanoseconds(at), bounds, settings);
}

}  // namespace millwright::keep
