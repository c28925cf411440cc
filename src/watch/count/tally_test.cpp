#include "watch/count/tally.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace millwright::watch::count {
namespace {

const Instant series_start = *to_instant("2026-11-20T08:00:00Z");

std::vector<Made> ignored;  // of tests that look at counts alone

Instant at(Duration after) {
  return series_start + after;
}

TEST(Counting, ARiseIsTheDifference) {
  const Counted c = count(100, 103, 60s, {});
  EXPECT_EQ(c.step, Step::counted);
  EXPECT_EQ(c.parts, 3);
}

TEST(Counting, AFallToHalfOrLessIsAResetAndCountsWhatCameSince) {
  EXPECT_EQ(count(812, 2, 60s, {}).step, Step::reset);
  EXPECT_EQ(count(812, 2, 60s, {}).parts, 2);
}

TEST(Counting, ARollOverAtTheEndOfATypeGoesOnCounting) {
  EXPECT_EQ(count(65'530, 4, 60s, {}).step, Step::rolled_over);
  EXPECT_EQ(count(65'530, 4, 60s, {}).parts, 10);  // 65531 … 65535, 0, 1 … 4
  EXPECT_EQ(count(32'767, 0, 60s, {}).parts, 1);
  EXPECT_EQ(count(4'294'967'295, 7, 60s, {}).parts, 8);
}

TEST(Counting, ASmallFallOrAJumpThatTheMachineCannotMakeIsNotCounted) {
  EXPECT_EQ(count(100, 99, 60s, {}).step, Step::implausible);
  const Plausible plausible{30.0};  // 30 an hour: 2.5 in a minute at five times its best, and ten
  EXPECT_EQ(count(100, 112, 60s, plausible).step, Step::counted);
  EXPECT_EQ(count(100, 113, 60s, plausible).step, Step::implausible);
  EXPECT_EQ(count(100, 113, 60s, plausible).parts, 0);
}

TEST(Counter, TheFirstValueIsWhereCountingBegins) {
  Counter counter;
  counter.put(at(0s), 5000, ignored);
  EXPECT_EQ(counter.parts(at(-1h), at(1h)), 0);
  counter.put(at(60s), 5002, ignored);
  EXPECT_EQ(counter.parts(at(-1h), at(1h)), 2);
}

TEST(Counter, ALateValueChangesOnlyWhenPartsWereMade) {
  Counter counter;
  counter.put(at(0min), 10, ignored);
  counter.put(at(20min), 16, ignored);
  EXPECT_EQ(counter.parts(at(5min), at(15min)), 0);
  counter.put(at(10min), 14, ignored);
  EXPECT_EQ(counter.parts(at(5min), at(15min)), 4);
  EXPECT_EQ(counter.parts(at(0min), at(20min)), 6);
  counter.put(at(10min), 14, ignored);  // a duplicate
  EXPECT_EQ(counter.parts(at(0min), at(20min)), 6);
  counter.put(at(10min), 13, ignored);  // a correction
  EXPECT_EQ(counter.parts(at(5min), at(15min)), 3);
}

// What was said, folded as whoever hears PartsMade folds it.
class Folded {
 public:
  void take(std::vector<Made>& made) {
    for (const Made& m : made) {
      parts_.erase(parts_.upper_bound(m.after), parts_.upper_bound(m.at));
      if (m.parts != 0) parts_[m.at] = m.parts;
    }
    made.clear();
  }
  std::int64_t sum() const {
    std::int64_t sum = 0;
    for (const auto& [when, parts] : parts_)
      sum += parts;
    return sum;
  }
  friend bool operator==(const Folded&, const Folded&) = default;

 private:
  std::map<Instant, std::int64_t> parts_;
};

using Rows = std::vector<std::pair<Instant, double>>;

Folded fold(const Rows& rows) {
  Tally tally;
  Folded folded;
  std::vector<Made> made;
  Instant newest{};
  for (const auto& [when, value] : rows) {
    newest = std::max(newest, when);
    tally.put(when, value, newest, made);
    folded.take(made);
  }
  return folded;
}

TEST(Tally, AnyOrderOfArrivalGivesTheSameSteps) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Rows rows;
    double value = 0;
    for (int i = 0; i < 300; ++i) {
      value = seed % 2 == 0 && random() % 50 == 0 ? 0 : value + static_cast<double>(random() % 3);
      rows.emplace_back(at(std::chrono::seconds(i * 10)), value);
    }
    const Folded in_order = fold(rows);
    EXPECT_GT(in_order.sum(), 100);
    for (int round = 0; round < 3; ++round) {
      std::shuffle(rows.begin(), rows.end(), random);
      EXPECT_EQ(fold(rows), in_order);
    }
  }
}

TEST(Tally, AnyOrderOfArrivalOverADayGivesTheSameSteps) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Rows rows;
    for (int i = 0; i < 1200; ++i)
      rows.emplace_back(at(std::chrono::minutes(i)), 100 + i / 3 * 2);
    const Folded in_order = fold(rows);
    EXPECT_EQ(in_order.sum(), 798);
    std::shuffle(rows.begin(), rows.end(), random);
    EXPECT_EQ(fold(rows), in_order);
  }
}

TEST(Tally, ACorrectionIsSaidForBothStepsBesideIt) {
  Tally tally;
  std::vector<Made> made;
  tally.put(at(0s), 10, at(0s), made);
  tally.put(at(60s), 12, at(60s), made);
  tally.put(at(120s), 15, at(120s), made);
  EXPECT_EQ(made,
            (std::vector<Made>{{at(0s), at(0s), 0}, {at(0s), at(60s), 2}, {at(60s), at(120s), 3}}));
  made.clear();
  tally.put(at(60s), 14, at(130s), made);
  EXPECT_EQ(made, (std::vector<Made>{{at(0s), at(60s), 4}, {at(60s), at(120s), 1}}));
  made.clear();
  tally.put(at(60s), 14, at(131s), made);  // a duplicate
  EXPECT_TRUE(made.empty());
}

// 30 days of past come oldest first, in batches, while live values flow; the live front begins
// where the past ends.
TEST(Tally, APastThatIsFilledInIsCountedAsIfItHadBeenHeardInTime) {
  for (const Duration gap : {Duration(0s), Duration(40min)}) {
    const Instant begin = at(720h);
    const auto value_at = [&](Instant when) { return (when - at(0s)) / 90s; };
    Rows past, live, all;
    for (Instant when = at(0s); when < begin - gap; when += 90s)
      past.emplace_back(when, value_at(when));
    for (int i = 0; i < 1000; ++i) {
      const Instant when = begin + i * 60s;
      live.emplace_back(when, value_at(when));
    }
    Tally tally;
    Folded folded;
    std::vector<Made> made;
    std::size_t filled = 0;
    for (const auto& [when, value] : live) {
      tally.put(when, value, when, made);
      for (std::size_t i = 0; i < 60 && filled < past.size(); ++i, ++filled)
        tally.put(past[filled].first, past[filled].second, when, made);
      folded.take(made);
    }
    ASSERT_EQ(filled, past.size());
    all = past;
    all.insert(all.end(), live.begin(), live.end());
    EXPECT_EQ(folded, fold(all));
    EXPECT_EQ(folded.sum(), value_at(live.back().first));
    EXPECT_FALSE(tally.is_filling());
  }
}

TEST(Tally, AFillThatBeginsAnewCountsNothingTwice) {
  Tally tally;
  Folded folded;
  std::vector<Made> made;
  const Instant begin = at(240h);
  tally.put(begin, 2400, begin, made);
  for (int round = 0; round < 2; ++round) {
    for (int minute = 0; minute < (round == 0 ? 6000 : 14'400); minute += 6)
      tally.put(at(std::chrono::minutes(minute)), minute / 6.0, begin + round * 5min, made);
    folded.take(made);
  }
  EXPECT_EQ(folded.sum(), 2400);
}

TEST(Tally, APastThatEndsBeforeTheLiveFrontIsJoinedWhenItHasBeenQuiet) {
  Tally tally;
  Folded folded;
  std::vector<Made> made;
  tally.put(at(10h), 100, at(10h), made);
  tally.put(at(0h), 20, at(10h), made);
  tally.put(at(1h), 30, at(10h), made);
  tally.settle(at(10h + 59min), made);
  folded.take(made);
  EXPECT_EQ(folded.sum(), 10);
  tally.settle(at(11h), made);
  folded.take(made);
  EXPECT_EQ(folded.sum(), 80);
}

TEST(Tally, WhatIsTooLateToBePlacedIsRefusedAndTheStepsStand) {
  Tally tally;
  std::vector<Made> made;
  for (int i = 0; i < 1100; ++i)
    tally.put(at(std::chrono::minutes(2 * i)), i, at(std::chrono::minutes(2 * i)), made);
  made.clear();
  ASSERT_TRUE(tally.live().has_forgotten());
  EXPECT_FALSE(tally.put(tally.live().first() - 1min, 1, at(2000min), made));
  EXPECT_FALSE(tally.put(at(2001min), -1, at(2001min), made));
  EXPECT_TRUE(made.empty());
}

}  // namespace
}  // namespace millwright::watch::count
