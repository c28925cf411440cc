#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "math/aggregate/table.hpp"

// The fold against the definitions, computed second by second from all rows at once. Rows lie on
// whole seconds, so the middle of a second is never at a row and a line's mean is its middle.
namespace millwright::math {
namespace {

using table::History;

constexpr std::int64_t second = 1'000'000'000;

struct Point {
  double value = 0;
  Severity quality = Severity::bad;
};

struct Truth {
  const History& history;
  const AggregateSettings& settings;

  bool usable(std::size_t row) const {
    const Severity what = severity(history.statuses[row]);
    return what == Severity::good ||
           (what == Severity::uncertain && !settings.treat_uncertain_as_bad);
  }
  std::int64_t end() const {
    return std::max(settings.known_until, history.times.back() + settings.resolution);
  }

  // The neighbours at any time, 3.1.9: a value, and how good it is.
  Point simple(std::int64_t time) const {
    if (history.times.empty() || time < history.times.front() || time >= end()) return {};
    std::size_t before = 0;
    while (before + 1 < history.times.size() && history.times[before + 1] <= time)
      ++before;
    const bool too_old = settings.hold_at_most > 0 &&
                         time - history.times[before] >=
                             settings.hold_at_most + (time == history.times[before] ? 1 : 0);
    if (!usable(before) || too_old) return {};
    const Severity own = severity(history.statuses[before]);
    const double value = history.values[before];
    if (history.times[before] == time || settings.between == Between::stepped) return {value, own};
    const std::size_t after = before + 1;
    if (after == history.times.size() || !usable(after)) return {value, Severity::uncertain};
    const std::int64_t gap = history.times[after] - history.times[before];
    if (settings.hold_at_most > 0 && gap > settings.hold_at_most)
      return {value, Severity::uncertain};
    const bool both = own == Severity::good && severity(history.statuses[after]) == Severity::good;
    const double part =
        static_cast<double>(time - history.times[before]) / static_cast<double>(gap);
    return {value + (history.values[after] - value) * part,
            both ? Severity::good : Severity::uncertain};
  }

