#include "math/aggregate/tally.hpp"

#include <cmath>

namespace millwright::math {
namespace {

void lower(Extreme& kept, double value, std::int64_t time, std::uint64_t rows) {
  if (kept.rows == 0 || value < kept.value) {
    kept = {value, time, rows};
  } else if (value == kept.value) {
    kept.rows += rows;
  }
}

void raise(Extreme& kept, double value, std::int64_t time, std::uint64_t rows) {
  if (kept.rows == 0 || value > kept.value) {
    kept = {value, time, rows};
  } else if (value == kept.value) {
    kept.rows += rows;
  }
}

void worsen(Tally& tally, StatusCode status, std::uint64_t rows) {
  if (tally.rows() == 0 || severity(status) > severity(tally.worst)) {
    tally.worst = status;
    tally.worst_rows = rows;
  } else if (severity(status) == severity(tally.worst)) {
    tally.worst_rows += rows;
  }
}

void tally_good(Tally& tally, const Sample& row, const Needs& needs) {
  if (tally.good == 0) {
    tally.first_good = row;
    tally.skipped_before_first_good = tally.rows() > 0;
  }
  tally.last_good = row;
  tally.skipped_after_last_good = false;
  ++tally.good;
  tally.add_to_sum(row.value);
  lower(tally.good_minimum, row.value, row.time, 1);
  raise(tally.good_maximum, row.value, row.time, 1);
  if (!needs.variance) return;
  const double from_mean = row.value - tally.mean;
  tally.mean += from_mean / static_cast<double>(tally.good);
  tally.squares += from_mean * (row.value - tally.mean);
}

// Where it is not told, all that matters is whether it was the first row.
std::int64_t time_of(const SpanSummary& summary, double value, std::optional<std::int64_t> told) {
  if (told) return *told;
  const bool first =
      severity(summary.first.status) == Severity::good && summary.first.value == value;
  return first ? summary.first.time : summary.last.time;
}

}  // namespace

Needs needs(std::span<const Aggregate> kinds) {
  Needs found;
  for (const Aggregate kind : kinds) {
    switch (kind) {
      case Aggregate::average:
        found.sum = true;
        break;
      case Aggregate::minimum:
      case Aggregate::maximum:
      case Aggregate::minimum_actual_time:
      case Aggregate::maximum_actual_time:
      case Aggregate::range:
        found.extremes = true;
        break;
      case Aggregate::number_of_transitions:
        found.transitions = true;
        break;
      case Aggregate::interpolative:
      case Aggregate::time_average:
      case Aggregate::total:
        found.interpolated = true;
        break;
      case Aggregate::time_average2:
      case Aggregate::total2:
        found.curve = true;
        break;
      case Aggregate::minimum2:
      case Aggregate::maximum2:
      case Aggregate::minimum_actual_time2:
      case Aggregate::maximum_actual_time2:
      case Aggregate::range2:
        found.curve = found.extremes = true;
        break;
      case Aggregate::duration_in_state_zero:
      case Aggregate::duration_in_state_non_zero:
      case Aggregate::duration_good:
      case Aggregate::duration_bad:
      case Aggregate::percent_good:
      case Aggregate::percent_bad:
        found.held = true;
        break;
      case Aggregate::standard_deviation_sample:
      case Aggregate::variance_sample:
      case Aggregate::standard_deviation_population:
      case Aggregate::variance_population:
        found.variance = true;
        break;
      default:
        break;
    }
  }
  return found;
}

Sample cleaned(Sample row) {
  if (severity(row.status) != Severity::bad && !std::isfinite(row.value)) row.status = status_bad;
  return row;
}

void tally_row(Tally& tally, const Sample& row, const Needs& needs) {
  worsen(tally, row.status, 1);
  if (tally.rows() == 0) tally.first = row;
  tally.last = row;
  switch (severity(row.status)) {
    case Severity::good:
      return tally_good(tally, row, needs);
    case Severity::uncertain:
      ++tally.uncertain;
      lower(tally.uncertain_minimum, row.value, row.time, 1);
      raise(tally.uncertain_maximum, row.value, row.time, 1);
      break;
    case Severity::bad:
      ++tally.bad;
      break;
  }
  tally.skipped_after_last_good = true;
}

void tally_summary(Tally& tally, const SpanSummary& summary) {
  // takes() lets a span with other than good rows through only where no first, last or worst row of
  // a kind is asked for that the summary does not tell.
  if (tally.rows() == 0) tally.first = summary.first;
  if (summary.good > 0) {
    worsen(tally, status_good, summary.good);
    if (tally.good == 0) {
      tally.first_good = summary.first;
      tally.skipped_before_first_good = tally.rows() > 0;
    }
    tally.last_good = summary.last;
    tally.skipped_after_last_good = false;
    const auto before = static_cast<double>(tally.good);
    const auto more = static_cast<double>(summary.good);
    const double mean = summary.sum / more;
    const double apart = mean - tally.mean;
    tally.squares += summary.squares.value_or(0) + apart * apart * before * more / (before + more);
    tally.mean += apart * more / (before + more);
    tally.good += summary.good;
    tally.add_to_sum(summary.sum);
    lower(tally.good_minimum, summary.minimum,
          time_of(summary, summary.minimum, summary.minimum_at), summary.minimum_rows.value_or(1));
    raise(tally.good_maximum, summary.maximum,
          time_of(summary, summary.maximum, summary.maximum_at), summary.maximum_rows.value_or(1));
  }
  tally.last = summary.last;
  tally.uncertain += summary.uncertain;
  tally.bad += summary.bad;
  tally.transitions += summary.transitions.value_or(0);
}

}  // namespace millwright::math
