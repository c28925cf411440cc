#include <gtest/gtest.h>

#include <algorithm>

#include "base/check.hpp"
#include "watch/oee/board.hpp"

// Figures by hand. The published examples stand in published_test.cpp.

namespace millwright::watch::oee {
namespace {

const Instant morning = *to_instant("2026-11-20T05:00:00Z");  // 06:00 in Berlin

// One machine in one shift from 06:00 to 14:00, told in minutes after 06:00.
class Hand {
 public:
  explicit Hand(Duration length = 8h) {
    shift.name = "early";
    shift.day = "2026-11-20";
    shift.from = morning;
    shift.until = morning + length;
    ideals.has_count = ideals.has_counter = true;
    ideals.cycle.otherwise = 60;
    counts(0, 0, 0);  // from then on the counter is known
  }
  static Instant at(double minutes) {
    return morning +
           std::chrono::duration_cast<Duration>(std::chrono::duration<double>(minutes * 60));
  }
  void does(double from, MachineState state, MachineMode mode = MachineMode::production) {
    log.hear(fact::StateChanged{{}, at(from), {}, state, mode, ""}, now);
  }
  void did(double from, double until, MachineState state) {
    log.hear(fact::StateChanged{{}, at(from), at(until), state, MachineMode::production, ""}, now);
  }
  void counts(double after, double until, std::int64_t parts, PartKind kind = PartKind::good) {
    log.hear(fact::PartsMade{{}, kind, at(after), at(until), parts, CountedBy::counter});
  }
  void makes(double from, const std::string& product) {
    log.hear(fact::RunChanged{{}, at(from), {}, "A-1", product}, now);
  }
  void explains(double from, const std::string& reason) {
    log.hear(fact::StopExplained{{}, at(from), reason, "", "", ""}, now);
  }
  // Hour by hour, as the stage does it.
  Sums sums() const {
    Sums out;
    for (Instant from = shift.from; from < shift.until; from += 1h)
      out += measure(log, ideals, {{from, std::min(from + 1h, shift.until)}, &shift}, now);
    return out;
  }
  Sums hour(int number) const {
    const Instant from = shift.from + number * 1h;
    return measure(log, ideals, {{from, from + 1h}, &shift}, now);
  }