  // The usable neighbours, 3.1.8, without extrapolation and holding limits.
  Point interpolated(std::int64_t time) const {
    int before = -1;
    int after = -1;
    bool skipped = false;
    for (std::size_t i = 0; i < history.times.size() && after < 0; ++i) {
      if (history.times[i] <= time && usable(i)) {
        before = static_cast<int>(i);
        skipped = false;
      }
      if (history.times[i] > time && usable(i)) after = static_cast<int>(i);
      const bool counts = settings.between == Between::sloped || history.times[i] <= time;
      if (!usable(i) && after < 0 && counts) skipped = true;
    }
    if (before < 0) return {};
    const auto first = static_cast<std::size_t>(before);
    const double value = history.values[first];
    const Severity own = severity(history.statuses[first]);
    if (history.times[first] == time) return {value, own};
    const bool clean = own == Severity::good && !skipped;
    if (settings.between == Between::stepped)
      return {value, clean && time < end() ? Severity::good : Severity::uncertain};
    if (after < 0) return {value, Severity::uncertain};
    const auto next = static_cast<std::size_t>(after);
    const double part = static_cast<double>(time - history.times[first]) /
                        static_cast<double>(history.times[next] - history.times[first]);
    const bool both = clean && severity(history.statuses[next]) == Severity::good;
    return {value + (history.values[next] - value) * part,
            both ? Severity::good : Severity::uncertain};
  }
};

struct Sum {
  double integral = 0;
  int good = 0, uncertain = 0, bad = 0;
  void add(const Point& point) {
    (point.quality == Severity::good        ? good
     : point.quality == Severity::uncertain ? uncertain
                                            : bad) += 1;
    if (point.quality != Severity::bad) integral += point.value;
  }
};

struct Given {
  History history;
  AggregateSettings settings;
  std::int64_t start = 0, end = 0, step = 0;
};

Given random_case(unsigned seed) {
  std::mt19937 engine(seed);
  const auto below = [&](int limit) {
    return static_cast<int>(engine() % static_cast<unsigned>(limit));
  };
  Given given;
  std::int64_t time = below(20);
  const int rows = 1 + below(25);
  for (int i = 0; i < rows; ++i) {
    time += 1 + below(6);
    given.history.times.push_back(time * second);
    given.history.values.push_back(below(7));
    const int luck = below(12);
    given.history.statuses.push_back(luck == 0   ? status_bad
                                     : luck == 1 ? status_uncertain
                                                 : status_good);
  }
  given.settings.between = below(2) == 0 ? Between::sloped : Between::stepped;
  given.settings.treat_uncertain_as_bad = below(2) == 0;
  given.settings.resolution = second;
  given.settings.percent_data_bad = 100;
  if (below(2) == 0) given.settings.known_until = below(120) * second;
  given.start = below(40) * second;
  given.end = given.start + (1 + below(60)) * second;
  given.step = (1 + below(15)) * second;
  return given;
}

std::string where(unsigned seed, std::size_t interval) {
  return "seed " + std::to_string(seed) + " interval " + std::to_string(interval);
}

void check_simple(const Given& given, const Truth& truth, unsigned seed) {
  const Intervals intervals = Intervals::every(given.start, given.end, given.step).value();
  const auto value = [&](Aggregate kind) {
    return aggregate(kind, given.history.samples(), intervals, given.settings).value();
  };
  const auto total = value(Aggregate::total2);
  const auto start = value(Aggregate::start_bound);
  const auto end = value(Aggregate::end_bound);
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const auto [low, high] = intervals.at(i);
    Sum sum;
    for (std::int64_t at = low; at < std::min(high, truth.end()); at += second)
      sum.add(truth.simple(at + second / 2));
    const bool outside = high <= given.history.times.front() || low >= truth.end();
    // With PercentDataBad = 100 a total is Bad only where it has no value at all.
    const bool none = outside || sum.good + sum.uncertain == 0;
    ASSERT_EQ(std::isnan(total[i].value), none) << where(seed, i);
    if (!none) {
      ASSERT_NEAR(total[i].value, sum.integral, 1e-9) << where(seed, i);
      const bool uncertain = sum.bad + sum.uncertain > 0;
      ASSERT_EQ(severity(total[i].status) == Severity::uncertain, uncertain) << where(seed, i);
    }
    if (outside) continue;
    const Point left = truth.simple(low);
    const Point right = truth.simple(high);
    ASSERT_EQ(severity(start[i].status), left.quality) << where(seed, i);
    ASSERT_EQ(severity(end[i].status), right.quality) << where(seed, i);
    if (left.quality != Severity::bad) {
      ASSERT_NEAR(start[i].value, left.value, 1e-9);
    }
    if (right.quality != Severity::bad) {
      ASSERT_NEAR(end[i].value, right.value, 1e-9);
    }
  }
}

TEST(Reference, TotalsAndBoundsAreThoseOfTheDefinition) {
  for (unsigned seed = 0; seed < 2'000; ++seed) {
    Given given = random_case(seed);
    if (seed % 3 == 0)
      given.settings.hold_at_most = static_cast<std::int64_t>(1 + seed % 7) * second;
    check_simple(given, {given.history, given.settings}, seed);
    if (HasFatalFailure()) return;
  }
}

TEST(Reference, InterpolatedTotalsAreThoseOfTheDefinition) {
  for (unsigned seed = 0; seed < 2'000; ++seed) {
    const Given given = random_case(seed);
    const Truth truth{given.history, given.settings};
    const Intervals intervals = Intervals::every(given.start, given.end, given.step).value();
    const auto total =
        aggregate(Aggregate::total, given.history.samples(), intervals, given.settings).value();
    const auto at_start =
        aggregate(Aggregate::interpolative, given.history.samples(), intervals, given.settings)
            .value();
    for (std::size_t i = 0; i < intervals.size(); ++i) {
      const auto [low, high] = intervals.at(i);
      Sum sum;
      for (std::int64_t at = low; at < high; at += second)
        sum.add(truth.interpolated(at + second / 2));
      ASSERT_EQ(std::isnan(total[i].value), sum.good + sum.uncertain == 0) << where(seed, i);
      const Point bound = truth.interpolated(low);
      ASSERT_EQ(severity(at_start[i].status), bound.quality) << where(seed, i);
      if (bound.quality != Severity::bad) {
        ASSERT_NEAR(at_start[i].value, bound.value, 1e-9);
      }
      if (sum.good + sum.uncertain == 0) continue;
      ASSERT_NEAR(total[i].value, sum.integral, 1e-9) << where(seed, i);
      ASSERT_EQ(severity(total[i].status) == Severity::good, sum.uncertain + sum.bad == 0)
          << where(seed, i);
    }
  }
}

}  // namespace
}  // namespace millwright::math
