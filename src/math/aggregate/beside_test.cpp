#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <random>
#include <sstream>

#include "math/aggregate/bounds.hpp"
#include "math/aggregate/counter.hpp"
#include "math/aggregate/downsample.hpp"
#include "math/aggregate/states.hpp"
#include "math/aggregate/table.hpp"
#include "math/aggregate/top.hpp"

namespace millwright::math {
namespace {

using table::History;

constexpr std::int64_t second = 1'000'000'000;

History history(const std::vector<double>& values, std::int64_t step = second) {
  History made;
  for (std::size_t i = 0; i < values.size(); ++i) {
    made.times.push_back(static_cast<std::int64_t>(i) * step);
    made.values.push_back(values[i]);
    made.statuses.push_back(status_good);
  }
  return made;
}

std::vector<CounterIncrease> increases(const History& rows, CounterSettings settings,
                                       std::int64_t step) {
  CounterFold fold(Intervals::every(0, 10 * second, step).value(), settings);
  EXPECT_TRUE(fold.add(rows.samples()));
  return fold.increases();
}

TEST(Counter, AStepCountsWhereItsLaterRowLies) {
  const auto found = increases(history({10, 12, 15, 15, 20, 21}), {}, 2 * second);
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found[0].increase, 2);
  EXPECT_EQ(found[1].increase, 3);
  EXPECT_EQ(found[2].increase, 6);
  EXPECT_EQ(found[3].steps, 0U);
}

TEST(Counter, AfterAResetWhatItShowsWasCountedSince) {
  const auto found = increases(history({100, 130, 4, 9}), {}, 0);
  EXPECT_EQ(found[0].increase, 30 + 4 + 5);
  EXPECT_EQ(found[0].resets, 1U);
}

TEST(Counter, ASixteenBitCounterRollsOverAtItsRange) {
  const CounterSettings word{.range = 65536};
  const auto found = increases(history({65530, 65535, 3, 10}), word, 0);
  EXPECT_EQ(found[0].increase, 5 + 4 + 7);
  EXPECT_EQ(found[0].rollovers, 1U);
  // From 40,000 to 100 would be a step of 25,636: below half the range, so it rolled over, unless
  // the largest step is known to be smaller.
  EXPECT_EQ(increases(history({40000, 100}), word, 0)[0].rollovers, 1U);
  EXPECT_EQ(increases(history({40000, 100}), {65536, 1000}, 0)[0].resets, 1U);
}

TEST(Counter, ACorrectionDownwardsCountsNothingAndBadRowsArePassedOver) {
  EXPECT_EQ(increases(history({100, 99, 101}), {}, 0)[0].increase, 2);
  EXPECT_EQ(increases(history({100, 99, 101}), {}, 0)[0].ignored, 1U);
  History rows = history({100, 0, 108});
  rows.statuses[1] = status_bad;
  EXPECT_EQ(increases(rows, {}, 0)[0].increase, 8);
}

// The fixture: one line of rows "time,value", then lines "points N index index ...".
TEST(Lttb, KeepsTheRowsThatThePublishedPackageKeeps) {
  std::ifstream file("src/math/aggregate/testdata/lttb.txt");
  ASSERT_TRUE(file.is_open());
  History rows;
  int checked = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "rows") {
      while (words >> word) {
        rows.times.push_back(std::stoll(word));
        rows.values.push_back(std::stod(word.substr(word.find(',') + 1)));
      }
    } else if (word == "points") {
      std::size_t points = 0;
      words >> points;
      std::vector<std::size_t> expected;
      for (std::size_t index = 0; words >> index;)
        expected.push_back(index);
      EXPECT_EQ(lttb(rows.samples(), points).value(), expected) << points << " points";
      ++checked;
    }
  }
  EXPECT_EQ(checked, 8);
}

TEST(Lttb, TwoPointsAreTheEndsAndOneIsNoLine) {
  const History rows = history({1, 5, 2, 8});
  EXPECT_EQ(lttb(rows.samples(), 2).value(), (std::vector<std::size_t>{0, 3}));
  EXPECT_FALSE(lttb(rows.samples(), 1));
  EXPECT_TRUE(lttb({}, 5).value().empty());
}

