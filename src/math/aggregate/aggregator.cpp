#include <algorithm>
#include <string>
#include <utility>

#include "math/aggregate/engine.hpp"

namespace millwright::math {
namespace {

Outcome check(const AggregateSettings& settings) {
  const auto percent = [](int value) { return value >= 0 && value <= 100; };
  if (!percent(settings.percent_data_bad) || !percent(settings.percent_data_good))
    return fail(Code::invalid, "PercentDataGood and PercentDataBad lie between 0 and 100");
  if (settings.percent_data_good < 100 - settings.percent_data_bad)
    return fail(Code::invalid, "PercentDataGood is at least 100 - PercentDataBad");
  if (settings.hold_at_most < 0)
    return fail(Code::invalid, "the longest time that a value holds is negative");
  if (settings.resolution <= 0)
    return fail(Code::invalid, "the resolution of time is not above zero");
  return Done{};
}

}  // namespace

Result<Aggregator> Aggregator::open(std::vector<Aggregate> kinds, Intervals intervals,
                                    AggregateSettings settings, Sink sink) {
  if (kinds.empty()) return fail(Code::invalid, "no aggregate was asked for");
  TRY(check(settings));
  return Aggregator(
      std::make_unique<Engine>(std::move(kinds), std::move(intervals), settings, std::move(sink)));
}

Aggregator::Aggregator(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Aggregator::Aggregator(Aggregator&&) noexcept = default;
Aggregator& Aggregator::operator=(Aggregator&&) noexcept = default;
Aggregator::~Aggregator() = default;

Outcome Aggregator::add(const Samples& rows) {
  const bool same = rows.values.size() == rows.size() &&
                    (rows.statuses.empty() || rows.statuses.size() == rows.size());
  if (!same) return fail(Code::invalid, "the columns of the rows differ in length");
  return engine_->add(rows);
}

bool Aggregator::takes(const SpanSummary& summary) const {
  return engine_->takes(summary);
}

Outcome Aggregator::add(const SpanSummary& summary) {
  return engine_->add(summary);
}

bool Aggregator::complete() const {
  return engine_->complete();
}

void Aggregator::finish() {
  engine_->finish();
}

Result<std::vector<AggregateValue>> aggregate(Aggregate kind, const Samples& rows,
                                              const Intervals& intervals,
                                              const AggregateSettings& settings) {
  std::vector<AggregateValue> values;
  values.reserve(intervals.size());
  Aggregator all = TRY(Aggregator::open(
      {kind}, intervals, settings, [&](std::size_t, std::span<const AggregateValue> of_interval) {
        values.push_back(of_interval[0]);
      }));
  TRY(all.add(rows));
  all.finish();
  if (intervals.reverse()) std::reverse(values.begin(), values.end());
  return values;
}

}  // namespace millwright::math
