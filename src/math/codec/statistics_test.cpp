#include "math/codec/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "math/codec/examples.hpp"

namespace millwright::math {
namespace {

using examples::Dice;
constexpr std::int64_t second = 1'000'000'000;
constexpr std::uint32_t good = 0, uncertain = 0x40000000, bad = 0x80000000;

TEST(Statistics, AValueHoldsUntilTheNextRowWhateverThatIs) {
  const std::vector<std::int64_t> times{0, 10 * second, 30 * second, 60 * second, 100 * second};
  const std::vector<double> values{2, 4, 99, 99, 6};
  const std::vector<std::uint32_t> codes{good, good, bad, uncertain, good};
  const Statistics s = statistics_of(times, std::span<const double>(values), codes);
  EXPECT_EQ(s.good, 3U);
  EXPECT_EQ(s.bad, 1U);
  EXPECT_EQ(s.uncertain, 1U);
  EXPECT_EQ(s.min, 2);
  EXPECT_EQ(s.max, 6);
  EXPECT_EQ(s.sum, 12);
  EXPECT_EQ(s.integral, 2 * 10 + 4 * 20);
  EXPECT_EQ(s.good_held, 30 * second);
  EXPECT_EQ(s.bad_held, 30 * second);
  EXPECT_EQ(s.uncertain_held, 40 * second);
  EXPECT_EQ(s.transitions, 2U);
  EXPECT_EQ(s.first, (TimedValue{0, 2}));
  EXPECT_EQ(s.last, (TimedValue{100 * second, 6}));
}

TEST(Statistics, CourseTellsLinesExtremesAndTheLongestGap) {
  const std::vector<std::int64_t> times{0, second, 3 * second, 4 * second + 1};
  const std::vector<double> values{2, 6, 2, 6};
  const Statistics s = statistics_of(times, std::span<const double>(values), {});
  ASSERT_TRUE(s.course);
  EXPECT_NEAR(s.course->sloped, 4 + 8 + 4, 1e-8);
  EXPECT_EQ(s.course->min_rows, 2U);
  EXPECT_EQ(s.course->max_rows, 2U);
  EXPECT_EQ(s.course->longest_gap, 2 * second);
  const std::vector<std::uint32_t> codes{good, bad, good, good};
  EXPECT_FALSE(statistics_of(times, std::span<const double>(values), codes).course);
}

TEST(Statistics, OfTheFirstBlocksHaveNoCourse) {
  const std::vector<std::int64_t> times{0, second};
  const std::vector<double> values{2, 6};
  Statistics s = statistics_of(times, std::span<const double>(values), {});
  s.course.reset();
  const Bytes first{0x1b, 1, 0, 4, 0, 12, 0, 4, 0, 12, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0x40};
  Bytes bytes;
  write_statistics(s, bytes);
  EXPECT_EQ(bytes, first);
  Reader in(first);
  EXPECT_EQ(read_statistics(in, {2, 0, second}).value(), s);
}

TEST(Statistics, TimeInStatesIsKnownForAFewValuesAndNotForMany) {
  const std::vector<std::int64_t> times{0, second, 3 * second, 7 * second};
  const std::vector<std::int64_t> states{3, 5, 3, 5};
  const Statistics s = statistics_of(times, std::span<const std::int64_t>(states), {});
  EXPECT_EQ(s.states.held(3), 5 * second);
  EXPECT_EQ(s.states.held(5), 2 * second);
  EXPECT_EQ(s.states.held(4), 0);

  std::vector<std::int64_t> many_times, many;
  for (std::int64_t i = 0; i < 17; ++i) {
    many_times.push_back(i * second);
    many.push_back(i);
  }
  EXPECT_TRUE(statistics_of(std::span(many_times).first(16),
                            std::span<const std::int64_t>(many).first(16), {})
                  .states.are_known);
  EXPECT_FALSE(statistics_of(many_times, std::span<const std::int64_t>(many), {}).states.are_known);
}

TEST(Statistics, WhatIsNoFiniteNumberIsARowButNoNumber) {
  const std::vector<std::int64_t> times{0, second, 2 * second, 3 * second};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> values{1, nan, nan, 3};
  const Statistics s = statistics_of(times, std::span<const double>(values), {});
  EXPECT_EQ(s.good, 4U);
  EXPECT_EQ(s.numbers, 2U);
  EXPECT_EQ(s.sum, 4);
  EXPECT_EQ(s.integral, 1);
  EXPECT_EQ(s.transitions, 2U);
}

TEST(Statistics, TextsAndListsCountTheirTransitions) {
  const std::vector<std::int64_t> times{0, 1, 2, 3};
  const std::vector<std::string_view> texts{"idle", "idle", "run", "idle"};
  EXPECT_EQ(statistics_of(times, std::span<const std::string_view>(texts), {}).transitions, 2U);
  const std::vector<std::uint32_t> lengths{1, 1, 0, 2};
  const std::vector<double> values{1, 1, 1, 2};
  EXPECT_EQ(statistics_of(times, ListsIn{lengths, values}, {}).transitions, 2U);
}

struct Sample {
  std::vector<std::int64_t> times, integers;
  std::vector<double> numbers;
  std::vector<std::uint32_t> codes;
};

// Values in eighths and times in whole seconds, so that sums are exact in any order.
Sample sample_of(std::uint64_t seed) {
  Dice dice(seed);
  Sample sample;
  std::int64_t at = 1'700'000'000 * second;
  const bool all_good = dice.below(3) == 0;
  const std::size_t rows = 2 + dice.below(60);
  for (std::size_t i = 0; i < rows; ++i) {
    at += static_cast<std::int64_t>(dice.below(5)) * second;
    sample.times.push_back(at);
    sample.numbers.push_back(static_cast<double>(dice.below(40)) / 8);
    if (!all_good && dice.below(9) == 0)
      sample.numbers.back() = std::numeric_limits<double>::infinity();
    sample.integers.push_back(static_cast<std::int64_t>(dice.below(1 + seed % 20)));
    static constexpr std::array<std::uint32_t, 4> some{good, good, bad, uncertain};
    sample.codes.push_back(all_good ? good : some[dice.below(some.size())]);
  }
  return sample;
}

template <class T>
void expect_parts_give_the_whole(const Sample& sample, const std::vector<T>& values) {
  const std::span<const T> all(values);
  const std::span<const std::int64_t> times(sample.times);
  const std::span<const std::uint32_t> codes(sample.codes);
  const Statistics whole = statistics_of(times, all, codes);
  for (std::size_t cut = 1; cut < all.size(); ++cut) {
    Statistics parts = statistics_of(times.first(cut), all.first(cut), codes.first(cut));
    parts.append(statistics_of(times.subspan(cut), all.subspan(cut), codes.subspan(cut)));
    EXPECT_EQ(parts.states.are_known, whole.states.are_known);
    for (std::size_t i = 0; i < whole.states.count; ++i)
      EXPECT_EQ(parts.states.held(whole.states.state[i].value), whole.states.state[i].held);
    parts.states = whole.states;  // The same times, in the order in which the values came.
    EXPECT_EQ(parts, whole) << "cut at " << cut;
  }
}

TEST(Statistics, SpansThatAreAppendedGiveTheWholeWhereverTheyAreCut) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Sample sample = sample_of(seed);
    expect_parts_give_the_whole(sample, sample.numbers);
    expect_parts_give_the_whole(sample, sample.integers);
  }
}

