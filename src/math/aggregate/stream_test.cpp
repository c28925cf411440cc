#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "math/aggregate/table.hpp"

// The same history fed in other ways gives the same results, on seeded random histories.
namespace millwright::math {
namespace {

using table::History;
using Results = std::vector<std::vector<AggregateValue>>;

constexpr std::int64_t second = 1'000'000'000;

std::vector<Aggregate> all_kinds() {
  std::vector<Aggregate> kinds;
  kinds.reserve(aggregate_kinds);
  for (int i = 0; i < aggregate_kinds; ++i)
    kinds.push_back(static_cast<Aggregate>(i));
  return kinds;
}

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int below(int limit) { return static_cast<int>(engine_() % static_cast<unsigned>(limit)); }
  bool once_in(int times) { return below(times) == 0; }

 private:
  std::mt19937 engine_;
};

// Whole seconds and small whole values, so that sums and integrals are exact in any order.
History random_history(Dice& dice) {
  History history;
  const int rows = dice.below(40);
  const bool troubled = dice.once_in(2);
  std::int64_t time = dice.below(30);
  for (int i = 0; i < rows; ++i) {
    time += 1 + (dice.once_in(8) ? dice.below(40) : dice.below(4));
    history.times.push_back(time * second);
    history.values.push_back(dice.below(5) * 4);
    const int luck = troubled ? dice.below(10) : 9;
    history.statuses.push_back(luck == 0   ? status_bad
                               : luck == 1 ? status_uncertain
                               : luck == 2 ? status_bad_no_data
                                           : status_good);
  }
  return history;
}

AggregateSettings random_settings(Dice& dice) {
  AggregateSettings settings;
  settings.between = dice.once_in(2) ? Between::stepped : Between::sloped;
  settings.treat_uncertain_as_bad = dice.once_in(2);
  settings.percent_data_good = dice.once_in(2) ? 100 : 50;
  settings.percent_data_bad = dice.once_in(2) ? 100 : 60;
  settings.use_sloped_extrapolation = dice.once_in(2);
  settings.hold_at_most = dice.once_in(3) ? (1 + dice.below(12)) * second : 0;
  if (dice.once_in(2)) settings.known_until = dice.below(140) * second;
  settings.resolution = second;
  return settings;
}

Intervals random_intervals(Dice& dice) {
  const std::int64_t start = dice.below(60) * second;
  const std::int64_t end = start + (1 + dice.below(80)) * second;
  const std::int64_t step = dice.below(20) * second;
  if (dice.once_in(4)) return Intervals::between({start, start + second, end + 2 * second}).value();
  return (dice.once_in(3) ? Intervals::every(end, start, step) : Intervals::every(start, end, step))
      .value();
}

struct Case {
  explicit Case(unsigned seed)
      : dice(seed),
        history(random_history(dice)),
        settings(random_settings(dice)),
        intervals(random_intervals(dice)) {}
  Dice dice;
  History history;
  AggregateSettings settings;
  Intervals intervals;
};

Samples part(const History& history, std::size_t from, std::size_t to) {
  return {std::span(history.times).subspan(from, to - from),
          std::span(history.values).subspan(from, to - from),
          std::span(history.statuses).subspan(from, to - from)};
}

Aggregator open(const Case& given, const std::vector<Aggregate>& kinds, Results& results) {
  return Aggregator::open(kinds, given.intervals, given.settings,
                          [&results](std::size_t index, std::span<const AggregateValue> values) {
                            EXPECT_EQ(index, results.size());
                            results.emplace_back(values.begin(), values.end());
                          })
      .value();
}

Results at_once(const Case& given, const std::vector<Aggregate>& kinds) {
  Results results;
  Aggregator fold = open(given, kinds, results);
  EXPECT_TRUE(fold.add(given.history.samples()));
  fold.finish();
  return results;
}

bool same(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(a));
}

void expect_same(const Results& a, const Results& b, const std::vector<Aggregate>& kinds,
                 unsigned seed) {
  ASSERT_EQ(a.size(), b.size()) << "seed " << seed;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      const bool equal = a[i][k].time == b[i][k].time && same(a[i][k].value, b[i][k].value) &&
                         a[i][k].status == b[i][k].status;
      ASSERT_TRUE(equal) << "seed " << seed << " interval " << i << " " << to_text(kinds[k]) << ": "
                         << a[i][k].value << " " << status_text(a[i][k].status) << " or "
                         << b[i][k].value << " " << status_text(b[i][k].status);
    }
  }
}

TEST(Stream, PiecesGiveWhatTheWholeGives) {
  const std::vector<Aggregate> kinds = all_kinds();
  for (unsigned seed = 0; seed < 10'000; ++seed) {
    Case given(seed);
    const Results whole = at_once(given, kinds);
    ASSERT_EQ(whole.size(), given.intervals.size()) << "seed " << seed;
    Results pieces;
    Aggregator fold = open(given, kinds, pieces);
    for (std::size_t from = 0; from < given.history.times.size();) {
      const std::size_t to = std::min(given.history.times.size(),
                                      from + 1 + static_cast<std::size_t>(given.dice.below(9)));
      ASSERT_TRUE(fold.add(part(given.history, from, to)));
      from = to;
    }
    fold.finish();
    expect_same(whole, pieces, kinds, seed);
  }
}

