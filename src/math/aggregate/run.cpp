#include "math/aggregate/run.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace millwright::math {
namespace {

constexpr std::size_t lanes = 8;  // sums side by side, so that one need not wait for the other
using Lanes = std::array<double, lanes>;

// A sum and what rounding took from it (Knuth's two-sum), in each lane.
struct Exact {
  Lanes sum{}, lost{};
  void add(std::size_t lane, double value) {
    const double next = sum[lane] + value;
    const double part = next - sum[lane];
    lost[lane] += (sum[lane] - (next - part)) + (value - part);
    sum[lane] = next;
  }
  double total() const {
    Exact all;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      all.add(0, sum[lane]);
      all.add(0, lost[lane]);
    }
    return all.sum[0] + all.lost[0];
  }
};

double exact_sum(std::span<const double> values) {
  Exact exact;
  const std::size_t whole = values.size() - values.size() % lanes;
  for (std::size_t at = 0; at < whole; at += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane)
      exact.add(lane, values[at + lane]);
  for (std::size_t at = whole; at < values.size(); ++at)
    exact.add(0, values[at]);
  return exact.total();
}

// Each term in its lane; the order is fixed, so the result does not depend on the machine.
template <class Term>
double lane_sum(std::size_t terms, const Term& term) {
  Lanes sums{};
  const std::size_t whole = terms - terms % lanes;
  for (std::size_t at = 0; at < whole; at += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane)
      sums[lane] += term(at + lane);
  for (std::size_t at = whole; at < terms; ++at)
    sums[0] += term(at);
  double all = 0;
  for (const double sum : sums)
    all += sum;
  return all;
}

void extremes(SpanSummary& summary, const Samples& rows, std::size_t from, std::size_t to) {
  const std::span<const double> values = rows.values.subspan(from, to - from);
  double low = values[0];
  double high = values[0];
  for (const double value : values) {
    low = value < low ? value : low;
    high = value > high ? value : high;
  }
  std::uint64_t lows = 0;
  std::uint64_t highs = 0;
  for (const double value : values) {
    lows += value == low ? 1U : 0U;
    highs += value == high ? 1U : 0U;
  }
  const auto time_of = [&](double value) {
    const auto found = std::find(values.begin(), values.end(), value);
    return rows.times[from + static_cast<std::size_t>(found - values.begin())];
  };
  summary.minimum = low;
  summary.maximum = high;
  summary.minimum_rows = lows;
  summary.maximum_rows = highs;
  summary.minimum_at = time_of(low);
  summary.maximum_at = time_of(high);
}

void integral(SpanSummary& summary, const Run& run, Between between) {
  const double* const values = run.columns.values.data() + run.from;
  const std::int64_t* const times = run.columns.times.data() + run.from;
  const std::size_t steps = run.to - run.from - 1;
  const auto length = [&](std::size_t i) {
    return static_cast<double>(times[i + 1] - times[i]) * 1e-9;
  };
  if (between == Between::stepped) {
    summary.stepped_integral =
        lane_sum(steps, [&](std::size_t i) { return values[i] * length(i); });
  } else {
    summary.sloped_integral = lane_sum(
        steps, [&](std::size_t i) { return (values[i] + values[i + 1]) * 0.5 * length(i); });
  }
}

}  // namespace

bool rise(std::span<const std::int64_t> times) {
  bool rising = true;
  for (std::size_t i = 1; i < times.size(); ++i)
    rising &= times[i - 1] < times[i];
  return rising;
}

std::size_t run_end(const Samples& rows, std::size_t from, std::size_t limit) {
  constexpr std::uint64_t exponent = 0x7FF0'0000'0000'0000U;  // all ones: no finite number
  std::size_t end = limit;
  if (!rows.statuses.empty()) {
    const auto good = [](StatusCode status) { return severity(status) == Severity::good; };
    const auto first = rows.statuses.begin() + static_cast<std::ptrdiff_t>(from);
    const auto last = rows.statuses.begin() + static_cast<std::ptrdiff_t>(limit);
    end = from + static_cast<std::size_t>(std::find_if_not(first, last, good) - first);
  }
  bool finite = true;
  for (std::size_t i = from; i < end; ++i)
    finite &= (std::bit_cast<std::uint64_t>(rows.values[i]) & exponent) != exponent;
  return finite ? end : from;
}

SpanSummary summarize_run(const Run& run, const Needs& needs, Between between) {
  const auto& [rows, from, to] = run;
  SpanSummary summary;
  summary.first = rows.at(from);
  summary.last = rows.at(to - 1);
  summary.good = to - from;
  summary.held_good = summary.last.time - summary.first.time;
  const std::span<const double> values = rows.values.subspan(from, to - from);
  if (needs.sum || needs.variance) summary.sum = exact_sum(values);
  if (needs.extremes) extremes(summary, rows, from, to);
  if (needs.curve || needs.interpolated) integral(summary, run, between);
  if (needs.variance) {
    const double mean = summary.sum / static_cast<double>(summary.good);
    summary.squares = lane_sum(
        values.size(), [&](std::size_t i) { return (values[i] - mean) * (values[i] - mean); });
  }
  if (needs.transitions) {
    std::uint64_t changes = 0;
    for (std::size_t i = 1; i < values.size(); ++i)
      changes += values[i] != values[i - 1] ? 1U : 0U;
    summary.transitions = changes;
  }
  if (needs.held) {
    std::int64_t zero = 0;
    for (std::size_t i = 1; i < values.size(); ++i)
      zero += values[i - 1] == 0 ? rows.times[from + i] - rows.times[from + i - 1] : 0;
    summary.held_zero = zero;
  }
  return summary;
}

}  // namespace millwright::math