TEST(Statistics, TheQuickWayForGoodRowsGivesWhatTheSlowOneGives) {
  const std::vector<double> values = examples::analog(1, 1000, {60, 0.01, 0.1, 0.05, 1});
  const std::vector<std::int64_t> times = examples::times(2, 1000);
  const std::vector<std::uint32_t> codes(1000, good);
  const Statistics quick = statistics_of(times, std::span<const double>(values), {});
  Statistics slow = statistics_of(times, std::span<const double>(values), codes);
  EXPECT_NEAR(quick.sum, slow.sum, 1e-9);
  EXPECT_NEAR(quick.integral, slow.integral, 1e-9);
  slow.sum = quick.sum;
  slow.integral = quick.integral;
  EXPECT_EQ(quick, slow);
}

TEST(Statistics, ComeBackFromTheirBytes) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Sample sample = sample_of(seed);
    for (const Statistics& s :
         {statistics_of(sample.times, std::span<const double>(sample.numbers), sample.codes),
          statistics_of(sample.times, std::span<const std::int64_t>(sample.integers),
                        sample.codes)}) {
      Bytes bytes;
      write_statistics(s, bytes);
      Reader in(bytes);
      EXPECT_EQ(read_statistics(in, {s.rows(), s.from, s.until}).value(), s) << "seed " << seed;
      EXPECT_TRUE(in.is_at_end());
    }
  }
}

}  // namespace
}  // namespace millwright::math
