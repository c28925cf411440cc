#include "watch/stop/stops.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace millwright::watch::stop {
namespace {

const Instant series_start = *to_instant("2026-11-20T08:00:00Z");

Instant at(Duration after) {
  return series_start + after;
}

fact::StateChanged state(Duration from, MachineState is, std::optional<Duration> until = {},
                         const std::string& why = "rule") {
  return {MachineId{0},
          at(from),
          until ? std::optional(at(*until)) : std::nullopt,
          is,
          MachineMode::production,
          why};
}

fact::StopExplained explained(Duration from, const std::string& reason) {
  return {MachineId{0}, at(from), reason, "", "mia", ""};
}

// "10-20 stopped jam; 30- idle ?": stops with their minutes, reason, and what needs one.
std::string told(const Stops& stops, Duration now = 600min) {
  std::string out;
  for (const Stop& stop : stops.between(series_start, at(now), at(now), {})) {
    out += std::to_string((stop.from - series_start) / 1min) + "-" +
           (stop.to ? std::to_string((*stop.to - series_start) / 1min) : "") + " " +
           std::string(word(stop.state)) +
           (stop.explanation != nullptr ? " " + stop.explanation->reason : "") +
           (stop.needs_reason ? " ?" : "") + (stop.is_withdrawn ? " withdrawn" : "") + "; ";
  }
  return out;
}

Stops day() {
  Stops stops;
  stops.hear(state(0min, MachineState::running));
  stops.hear(state(10min, MachineState::stopped));
  stops.hear(state(30min, MachineState::running));
  stops.hear(state(40min, MachineState::blocked));
  stops.hear(state(60min, MachineState::slow));
  stops.hear(state(70min, MachineState::idle));
  return stops;
}

TEST(Stops, AreTheTimesInWhichAMachineNeitherRunsNorIsPlannedOrUnseen) {
  Stops stops = day();
  stops.hear(state(100min, MachineState::nodata));
  stops.hear(state(110min, MachineState::planned));
  EXPECT_EQ(told(stops), "10-30 stopped ?; 40-60 blocked; 70-100 idle ?; ");
}

TEST(Stops, AnOpenStopNeedsAReasonWhenItLastsTooLong) {
  const Stops stops = day();
  EXPECT_EQ(told(stops, 74min), "10-30 stopped ?; 40-60 blocked; 70- idle; ");
  EXPECT_EQ(told(stops, 75min), "10-30 stopped ?; 40-60 blocked; 70- idle ?; ");
}

TEST(Stops, ShortOnesAreCountedAndNotListed) {
  Stops stops;
  for (int i = 0; i < 5; ++i) {
    stops.hear(state(i * 2min, MachineState::running));
    stops.hear(state(i * 2min + 30s, MachineState::stopped));
  }
  stops.hear(state(10min, MachineState::running));
  std::size_t short_ones = 0;
  const auto listed =
      stops.between(series_start, at(1h), at(1h), {.micro_stop = 100s}, &short_ones);
  EXPECT_TRUE(listed.empty());
  EXPECT_EQ(short_ones, 5U);
}

TEST(Stops, NeighboursOfOneStateAreOneStop) {
  Stops stops;
  stops.hear(state(0min, MachineState::running));
  stops.hear(state(10min, MachineState::stopped, {}, "short stop"));
  stops.hear(state(11min, MachineState::stopped, {}, "breakdown"));
  stops.hear(state(30min, MachineState::running));
  EXPECT_EQ(told(stops), "10-30 stopped ?; ");
}

TEST(Stops, AnExplainedStopNeedsNoReasonUntilItIsTakenBack) {
  Stops stops = day();
  stops.explain(explained(10min, "jam"), at(80min));
  EXPECT_EQ(told(stops), "10-30 stopped jam; 40-60 blocked; 70- idle ?; ");
  stops.explain(explained(12min, "tool"), at(81min));  // any time in it names it; the last holds
  EXPECT_EQ(told(stops), "10-30 stopped tool; 40-60 blocked; 70- idle ?; ");
  stops.explain(explained(10min, ""), at(82min));
  EXPECT_EQ(told(stops), "10-30 stopped ?; 40-60 blocked; 70- idle ?; ");
}

TEST(Stops, AnExplanationFollowsItsStopWhenLateDataMovesTheStart) {
  Stops stops = day();
  stops.explain(explained(10min, "jam"), at(80min));
  stops.hear(state(5min, MachineState::stopped, 10min));  // it began earlier
  EXPECT_EQ(told(stops), "5-30 stopped jam; 40-60 blocked; 70- idle ?; ");
  stops.hear(state(5min, MachineState::running, 15min));  // no: later
  EXPECT_EQ(told(stops), "15-30 stopped jam; 40-60 blocked; 70- idle ?; ");
}

TEST(Stops, AStopThatIsSplitKeepsItsReasonOnThePartThatHoldsItsStart) {
  Stops stops = day();
  stops.explain(explained(10min, "jam"), at(80min));
  stops.hear(state(15min, MachineState::running, 20min));
  EXPECT_EQ(told(stops), "10-15 stopped jam; 20-30 stopped ?; 40-60 blocked; 70- idle ?; ");
}

TEST(Stops, AnExplanationWhoseStopIsGoneIsShownWithdrawn) {
  Stops stops = day();
  stops.explain(explained(10min, "jam"), at(80min));
  stops.hear(state(10min, MachineState::running, 30min));
  EXPECT_EQ(told(stops), "10-30 running jam withdrawn; 40-60 blocked; 70- idle ?; ");
  stops.hear(state(12min, MachineState::stopped, 30min));  // and back
  EXPECT_EQ(told(stops), "12-30 stopped jam; 40-60 blocked; 70- idle ?; ");
}

// Whatever is said of whichever span: what is kept is what a plain list of minutes says.
TEST(Stops, ReplacedSpansGiveWhatMinutesSay) {
  constexpr MachineState states[] = {MachineState::running, MachineState::stopped,
                                     MachineState::idle, MachineState::slow};
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::vector<MachineState> minutes(100, MachineState::running);
    Stops stops;
    stops.hear(state(0min, MachineState::running));
    for (int i = 0; i < 60; ++i) {
      const int from = static_cast<int>(random() % 100);
      const int length = 1 + static_cast<int>(random() % 20);
      const MachineState is = states[random() % 4];
      const bool is_open = random() % 5 == 0;
      const int until = is_open ? 100 : std::min(100, from + length);
      stops.hear(state(
          std::chrono::minutes(from), is,
          is_open ? std::nullopt : std::optional<Duration>(std::chrono::minutes(from + length))));
      std::fill(minutes.begin() + from, minutes.begin() + until, is);
    }
    std::vector<MachineState> found(100, MachineState::running);
    for (const Stop& stop : stops.between(series_start, at(100min), at(100min), {})) {
      const auto begin = (stop.from - series_start) / 1min;
      const auto end =
          stop.to ? std::min<std::int64_t>(100, (*stop.to - series_start) / 1min) : 100;
      std::fill(found.begin() + begin, found.begin() + std::max(begin, end), stop.state);
    }
    for (MachineState& minute : minutes)
      if (!is_stop(minute)) minute = MachineState::running;
    EXPECT_EQ(found, minutes);
  }
}

TEST(Stops, ASnapshotIsTheSameStops) {
  Stops stops = day(), loaded;
  stops.explain(explained(10min, "jam"), at(80min));
  stops.forget_before(at(5min));
  Bytes bytes, again;
  Writer out(bytes), out_again(again);
  stops.save(out);
  Reader in(bytes);
  ASSERT_TRUE(loaded.load(in));
  loaded.save(out_again);
  EXPECT_EQ(again, bytes);
  EXPECT_EQ(told(loaded), told(stops));
}

}  // namespace
}  // namespace millwright::watch::stop