  Shift shift;
  Ideals ideals;
  Log log;
  Instant now = morning + 24h;
};

TEST(Measure, FactorsMultiplyToOeeExactly) {
  Hand hand;
  hand.does(0, MachineState::running);
  hand.did(100, 160, MachineState::stopped);
  hand.counts(0, 300, 250);
  hand.counts(0, 400, 20, PartKind::reject);
  const Sums sums = hand.sums();
  const Figures f = figures_of(sums);
  EXPECT_DOUBLE_EQ(*f.availability, 420.0 / 480);
  EXPECT_DOUBLE_EQ(*f.performance, 270.0 / 420);
  EXPECT_DOUBLE_EQ(*f.quality, 250.0 / 270);
  EXPECT_DOUBLE_EQ(*f.oee, *f.availability * *f.performance * *f.quality);
  EXPECT_DOUBLE_EQ(*f.coverage, 1);
}

TEST(Measure, SharesOfLossesAndOeeAddUpToOne) {
  Hand hand;
  hand.does(0, MachineState::running);
  hand.did(100, 160, MachineState::stopped);
  hand.did(200, 200.5, MachineState::starved);
  hand.did(250, 280, MachineState::starved);
  hand.counts(0, 300, 250);
  hand.counts(0, 400, 20, PartKind::reject);
  const Sums sums = hand.sums();
  double sum = *figures_of(sums).oee;
  std::string order;
  for (const Loss& loss : losses_of(sums)) {
    sum += loss.share;
    order += loss.what + " " + std::to_string(loss.stops) + "; ";
  }
  EXPECT_NEAR(sum, 1, 1e-9);
  EXPECT_EQ(order, "slow cycles 0; stopped 1; starved 1; scrap 0; micro-stops 1; ");
}

TEST(Measure, AStopOverTwoHoursIsLostInBothAndCountedOnce) {
  Hand hand;
  hand.does(0, MachineState::running);
  hand.did(45, 80, MachineState::stopped);
  EXPECT_EQ(hand.hour(0).lost.at(0).time, 15min);
  EXPECT_EQ(hand.hour(0).lost.at(0).stops, 1U);
  EXPECT_EQ(hand.hour(1).lost.at(0).time, 20min);
  EXPECT_EQ(hand.hour(1).lost.at(0).stops, 0U);
  EXPECT_EQ(hand.sums().lost.at(0).stops, 1U);
}

TEST(Measure, AShortStopAcrossTheHourIsAMicroStopInBoth) {
  Hand hand;
  hand.does(0, MachineState::running);
  hand.did(59.5, 60.25, MachineState::stopped);  // 45 s
  EXPECT_EQ(hand.hour(0).micro, 30s);
  EXPECT_EQ(hand.hour(1).micro, 15s);
  EXPECT_EQ(figures_of(hand.sums()).availability, 1);
  hand.did(60.25, 61, MachineState::blocked);  // late: it went on, and is a stop of 90 s
  EXPECT_EQ(hand.hour(0).micro, 0s);
  EXPECT_EQ(hand.hour(0).lost.at(0).time, 30s);
  EXPECT_EQ(hand.hour(1).lost.at(0).time, 15s);
}

TEST(Measure, LateDataChangeTheHourInWhichItHappened) {
  Hand hand;
  hand.does(0, MachineState::running);
  hand.counts(0, 150, 120);
  EXPECT_EQ(hand.hour(0).good, 0);
  EXPECT_EQ(hand.hour(2).good, 120);
  hand.counts(0, 50, 40);  // learned late: some were made before
  hand.counts(50, 150, 80);
  hand.did(10, 40, MachineState::stopped);
  EXPECT_EQ(hand.hour(0).good, 40);
  EXPECT_EQ(hand.hour(2).good, 80);
  EXPECT_EQ(hand.hour(0).running, 30min);
  EXPECT_EQ(hand.sums().good, 120);
}

TEST(Measure, NoDataIsNeitherRunningNorStoppedAndLowersCoverageAlone) {
  Hand hand;
  hand.does(0, MachineState::running);
  hand.did(60, 180, MachineState::nodata);
  hand.counts(0, 300, 180);
  const Figures f = figures_of(hand.sums());
  EXPECT_DOUBLE_EQ(*f.availability, 1);
  EXPECT_DOUBLE_EQ(*f.coverage, 0.75);
  EXPECT_DOUBLE_EQ(*f.performance, 0.5);
  OeeRow row;
  fill(row, hand.sums(), {});
  EXPECT_EQ(
      row.missing,
      (std::vector<std::string>{
          "no data 2 h", "120 parts were counted after a time without data, and may be of then"}));
}

TEST(Measure, WhereNothingIsKnownNothingIsComputed) {
  Hand hand;
  hand.log = Log();
  const Figures f = figures_of(hand.sums());
  EXPECT_FALSE(f.availability || f.performance || f.quality || f.oee || f.good);
  EXPECT_DOUBLE_EQ(*f.coverage, 0);
}

TEST(Measure, TimeBeforeTheCounterWasHeardIsNoData) {
  Hand hand;
  hand.log = Log();
  hand.does(0, MachineState::running);
  hand.counts(120, 120, 0);
  hand.counts(120, 480, 360);
  const Sums sums = hand.sums();
  EXPECT_EQ(sums.no_data, 2h);
  EXPECT_DOUBLE_EQ(*figures_of(sums).performance, 1);
}

TEST(Measure, ABreakIsPlannedUnlessItIsWorkedThrough) {
  Hand hand;
  hand.shift.breaks = {{Hand::at(120), Hand::at(140)}, {Hand::at(300), Hand::at(320)}};
  hand.does(0, MachineState::running);
  hand.did(115, 145, MachineState::idle);
  const Sums sums = hand.sums();
  EXPECT_EQ(sums.planned_stop, 20min);
  EXPECT_EQ(sums.busy, 460min);
  EXPECT_EQ(sums.lost.at(0).time, 10min);  // five minutes before it and five after
  EXPECT_EQ(sums.lost.at(0).stops, 1U);
}

TEST(Measure, PlannedAndMaintenanceAreNoLoss) {
  Hand hand;
  hand.does(0, MachineState::running);
  hand.does(60, MachineState::planned);
  hand.does(120, MachineState::stopped, MachineMode::maintenance);
  hand.does(180, MachineState::running, MachineMode::planned);  // it works all the same
  const Sums sums = hand.sums();
  EXPECT_EQ(sums.planned_stop, 2h);
  EXPECT_EQ(sums.busy, 6h);
  EXPECT_TRUE(sums.lost.empty());
}

TEST(Measure, PartsArePricedByTheProductThatRan) {
  Hand hand;
  hand.ideals.cycle.of_product = {{"City", 30}, {"Cargo", 90}};
  hand.does(0, MachineState::running);
  hand.makes(0, "City");
  hand.makes(20, "Cargo");
  hand.counts(0, 20, 30);  // finished when the change came: still of the old product
  hand.counts(20, 60, 20);
  EXPECT_DOUBLE_EQ(hand.hour(0).ideal_made, 30 * 30 + 20 * 90);
  EXPECT_DOUBLE_EQ(*figures_of(hand.hour(0)).performance, 2700.0 / 3600);
}

TEST(Measure, AProductWithoutAnIdealCycleIsNamedAndNothingIsGuessed) {
  Hand hand;
  hand.ideals.cycle.otherwise.reset();
  hand.ideals.cycle.of_product = {{"City", 30}};
  hand.does(0, MachineState::running);
  hand.makes(0, "City");
  hand.counts(0, 20, 30);
  hand.makes(20, "Cargo");
  hand.counts(20, 60, 20);
  const Sums sums = hand.sums();
  const Figures f = figures_of(sums);
  EXPECT_TRUE(f.availability);
  EXPECT_FALSE(f.performance || f.quality || f.oee);
  EXPECT_EQ(f.good, 50);
  EXPECT_EQ(sums.missing, std::vector<std::string>{"no ideal cycle for product Cargo"});
}

TEST(Measure, WithoutACounterOnlyAvailabilityIsKnown) {
  Hand hand;
  hand.ideals.has_count = hand.ideals.has_counter = false;
  hand.does(0, MachineState::running);
  const Figures f = figures_of(hand.sums());
  EXPECT_DOUBLE_EQ(*f.availability, 1);
  EXPECT_FALSE(f.performance || f.quality || f.oee || f.good);
  EXPECT_EQ(hand.sums().missing, std::vector<std::string>{"no part counter"});
}

TEST(Measure, AReasonIsToldWithTheLossAndCanBeTakenBack) {
  Hand hand;
  hand.does(0, MachineState::running);
  hand.did(45, 80, MachineState::stopped);
  hand.explains(45, "tool");
  EXPECT_EQ(hand.hour(0).lost.at(0).reason, "tool");
  EXPECT_EQ(hand.hour(1).lost.at(0).reason, "tool");
  OeeRow row;
  hand.counts(0, 480, 445);
  fill(row, hand.sums(), {{"tool", "Tool worn or broken"}});
  EXPECT_EQ(row.loss, "Tool worn or broken");
  EXPECT_EQ(row.loss_time, 35 * 60);
  hand.explains(45, "");
  EXPECT_EQ(hand.hour(0).lost.at(0).reason, "");
}

TEST(Measure, AReportOfAPersonMovesPartsFromGoodToReject) {
  Hand hand;
  hand.does(0, MachineState::running);
  hand.counts(0, 60, 60);
  for (const auto& [kind, parts] : {std::pair(PartKind::good, -6), std::pair(PartKind::reject, 6)})
    hand.log.hear(fact::PartsMade{{}, kind, Hand::at(90), Hand::at(90), parts, CountedBy::person});
  const Figures f = figures_of(hand.sums());
  EXPECT_EQ(f.good, 54);
  EXPECT_EQ(f.scrap, 6);
  EXPECT_DOUBLE_EQ(*f.quality, 0.9);
}

TEST(Measure, ThePlanFollowsTheProductAndLeavesBreaksOut) {
  Hand hand;
  hand.ideals.target = 0.5;
  hand.ideals.cycle.of_product = {{"City", 30}, {"Cargo", 60}};
  hand.shift.breaks = {{Hand::at(120), Hand::at(180)}};
  hand.makes(0, "City");
  hand.makes(240, "Cargo");
  hand.makes(300, "");  // nothing runs: planned with what ran last
  // 06:00 to 10:00 without an hour: 180 min x 2 x 0.5; 10:00 to 14:00: 240 min x 1 x 0.5
  EXPECT_DOUBLE_EQ(*figures_of(hand.sums()).plan, 180 + 120);
}

TEST(Measure, OnlyWhatHasPassedIsMeasured) {
  Hand hand;
  hand.now = Hand::at(90);
  hand.does(0, MachineState::running);
  EXPECT_EQ(hand.sums().busy, 90min);
  hand.does(89.5, MachineState::stopped);
  EXPECT_EQ(hand.sums().running, 90min);  // still short
  hand.now = Hand::at(95);
  EXPECT_EQ(hand.sums().running, 89min + 30s);
}

TEST(Together, MachinesWithoutACounterAreLeftOutAndNamed) {
  Hand good, none;
  good.does(0, MachineState::running);
  good.counts(0, 480, 240);
  none.does(0, MachineState::stopped);
  none.ideals.has_count = none.ideals.has_counter = false;
  const Sums sums = together({good.sums(), none.sums()}, {"Mill", "Oven"});
  EXPECT_DOUBLE_EQ(*figures_of(sums).oee, 0.5);
  EXPECT_EQ(sums.missing, std::vector<std::string>{"Oven: no part counter, left out"});
}

TEST(Log, AnyOrderOfLateFactsGivesTheSame) {
  // Facts said of disjoint spans of the past, as watch/state and watch/count say them.
  std::vector<fact::StateChanged> states;
  std::vector<fact::PartsMade> parts;
  for (int i = 0; i < 200; ++i) {
    const auto state = static_cast<MachineState>(1 + i * 7 % 8);
    states.push_back({{}, Hand::at(i), Hand::at(i + 1), state, MachineMode::production, ""});
    parts.push_back({{}, PartKind::good, Hand::at(i), Hand::at(i + 1), i % 3, CountedBy::counter});
  }
  const auto fold = [&](std::size_t stride) {
    Log log;
    for (std::size_t i = 0; i < states.size(); ++i) {
      log.hear(states[i * stride % states.size()], morning + 24h);
      log.hear(parts[i * stride % parts.size()]);
    }
    return log;
  };
  const Log in_order = fold(1);
  for (const std::size_t stride : {199U, 77U, 3U}) {
    const Log other = fold(stride);
    EXPECT_EQ(other.doing().all(), in_order.doing().all());
    EXPECT_EQ(other.counted(PartKind::good), in_order.counted(PartKind::good));
    EXPECT_EQ(other.counted_from(), in_order.counted_from());
  }
}

}  // namespace
}  // namespace millwright::watch::oee
