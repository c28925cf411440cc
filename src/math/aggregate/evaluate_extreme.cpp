#include <algorithm>

#include "math/aggregate/evaluate.hpp"

namespace millwright::math {
namespace {

enum class Side : std::uint8_t { low, high };

bool beats(double value, double kept, Side side) {
  return side == Side::low ? value < kept : value > kept;
}

// A candidate for the smallest or largest value of an interval, and where it is from.
struct Found {
  double value = 0;
  std::int64_t time = 0;
  std::uint64_t rows = 0;
  StatusCode bits = 0;
};

void consider(Found& kept, const Found& found, Side side) {
  if (found.rows == 0) return;
  if (kept.rows == 0 || beats(found.value, kept.value, side)) {
    kept = found;
  } else if (found.value == kept.value) {
    const std::uint64_t rows = kept.rows + found.rows;
    if (found.time < kept.time) kept = found;
    kept.rows = rows;
  }
}

// Good rows alone. Source: 5.4.3.10 to .14.
StatusCode raw_status(const Tally& tally, bool low, bool high, const AggregateSettings& settings) {
  const bool ignored = tally.uncertain > 0 && settings.treat_uncertain_as_bad;
  const bool lower =
      tally.uncertain_minimum.rows > 0 && tally.uncertain_minimum.value < tally.good_minimum.value;
  const bool higher =
      tally.uncertain_maximum.rows > 0 && tally.uncertain_maximum.value > tally.good_maximum.value;
  const bool doubtful = tally.bad > 0 || ignored || (low && lower) || (high && higher);
  return doubtful ? status_uncertain_data_sub_normal : status_good;
}

AggregateValue raw_extreme(const Extreme& found, StatusCode status, bool actual_time,
                           std::int64_t start) {
  if (found.rows == 0) return {start};
  const bool is_raw = found.time == start && status == status_good;
  StatusCode bits = actual_time || is_raw ? 0 : bit_calculated;
  if (found.rows > 1) bits |= bit_multiple_values;
  return {actual_time ? found.time : start, found.value, add_bits(status, bits)};
}

// Rows and simple bounds. Source: 5.4.3.15 to .19.
Found bounded(const Tally& tally, const Frame& frame, Side side,
              const AggregateSettings& settings) {
  const std::int64_t start = start_of(tally, frame);
  Found found;
  const auto row = [&](const Extreme& extreme) {
    const StatusCode bits = extreme.time == start ? 0 : bit_calculated;
    consider(found, {extreme.value, extreme.time, extreme.rows, bits}, side);
  };
  const auto bound = [&](const Bound& at, std::int64_t time) {
    if (at.usable()) consider(found, {at.value, time, 1, at.status & bit_interpolated}, side);
  };
  const Bound& first = start_bound_of(tally, frame);
  if (!first.raw()) bound(first, start);  // A row at the start is among the rows.
  row(side == Side::low ? tally.good_minimum : tally.good_maximum);
  if (!settings.treat_uncertain_as_bad)
    row(side == Side::low ? tally.uncertain_minimum : tally.uncertain_maximum);
  const std::int64_t end =
      frame.reverse ? tally.low + settings.resolution : tally.high - settings.resolution;
  if (settings.between == Between::sloped) bound(end_bound_of(tally, frame), end);
  return found;
}

AggregateValue bounded_value(const Found& found, StatusCode status, bool actual_time,
                             std::int64_t start) {
  if (found.rows == 0) return {start};
  if (severity(status) == Severity::bad)
    return {start, std::numeric_limits<double>::quiet_NaN(), add_bits(status, bit_calculated)};
  StatusCode bits = actual_time ? found.bits & bit_interpolated : found.bits;
  if (found.rows > 1) bits |= bit_multiple_values;
  return {actual_time ? found.time : start, found.value, add_bits(status, bits)};
}

AggregateValue difference(double high, double low, StatusCode status, std::int64_t start) {
  const bool bad = severity(status) == Severity::bad;
  return {start, bad ? std::numeric_limits<double>::quiet_NaN() : high - low,
          add_bits(status, bit_calculated)};
}

}  // namespace

AggregateValue evaluate_extreme(Aggregate kind, const Tally& tally, const Frame& frame,
                                const AggregateSettings& settings) {
  const std::int64_t start = start_of(tally, frame);
  const auto raw = [&](const Extreme& extreme, bool low, bool actual_time) {
    return raw_extreme(extreme, raw_status(tally, low, !low, settings), actual_time, start);
  };
  const auto with_bounds = [&](Side side, bool actual_time) {
    return bounded_value(bounded(tally, frame, side, settings),
                         status_by_time(tally.curve, settings), actual_time, start);
  };
  switch (kind) {
    case Aggregate::minimum:
      return raw(tally.good_minimum, true, false);
    case Aggregate::maximum:
      return raw(tally.good_maximum, false, false);
    case Aggregate::minimum_actual_time:
      return raw(tally.good_minimum, true, true);
    case Aggregate::maximum_actual_time:
      return raw(tally.good_maximum, false, true);
    case Aggregate::range:
      if (tally.good == 0) return {start};
      return difference(tally.good_maximum.value, tally.good_minimum.value,
                        raw_status(tally, true, true, settings), start);
    case Aggregate::minimum2:
      return with_bounds(Side::low, false);
    case Aggregate::maximum2:
      return with_bounds(Side::high, false);
    case Aggregate::minimum_actual_time2:
      return with_bounds(Side::low, true);
    case Aggregate::maximum_actual_time2:
      return with_bounds(Side::high, true);
    default:
      break;
  }
  const Found low = bounded(tally, frame, Side::low, settings);
  const Found high = bounded(tally, frame, Side::high, settings);
  if (low.rows == 0) return {start};
  return difference(high.value, low.value, status_by_time(tally.curve, settings), start);
}

}  // namespace millwright::math
