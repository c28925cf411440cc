#include "watch/oee/flow.hpp"

#include <gtest/gtest.h>

#include "watch/oee/board.hpp"

namespace millwright::watch::oee {
namespace {

Passing at(const std::string& name, std::vector<std::string> feeds, bool finishes = false) {
  return {name, name, "line", std::move(feeds), finishes};
}

Sums slot_of(std::int64_t good, double plan) {
  Sums sums;
  sums.good = good;
  sums.plan = plan;
  sums.busy = sums.running = 1h;
  return sums;
}

// One slot of each machine.
Finished finished(const Flow& flow, const std::vector<Sums>& sums) {
  return finished_of(
      flow, {0, 1}, [&](std::size_t machine, std::size_t) -> const Sums& { return sums[machine]; });
}

TEST(Flow, PartsAreFinishedWhereThePlantFileSaysSo) {
  const Flow flow = flow_of({at("saw", {"packer"}), at("packer", {}, true)});
  EXPECT_EQ(flow.outlets, std::vector<std::size_t>{1});
  const Finished is = finished(flow, {slot_of(90, 100), slot_of(40, 60)});
  EXPECT_EQ(is.good, 40);
  EXPECT_EQ(is.plan, 60.0);
}

TEST(Flow, OneMachineAloneFinishesWhatItMakes) {
  const Flow flow = flow_of({at("mill", {})});
  EXPECT_EQ(finished(flow, {slot_of(7, 9)}).plan, 9.0);
}

// saw -> two mills side by side -> wash
TEST(Flow, WithoutAFinisherTheLeastStepOfTheFlowLimitsTheLastOne) {
  const Flow flow = flow_of({at("saw", {"mill1", "mill2"}), at("mill1", {"wash"}),
                             at("mill2", {"wash"}), at("wash", {"elsewhere"})});
  EXPECT_EQ(flow.outlets, std::vector<std::size_t>{3});
  EXPECT_EQ(flow.steps.size(), 3U);
  const Finished is =
      finished(flow, {slot_of(50, 90), slot_of(20, 30), slot_of(22, 30), slot_of(41, 100)});
  EXPECT_EQ(is.good, 41);
  EXPECT_EQ(is.plan, 60.0);
}

TEST(Flow, MachinesSideBySideThatFeedOutsideFinishTogether) {
  const Flow flow = flow_of({at("mill1", {"wash"}), at("mill2", {"wash"})});
  EXPECT_EQ(flow.outlets, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(finished(flow, {slot_of(20, 30), slot_of(22, 30)}).plan, 60.0);
}

TEST(Flow, WhatIsMissingIsNamedAndThereIsNoPlan) {
  const Flow flow = flow_of({at("mill1", {}), at("mill2", {})});
  EXPECT_EQ(flow.missing,
            "no machine with finishes: true here, and mill1 does not say what it feeds");
  OeeRow row;
  row.good = 42;
  fill_finished(row, flow, finished(flow, {slot_of(20, 30), slot_of(22, 30)}));
  EXPECT_FALSE(row.good);
  EXPECT_FALSE(row.plan);
  EXPECT_EQ(row.missing.front(),
            "no plan and no finished parts: no machine with finishes: true here, and mill1 does "
            "not say what it feeds");
  EXPECT_EQ(flow_of({at("a", {"b"}), at("b", {"a"})}).missing,
            "the machines feed one another in a ring: none has finishes: true");
}

TEST(Flow, AnOutletThatNobodyCountsAndAStepWithoutAnIdealCycleAreNotKnown) {
  const Flow flow = flow_of({at("saw", {"wash"}), at("wash", {}, true)});
  std::vector<Sums> sums{slot_of(50, 90), slot_of(0, 90)};
  sums[1].uncounted = 1h;
  EXPECT_FALSE(finished(flow, sums).good);
  EXPECT_TRUE(finished(flow, sums).plan);
  sums[1].unplanned = 1h;
  EXPECT_FALSE(finished(flow, sums).plan);
}

// The least step of each slot: so hours add up to the shift.
TEST(Flow, ThePlanOfAShiftIsTheSumOfThoseOfItsHours) {
  const Flow flow = flow_of({at("saw", {"wash"}), at("wash", {"elsewhere"})});
  const std::vector<std::vector<Sums>> hours{{slot_of(1, 10), slot_of(2, 30)},
                                             {slot_of(1, 40), slot_of(2, 20)}};
  const SumsOf sums = [&](std::size_t machine, std::size_t slot) -> const Sums& {
    return hours[slot][machine];
  };
  EXPECT_EQ(finished_of(flow, {0, 2}, sums).plan, 30.0);
  EXPECT_EQ(finished_of(flow, {0, 1}, sums).plan, 10.0);
  EXPECT_EQ(finished_of(flow, {1, 2}, sums).plan, 20.0);
}

}  // namespace
}  // namespace millwright::watch::oee
