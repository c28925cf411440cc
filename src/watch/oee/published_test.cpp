#include <gtest/gtest.h>

#include "watch/oee/board.hpp"

// Examples that others have published, worked from the raw timeline and not from sums.

namespace millwright::watch::oee {
namespace {

const Instant start = *to_instant("2026-11-20T06:00:00Z");

Instant at(Duration after) {
  return start + after;
}

// Source: "OEE Calculation: Definitions, Formulas, and Examples", oee.com (Vorne Industries):
// shift length 480 min, breaks 60 min, down time 47 min, ideal cycle 1.0 s, 19,271 parts of which
// 423 are rejected. Published: A 88.81 %, P 86.11 %, Q 97.80 %, OEE 74.79 %.
TEST(Published, TheWorkedExampleOfOeeCom) {
  Shift shift{"first",
              "2026-11-20",
              start,
              at(480min),
              {{at(120min), at(150min)}, {at(300min), at(330min)}}};
  Ideals ideals;
  ideals.cycle.otherwise = 1.0;
  ideals.has_count = ideals.has_counter = true;
  Log log;
  const Instant now = at(500min);
  const auto does = [&](Duration from, Duration until, MachineState state) {
    log.hear(fact::StateChanged{{}, at(from), at(until), state, MachineMode::production, ""}, now);
  };
  does(0min, 480min, MachineState::running);
  does(120min, 150min, MachineState::idle);  // breaks
  does(300min, 330min, MachineState::idle);
  does(200min, 247min, MachineState::stopped);
  log.hear(
      fact::PartsMade{{}, PartKind::good, at(0min), at(470min), 19'271 - 423, CountedBy::counter});
  log.hear(fact::PartsMade{{}, PartKind::reject, at(0min), at(470min), 423, CountedBy::counter});
  Sums sums;
  for (Duration from = 0min; from < 480min; from += 1h)
    sums += measure(log, ideals, {{at(from), at(from + 1h)}, &shift}, now);
  const Figures f = figures_of(sums);
  EXPECT_EQ(sums.busy, 420min);
  EXPECT_EQ(sums.running, 373min);
  EXPECT_NEAR(*f.availability, 0.8881, 0.00005);
  EXPECT_NEAR(*f.performance, 0.8611, 0.00005);
  EXPECT_NEAR(*f.quality, 0.9780, 0.00005);
  EXPECT_NEAR(*f.oee, 0.7479, 0.00005);
}

// Source: Willmott and McCarthy, "TPM: A Route to World-Class Performance", chapter 6, p. 127
// (Tuesday of week 17): 910 min planned, 115 min of stoppages and 12 min of changeovers, standard
// cycle 3 min, 203 cycles. Published: uptime 783 min, availability 86.0 %, performance 77.7 % (the
// book rounds 203/261 down: it is 77.78 %).
TEST(Published, TheTuesdayOfTheTpmBook) {
  Shift shift{"day", "2026-11-20", start, at(910min), {}};
  Ideals ideals;
  ideals.cycle.otherwise = 180;
  ideals.has_count = ideals.has_counter = true;
  Log log;
  const Instant now = at(1000min);
  const auto does = [&](Duration from, Duration until, MachineState state) {
    log.hear(fact::StateChanged{{}, at(from), at(until), state, MachineMode::production, ""}, now);
  };
  does(0min, 910min, MachineState::running);
  does(100min, 215min, MachineState::stopped);
  does(400min, 412min, MachineState::setup);
  log.hear(fact::PartsMade{{}, PartKind::good, at(0min), at(900min), 203, CountedBy::counter});
  const Figures f = figures_of(measure(log, ideals, {{at(0min), at(910min)}, &shift}, now));
  EXPECT_NEAR(*f.availability, 0.860, 0.0005);
  EXPECT_NEAR(*f.performance, 203.0 / 261, 1e-12);
}

// ISO 22400-2 as OPC 40501-1 (OPC UA for Machine Tools), annex C.2.4, cites it: availability =
// APT/PBT, effectiveness = PRI x PQ/APT, quality rate = GQ/PQ. Numbers: the first example of the
// OEE page of waycalculator.com: PBT 480 min, APT 420 min, PRI 1 min, PQ 400, GQ 380. Published:
// 87.5 %, 95.2 %, 95 %, OEE 79.1 %.
TEST(Published, TheFormulasOfIso22400) {
  Sums sums;
  sums.busy = 480min;
  sums.running = 420min;
  sums.ideal_made = 400 * 60;
  sums.ideal_good = 380 * 60;
  sums.good = 380;
  sums.scrap = 20;
  const Figures f = figures_of(sums);
  EXPECT_NEAR(*f.availability, 0.875, 0.0005);
  EXPECT_NEAR(*f.performance, 0.952, 0.0005);
  EXPECT_NEAR(*f.quality, 0.95, 0.0005);
  EXPECT_NEAR(*f.oee, 0.7916, 0.0005);
}

}  // namespace
}  // namespace millwright::watch::oee