TEST(Pixels, NothingThatStandsOutIsLost) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 engine(seed);
    History rows;
    std::int64_t time = 0;
    for (int i = 0; i < 300; ++i) {
      time += 1 + static_cast<std::int64_t>(engine() % 9);
      rows.times.push_back(time);
      rows.values.push_back(static_cast<double>(engine() % 1000));
      rows.statuses.push_back(engine() % 20 == 0 ? status_bad : status_good);
    }
    Pixels pixels = Pixels::open(0, 1500, 40).value();
    pixels.add(rows.samples());
    std::vector<double> lowest(40, 1e9);
    std::vector<double> highest(40, -1e9);
    for (std::size_t i = 0; i < rows.times.size(); ++i) {
      if (rows.times[i] >= 1500 || rows.statuses[i] != status_good) continue;
      const auto column = static_cast<std::size_t>(rows.times[i] / pixels.width());
      lowest[column] = std::min(lowest[column], rows.values[i]);
      highest[column] = std::max(highest[column], rows.values[i]);
    }
    for (std::size_t column = 0; column < 40; ++column) {
      const Pixel& pixel = pixels.pixels()[column];
      ASSERT_EQ(pixel.good > 0, lowest[column] < 1e9) << "seed " << seed;
      if (pixel.good == 0) continue;
      ASSERT_EQ(pixel.lowest.value, lowest[column]) << "seed " << seed;
      ASSERT_EQ(pixel.highest.value, highest[column]) << "seed " << seed;
    }
    ASSERT_LE(pixels.rows().size(), 160U);
    const std::vector<Sample> drawn = pixels.rows();
    for (std::size_t i = 1; i < drawn.size(); ++i)
      ASSERT_LT(drawn[i - 1].time, drawn[i].time) << "seed " << seed;
  }
}

TEST(Pixels, ASummaryDrawsWhatItsRowsDraw) {
  const History rows = history({3, 9, 1, 4});
  Pixels by_rows = Pixels::open(0, 8 * second, 2).value();
  by_rows.add(rows.samples());
  SpanSummary summary;
  summary.first = {0, 3, status_good};
  summary.last = {3 * second, 4, status_good};
  summary.good = 4;
  summary.minimum = 1;
  summary.minimum_at = 2 * second;
  summary.maximum = 9;
  summary.maximum_at = second;
  Pixels by_summary = Pixels::open(0, 8 * second, 2).value();
  ASSERT_TRUE(by_summary.takes(summary));
  by_summary.add(summary);
  ASSERT_EQ(by_rows.rows().size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(by_summary.rows()[i].time, by_rows.rows()[i].time);
    EXPECT_EQ(by_summary.rows()[i].value, by_rows.rows()[i].value);
  }
  summary.minimum_at.reset();
  summary.maximum_at.reset();
  Pixels timeless = Pixels::open(0, 8 * second, 2).value();
  timeless.add(summary);
  ASSERT_EQ(timeless.rows().size(), 4U);
  EXPECT_EQ(timeless.rows()[1].value, 1);
  EXPECT_EQ(timeless.rows()[2].value, 9);
  summary.last.time = 5 * second;
  EXPECT_FALSE(by_summary.takes(summary));  // over two pixels
}

// Two ways to the same durations, on seeded histories.
TEST(States, TimeInStateZeroIsTheAggregateOfThatName) {
  for (unsigned seed = 0; seed < 1'000; ++seed) {
    std::mt19937 engine(seed);
    History rows;
    std::int64_t time = 0;
    for (int i = 0; i < 30; ++i) {
      time += static_cast<std::int64_t>(1 + engine() % 7) * second;
      rows.times.push_back(time);
      rows.values.push_back(static_cast<double>(engine() % 3));
      rows.statuses.push_back(engine() % 9 == 0 ? status_bad : status_good);
    }
    AggregateSettings settings{.between = Between::stepped, .percent_data_bad = 100};
    if (seed % 2 == 0) settings.hold_at_most = 4 * second;
    const Intervals intervals = Intervals::every(5 * second, 130 * second, 9 * second).value();
    const auto states = state_times(rows.samples(), intervals, settings).value();
    const auto zero =
        aggregate(Aggregate::duration_in_state_zero, rows.samples(), intervals, settings).value();
    const auto limits = limit_times(rows.samples(), intervals, settings, {0, 0}).value();
    for (std::size_t i = 0; i < intervals.size(); ++i) {
      std::int64_t held = 0;
      std::int64_t all = states[i].unknown + states[i].later + states[i].other;
      for (const StateTime& state : states[i].states) {
        all += state.held;
        if (state.value == 0) held = state.held;
      }
      ASSERT_EQ(all, intervals.at(i).high - intervals.at(i).low) << "seed " << seed;
      ASSERT_EQ(limits[i].inside, held) << "seed " << seed;
      if (std::isnan(zero[i].value)) continue;  // Bad for the whole of the interval, or no data.
      ASSERT_EQ(zero[i].value, static_cast<double>(held) / 1e6) << "seed " << seed << " " << i;
    }
  }
}

