#include "math/aggregate/evaluate.hpp"

#include <cmath>

namespace millwright::math {
namespace {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

AggregateValue calculated(std::int64_t time, double value, StatusCode status) {
  if (severity(status) == Severity::bad) value = no_value;
  return {time, value, add_bits(status, bit_calculated)};
}

double milliseconds(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e6;
}

AggregateValue interpolated_curve(Aggregate kind, const Tally& tally, std::int64_t time) {
  if (tally.interpolated_length == 0) return {time};
  const bool whole = tally.interpolated_length == tally.high - tally.low;
  const StatusCode status =
      tally.interpolated_clean && whole ? status_good : status_uncertain_data_sub_normal;
  const double divisor =
      kind == Aggregate::total ? 1e9 : static_cast<double>(tally.interpolated_length);
  return calculated(time, tally.interpolated_integral / divisor, status);
}

AggregateValue simple_curve(Aggregate kind, const Tally& tally, std::int64_t time,
                            const AggregateSettings& settings) {
  const std::int64_t length = tally.curve.good + tally.curve.uncertain;
  if (length == 0) return {time};
  const double divisor = kind == Aggregate::total2 ? 1e9 : static_cast<double>(length);
  return calculated(time, tally.integral / divisor, status_by_time(tally.curve, settings));
}

// Kinds that count rows say Bad without Calculated.
AggregateValue by_rows(const Tally& tally, std::int64_t time, double value,
                       const AggregateSettings& settings) {
  const StatusCode status = status_by_rows(tally, settings);
  if (severity(status) == Severity::bad) return {time, no_value, status};
  return calculated(time, value, status);
}

AggregateValue average(const Tally& tally, std::int64_t time, const AggregateSettings& settings) {
  if (tally.good == 0) return {time};
  return by_rows(tally, time, (tally.sum + tally.lost) / static_cast<double>(tally.good), settings);
}

AggregateValue spread(Aggregate kind, const Tally& tally, std::int64_t time) {
  if (tally.good == 0) return {time};
  const bool sample =
      kind == Aggregate::standard_deviation_sample || kind == Aggregate::variance_sample;
  const auto rows = static_cast<double>(sample ? tally.good - 1 : tally.good);
  const double variance = tally.good == 1 ? 0 : tally.squares / rows;
  const bool deviation = kind == Aggregate::standard_deviation_sample ||
                         kind == Aggregate::standard_deviation_population;
  return calculated(time, deviation ? std::sqrt(variance) : variance, status_good);
}

AggregateValue raw_row(const Sample& row) {
  return {row.time, severity(row.status) == Severity::bad ? no_value : row.value, row.status};
}

AggregateValue delta(const Tally& tally, std::int64_t time) {
  if (tally.good == 0) return {time};
  const bool skipped = tally.skipped_before_first_good || tally.skipped_after_last_good;
  return calculated(time, tally.last_good.value - tally.first_good.value,
                    skipped ? status_uncertain_data_sub_normal : status_good);
}

AggregateValue delta_bounds(const Bound& start, const Bound& end, std::int64_t time) {
  if (!start.usable() || !end.usable()) return {time};
  const bool good =
      severity(start.status) == Severity::good && severity(end.status) == Severity::good;
  return calculated(time, end.value - start.value,
                    good ? status_good : status_uncertain_data_sub_normal);
}

AggregateValue duration(Aggregate kind, const Tally& tally, std::int64_t time,
                        const AggregateSettings& settings) {
  const Held& held = tally.held;
  switch (kind) {
    case Aggregate::duration_good:
      return calculated(time, milliseconds(held.good), status_good);
    case Aggregate::duration_bad:
      return calculated(time, milliseconds(held.bad), status_good);
    case Aggregate::duration_in_state_zero:
      return calculated(time, milliseconds(tally.held_zero), status_by_time(held, settings));
    case Aggregate::duration_in_state_non_zero:
      return calculated(time, milliseconds(held.good - tally.held_zero),
                        status_by_time(held, settings));
    default:
      break;
  }
  if (held.all() == 0) return {time};
  const std::int64_t part = kind == Aggregate::percent_good ? held.good : held.bad;
  return calculated(time, static_cast<double>(part) / static_cast<double>(held.all()) * 100,
                    status_good);
}

// Source: 5.4.3.35 and .36. TreatUncertainAsBad is ignored; the start bound counts where no row is.
AggregateValue worst(Aggregate kind, const Tally& tally, const Frame& frame) {
  StatusCode code = tally.worst;
  std::uint64_t rows = tally.rows() == 0 ? 0 : tally.worst_rows;
  const StatusCode bound = frame.reverse ? tally.high_quality : tally.low_quality;
  const bool has_bound = (bound & bit_interpolated) != 0 || severity(bound) == Severity::bad;
  const bool row_is_there =
      tally.rows() > 0 && (frame.reverse ? tally.last : tally.first).time == start_of(tally, frame);
  if (kind == Aggregate::worst_quality2 && has_bound && !row_is_there) {
    const bool first = rows == 0 || severity(bound) > severity(code);
    const bool same = rows > 0 && severity(bound) == severity(code);
    if (first) rows = 1;
    if (same) ++rows;
    if (first || (same && !frame.reverse)) code = bound;
  }
  const std::int64_t time = start_of(tally, frame);
  if (rows == 0) return {time};
  AggregateValue value = calculated(time, plain(code), status_good);
  if (rows > 1) value.status |= bit_multiple_values;
  return value;
}

AggregateValue inside(Aggregate kind, const Tally& tally, const Frame& frame,
                      const AggregateSettings& settings) {
  const std::int64_t time = start_of(tally, frame);
  switch (kind) {
    case Aggregate::average:
      return average(tally, time, settings);
    case Aggregate::time_average2:
    case Aggregate::total2:
      return simple_curve(kind, tally, time, settings);
    case Aggregate::count:
      return by_rows(tally, time, static_cast<double>(tally.good), settings);
    case Aggregate::number_of_transitions:
      return by_rows(tally, time, static_cast<double>(tally.transitions), settings);
    case Aggregate::start:
      return tally.rows() == 0 ? AggregateValue{time} : raw_row(tally.first);
    case Aggregate::end:
      return tally.rows() == 0 ? AggregateValue{time} : raw_row(tally.last);
    case Aggregate::delta:
      return delta(tally, time);
    case Aggregate::start_bound: {
      const Bound& bound = start_bound_of(tally, frame);
      return {time, bound.value, bound.status};
    }
    case Aggregate::end_bound: {
      const Bound& bound = end_bound_of(tally, frame);
      return {time, bound.value, add_bits(bound.status & ~bit_interpolated, bit_calculated)};
    }
    case Aggregate::delta_bounds:
      return delta_bounds(start_bound_of(tally, frame), end_bound_of(tally, frame), time);
    case Aggregate::worst_quality:
    case Aggregate::worst_quality2:
      return worst(kind, tally, frame);
    case Aggregate::standard_deviation_sample:
    case Aggregate::variance_sample:
    case Aggregate::standard_deviation_population:
    case Aggregate::variance_population:
      return spread(kind, tally, time);
    default:
      return duration(kind, tally, time, settings);
  }
}

bool is_extreme(Aggregate kind) {
  return kind >= Aggregate::minimum && kind <= Aggregate::range2;
}

// 5.4.3.4 and 5.4.3.5 leave Partial unset. A value that is not there is partial only as a bound.
bool shows_partial(Aggregate kind, const AggregateValue& value) {
  if (kind == Aggregate::average) return false;
  if (value.status != status_bad_no_data) return true;
  return kind == Aggregate::start_bound || kind == Aggregate::delta_bounds;
}

}  // namespace

StatusCode status_by_time(const Held& held, const AggregateSettings& settings) {
  const auto all = static_cast<double>(held.all());
  const bool bad =
      held.bad > 0 && static_cast<double>(held.bad) * 100 >= all * settings.percent_data_bad;
  if (bad) return status_bad;
  const std::int64_t counted =
      settings.treat_uncertain_as_bad ? held.good : held.good + held.uncertain;
  const bool enough = static_cast<double>(counted) * 100 >= all * settings.percent_data_good;
  // Uncertain time counts towards enough, but what it went into stays uncertain (4.2.1.2).
  const bool good = enough && (settings.treat_uncertain_as_bad || held.uncertain == 0);
  return good ? status_good : status_uncertain_data_sub_normal;
}

StatusCode status_by_rows(const Tally& tally, const AggregateSettings& settings) {
  if (tally.rows() == 0) return status_good;
  const auto all = static_cast<double>(tally.rows());
  const bool bad =
      tally.bad > 0 && static_cast<double>(tally.bad) * 100 >= all * settings.percent_data_bad;
  if (bad) return status_bad;
  const bool good = static_cast<double>(tally.good) * 100 >= all * settings.percent_data_good;
  return good ? status_good : status_uncertain_data_sub_normal;
}

AggregateValue evaluate(Aggregate kind, const Tally& tally, const Frame& frame,
                        const AggregateSettings& settings) {
  const std::int64_t time = start_of(tally, frame);
  if (kind == Aggregate::interpolative) {
    const Bound& bound = frame.reverse ? tally.interpolated_high : tally.interpolated_low;
    return {time, bound.value, bound.status};
  }
  AggregateValue value{time};
  if (kind == Aggregate::time_average || kind == Aggregate::total) {
    value = interpolated_curve(kind, tally, time);
  } else if (frame.outside) {
    return value;
  } else {
    value = is_extreme(kind) ? evaluate_extreme(kind, tally, frame, settings)
                             : inside(kind, tally, frame, settings);
  }
  if (frame.partial && shows_partial(kind, value))
    value.status = add_bits(value.status, bit_partial);
  return value;
}

}  // namespace millwright::math