// What a store keeps of a run of rows. Source of each figure: its definition, row by row.
SpanSummary summarize(const Samples& rows) {
  SpanSummary made;
  made.first = rows.at(0);
  made.last = rows.at(rows.size() - 1);
  made.transitions = 0;
  made.held_zero = 0;
  made.sloped_integral = 0;
  made.longest_gap = 0;
  made.minimum_rows = made.maximum_rows = 0;
  std::vector<double> good;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Sample row = rows.at(i);
    const Severity what = severity(row.status);
    (what == Severity::good        ? made.good
     : what == Severity::uncertain ? made.uncertain
                                   : made.bad) += 1;
    if (what == Severity::good) {
      if (good.empty() || row.value < made.minimum) {
        made.minimum = row.value;
        made.minimum_at = row.time;
        made.minimum_rows = 0;
      }
      if (good.empty() || row.value > made.maximum) {
        made.maximum = row.value;
        made.maximum_at = row.time;
        made.maximum_rows = 0;
      }
      if (row.value == made.minimum) ++*made.minimum_rows;
      if (row.value == made.maximum) ++*made.maximum_rows;
      made.sum += row.value;
      good.push_back(row.value);
    }
    if (i > 0 && rows.at(i - 1).value != row.value) ++*made.transitions;
    if (i + 1 == rows.size()) break;
    const std::int64_t held = rows.times[i + 1] - row.time;
    (what == Severity::good        ? made.held_good
     : what == Severity::uncertain ? made.held_uncertain
                                   : made.held_bad) += held;
    made.longest_gap = std::max(*made.longest_gap, held);
    if (what != Severity::good) continue;
    const double length = static_cast<double>(held) / 1e9;
    made.stepped_integral += row.value * length;
    *made.sloped_integral += (row.value + rows.at(i + 1).value) / 2 * length;
    if (row.value == 0) *made.held_zero += held;
  }
  const double mean = good.empty() ? 0 : made.sum / static_cast<double>(good.size());
  made.squares = std::accumulate(good.begin(), good.end(), 0.0, [&](double all, double value) {
    return all + (value - mean) * (value - mean);
  });
  return made;
}

// Feeds runs of rows as summaries wherever they are taken; says how many rows went that way.
std::size_t feed_summaries(Aggregator& fold, Case& given) {
  std::size_t summed = 0;
  const std::size_t all = given.history.times.size();
  for (std::size_t from = 0; from < all;) {
    std::size_t to = std::min(all, from + 1 + static_cast<std::size_t>(given.dice.below(12)));
    bool taken = false;
    for (; to > from && !taken; to = from + (to - from) / 2) {
      const SpanSummary summary = summarize(part(given.history, from, to));
      if (!fold.takes(summary)) continue;
      EXPECT_TRUE(fold.add(summary));
      summed += to - from;
      from = to;
      taken = true;
      break;
    }
    if (taken) continue;
    EXPECT_TRUE(fold.add(part(given.history, from, from + 1)));
    ++from;
  }
  fold.finish();
  return summed;
}

TEST(Stream, SummariesOfSpansGiveWhatTheirRowsGive) {
  const std::vector<Aggregate> every_kind = all_kinds();
  std::size_t summed = 0;
  for (unsigned seed = 0; seed < 10'000; ++seed) {
    Case given(seed);
    // All kinds together, or one alone: a single kind takes summaries that another would refuse.
    std::vector<Aggregate> kinds = every_kind;
    if (!given.dice.once_in(4)) kinds = {static_cast<Aggregate>(given.dice.below(aggregate_kinds))};
    const Results whole = at_once(given, kinds);
    Results results;
    Aggregator fold = open(given, kinds, results);
    summed += feed_summaries(fold, given);
    expect_same(whole, results, kinds, seed);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(summed, 50'000U);  // of about 195,000 rows
}

TEST(Stream, ASummaryThatHidesWhatAKindNeedsIsRefused) {
  const Intervals intervals = Intervals::every(0, 100 * second, 0).value();
  const auto takes = [&](Aggregate kind, const SpanSummary& summary, AggregateSettings settings) {
    return Aggregator::open({kind}, intervals, settings, [](auto, auto) {}).value().takes(summary);
  };
  History history{
      {second, 2 * second, 3 * second}, {1, 2, 3}, {status_good, status_good, status_good}};
  SpanSummary summary = summarize(history.samples());
  EXPECT_TRUE(takes(Aggregate::time_average, summary, {}));
  summary.sloped_integral.reset();
  EXPECT_FALSE(takes(Aggregate::time_average, summary, {}));
  EXPECT_TRUE(takes(Aggregate::time_average, summary, {.between = Between::stepped}));
  EXPECT_TRUE(takes(Aggregate::average, summary, {}));
  EXPECT_FALSE(takes(Aggregate::average, summary, {.hold_at_most = second / 2}));
  summary.minimum_at.reset();
  EXPECT_TRUE(takes(Aggregate::minimum, summary, {}));
  EXPECT_FALSE(takes(Aggregate::minimum_actual_time, summary, {}));
  history.statuses[1] = status_bad;
  summary = summarize(history.samples());
  EXPECT_TRUE(takes(Aggregate::average, summary, {}));
  EXPECT_FALSE(takes(Aggregate::worst_quality, summary, {}));
  EXPECT_FALSE(takes(Aggregate::time_average, summary, {}));
  summary.last.time = 100 * second;
  EXPECT_FALSE(takes(Aggregate::average, summary, {}));  // not within one interval
}

}  // namespace
}  // namespace millwright::math