TEST(States, AStateIsEnteredWhereItsRowStands) {
  const History rows = history({1, 1, 2, 1});
  const Intervals intervals = Intervals::every(second, 4 * second, 0).value();
  const AggregateSettings settings{.between = Between::stepped, .known_until = 4 * second};
  const StateTimes found = state_times(rows.samples(), intervals, settings).value()[0];
  ASSERT_EQ(found.states.size(), 2U);
  EXPECT_EQ(found.states[0].held, 2 * second);
  EXPECT_EQ(found.states[0].entered, 1U);  // at the third second; before, it was there already
  EXPECT_EQ(found.states[1].entered, 1U);
}

TEST(Limits, ALineIsOutsideFromWhereItCrosses) {
  const History rows = history({0, 10, 0}, 10 * second);
  const Intervals intervals = Intervals::every(0, 20 * second, 10 * second).value();
  const auto sloped = limit_times(rows.samples(), intervals, {}, {2, 7}).value();
  EXPECT_EQ(sloped[0].below, 2 * second);
  EXPECT_EQ(sloped[0].above, 3 * second);
  EXPECT_EQ(sloped[0].inside, 5 * second);
  const auto stepped =
      limit_times(rows.samples(), intervals, {.between = Between::stepped}, {2, 7}).value();
  EXPECT_EQ(stepped[0].below, 10 * second);
  EXPECT_EQ(stepped[1].above, 10 * second);
  EXPECT_FALSE(limit_times(rows.samples(), intervals, {}, {7, 2}));
}

TEST(Top, TheLargestComeFirstAndEqualOnesInTheirOrder) {
  const std::vector<double> values = {3, std::nan(""), 7, 3, 9};
  EXPECT_EQ(top(values, 3, Rank::largest), (std::vector<std::size_t>{4, 2, 0}));
  EXPECT_EQ(top(values, 2, Rank::smallest), (std::vector<std::size_t>{0, 3}));
  EXPECT_EQ(top(values, 9, Rank::largest).size(), 4U);
}

TEST(Bounds, ReachBackToTheLastUsableRow) {
  History rows = history({1, 2, 3, 4, 5});
  rows.statuses[2] = status_bad;
  EXPECT_EQ(bound_before(rows.samples(), 3 * second, {}), 1U);
  EXPECT_EQ(bound_before(rows.samples(), 3 * second, {.use_sloped_extrapolation = true}), 0U);
  EXPECT_EQ(bound_before(rows.samples(), 0, {}), std::nullopt);
  EXPECT_EQ(bound_after(rows.samples(), 2 * second, {}), 4U);
  EXPECT_EQ(bound_after(rows.samples(), 5 * second, {}), std::nullopt);
}

// 3.1.5 and 3.1.6 of the standard: 10, 20 and 30 at 0, 10 and 20 s.
TEST(Bounds, AValueBetweenRowsIsThatOfTheStandard) {
  const History rows = history({10, 20, 30}, 10 * second);
  const AggregateSettings stepped{.between = Between::stepped};
  const auto at = [&](std::int64_t time, const AggregateSettings& settings) {
    return value_at(rows.samples(), time * second, Bounds::interpolated, settings).value();
  };
  EXPECT_EQ(at(5, {}).value, 15);
  EXPECT_EQ(at(8, {}).value, 18);
  EXPECT_EQ(at(15, {}).value, 25);
  EXPECT_EQ(at(8, stepped).value, 10);
  EXPECT_EQ(at(15, stepped).value, 20);
  EXPECT_EQ(at(25, {.use_sloped_extrapolation = true}).value, 35);
  EXPECT_EQ(at(27, {.use_sloped_extrapolation = true}).value, 37);
  EXPECT_EQ(at(27, {}).value, 30);
  EXPECT_EQ(status_text(at(5, {}).status), "Good, Interpolated");
  EXPECT_EQ(at(10, {}).status, status_good);
  EXPECT_EQ(value_at(rows.samples(), 27 * second, Bounds::simple, {}).value().status,
            status_bad_no_data);
}

}  // namespace
}  // namespace millwright::math
