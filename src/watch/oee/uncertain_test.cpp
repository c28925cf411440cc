#include <gtest/gtest.h>

#include "watch/oee/board.hpp"

// Parts that a counter shows after a time in which nobody knows what the machine did.

namespace millwright::watch::oee {
namespace {

const Instant morning = *to_instant("2026-11-20T05:00:00Z");

// A shift of two hours with a counter, an ideal cycle of a minute, and half an hour without data
// from the first half hour on.
class Gap {
 public:
  Gap() {
    shift.from = morning;
    shift.until = morning + 2h;
    ideals.has_count = ideals.has_counter = true;
    ideals.cycle.otherwise = 60;
    state(0min, MachineState::running);
    state(30min, MachineState::nodata);
    state(60min, MachineState::running);
    counts(0min, 0min, 0);
    counts(0min, 30min, 30);
  }
  void state(Duration from, MachineState is) {
    log.hear(fact::StateChanged{{}, morning + from, {}, is, MachineMode::production, ""}, now);
  }
  void counts(Duration after, Duration until, std::int64_t parts) {
    log.hear(fact::PartsMade{
        {}, PartKind::good, morning + after, morning + until, parts, CountedBy::counter});
  }
  OeeRow hour(int number) const {
    OeeRow row;
    const Instant from = morning + number * 1h;
    fill(row, measure(log, ideals, {{from, from + 1h}, &shift}, now), {});
    return row;
  }

  Shift shift;
  Ideals ideals;
  Log log;
  Instant now = morning + 24h;
};

TEST(Uncertain, PartsAfterATimeWithoutDataAreCountedWhenHeardAndMarked) {
  Gap gap;
  gap.counts(30min, 61min, 31);
  gap.counts(61min, 120min, 59);
  const OeeRow row = gap.hour(1);
  EXPECT_EQ(row.good, 90);
  EXPECT_EQ(row.performance, 1.5);
  EXPECT_EQ(row.uncertain, 30);  // as many as fit into half an hour
  EXPECT_EQ(row.missing,
            std::vector<std::string>{
                "30 parts were counted after a time without data, and may be of then"});
  EXPECT_EQ(gap.hour(0).uncertain, 0);
}

TEST(Uncertain, PartsThatWereMadeBeforeAndAfterAShortGapAreNot) {
  Gap gap;
  gap.state(60min, MachineState::running);
  gap.log.hear(
      fact::StateChanged{
          {}, morning + 30min, morning + 60min, MachineState::running, MachineMode::production, ""},
      gap.now);
  gap.log.hear(fact::StateChanged{{},
                                  morning + 70min,
                                  morning + 70min + 50s,
                                  MachineState::nodata,
                                  MachineMode::production,
                                  ""},
               gap.now);
  gap.counts(30min, 69min, 30);
  gap.counts(69min, 72min, 3);
  EXPECT_EQ(gap.hour(1).uncertain, 0);  // less than a cycle
}

TEST(Uncertain, AnIdealCycleThatIsTooLongIsNamed) {
  Gap gap;
  gap.counts(30min, 30min, 0);
  gap.counts(60min, 90min, 20);
  gap.counts(90min, 120min, 60);
  gap.ideals.cycle.otherwise = 30;
  EXPECT_TRUE(gap.hour(1).performance < 1);
  gap.log = Gap().log;
  gap.state(0min, MachineState::running);
  gap.counts(30min, 60min, 30);
  gap.counts(60min, 120min, 90);
  gap.ideals.cycle.otherwise = 60;
  const OeeRow row = gap.hour(1);
  EXPECT_EQ(row.uncertain, 0);
  EXPECT_EQ(row.missing, std::vector<std::string>{
                             "more parts than the ideal cycle allows: it is told too long"});
}

}  // namespace
}  // namespace millwright::watch::oee
