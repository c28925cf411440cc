#include "watch/state/timeline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "watch/state/state_test_plant.hpp"

namespace millwright::watch::state {
namespace {

const Instant series_start = *to_instant("2026-11-20T08:00:00Z");
constexpr SourceId source_word{3};

Instant at(Duration after) {
  return series_start + after;
}

std::size_t input_of(const Timeline& timeline, std::string_view name) {
  const auto& inputs = timeline.rules().inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].name == name) return i;
  ADD_FAILURE() << "no input " << name;
  return 0;
}

struct Heard {
  std::string name;
  Duration after;
  std::string text;  // empty: the number
  double number = 0;
  Quality quality = quality::good;
};

void hear(Timeline& timeline, const Heard& h, Duration now) {
  RawValue raw{at(h.after), h.text.empty() ? Kind::number : Kind::text, Scalar::of(h.number),
               h.text, h.quality};
  timeline.hear(input_of(timeline, h.name), raw, source_word, at(now));
}

// A machine of which all is known: it executes at full speed, in production.
Timeline running_machine() {
  Timeline timeline(test_rules(), series_start);
  for (const Heard& h : {Heard{"execution", 0s, "Execute"}, Heard{"mode", 0s, "Production"},
                         Heard{"alarm", 0s, "", 0}, Heard{"speed", 0s, "", 100}})
    hear(timeline, h, 0s);
  timeline.settle(series_start);
  return timeline;
}

std::string band(const Timeline& timeline) {
  std::string out;
  for (const Interval& i : timeline.intervals())
    out += std::to_string((i.from - series_start) / 1s) + " " + std::string(word(i.state)) + "; ";
  return out;
}

TEST(Timeline, KnowsNothingBeforeItHearsAnything) {
  Timeline timeline(test_rules(), series_start);
  timeline.settle(series_start);
  EXPECT_EQ(band(timeline), "0 nodata; ");
  EXPECT_EQ(timeline.intervals()[0].why, "nothing heard of 'alarm' yet");
}

TEST(Timeline, TheFirstRuleThatHoldsWins) {
  Timeline timeline = running_machine();
  hear(timeline, {"speed", 10s, "", 60}, 10s);
  timeline.settle(at(10s));
  hear(timeline, {"alarm", 20s, "", 4}, 20s);
  timeline.settle(at(20s));
  hear(timeline, {"alarm", 30s, "", 0}, 30s);
  hear(timeline, {"execution", 30s, "Stopped"}, 30s);
  timeline.settle(at(30s));
  EXPECT_EQ(band(timeline), "0 running; 10 slow; 20 stopped; 30 idle; ");
  EXPECT_EQ(timeline.intervals()[1].why, "execution = \"Execute\" and speed < 80");
  EXPECT_EQ(timeline.intervals()[2].why, "alarm of the machine");
  EXPECT_EQ(timeline.intervals()[0].mode, MachineMode::production);
}

TEST(Timeline, ALateRowChangesOnlyItsOwnSpan) {
  Timeline timeline = running_machine();
  hear(timeline, {"execution", 100s, "Stopped"}, 100s);
  timeline.settle(at(100s));
  hear(timeline, {"execution", 50s, "Suspended"}, 120s);
  const std::vector<Change> changes = timeline.settle(at(120s));
  EXPECT_EQ(band(timeline), "0 running; 50 starved; 100 idle; ");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].interval.state, MachineState::starved);
  EXPECT_EQ(changes[0].interval.from, at(50s));
  EXPECT_EQ(changes[0].until, at(100s));
}

TEST(Timeline, ADuplicateChangesNothing) {
  Timeline timeline = running_machine();
  hear(timeline, {"speed", 10s, "", 60}, 10s);
  timeline.settle(at(10s));
  hear(timeline, {"speed", 10s, "", 60}, 15s);
  hear(timeline, {"execution", 0s, "Execute"}, 15s);
  EXPECT_FALSE(timeline.needs_settling(at(15s)));
  EXPECT_TRUE(timeline.settle(at(15s)).empty());
}

TEST(Timeline, ACorrectedValueOfTheSameTimeReplacesTheOldOne) {
  Timeline timeline = running_machine();
  hear(timeline, {"speed", 10s, "", 60}, 10s);
  timeline.settle(at(10s));
  hear(timeline, {"speed", 10s, "", 95}, 20s);
  const std::vector<Change> changes = timeline.settle(at(20s));
  EXPECT_EQ(band(timeline), "0 running; ");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_FALSE(changes[0].until.has_value());
}

TEST(Timeline, ABadValueHoldsForTheGraceThenIsNoData) {
  Timeline timeline = running_machine();
  hear(timeline, {"alarm", 60s, "", 0, quality::bad_sensor_failure}, 60s);
  timeline.settle(at(60s));
  EXPECT_EQ(band(timeline), "0 running; ");
  EXPECT_EQ(timeline.due(), at(90s));
  timeline.settle(at(90s));
  EXPECT_EQ(band(timeline), "0 running; 90 nodata; ");
  EXPECT_EQ(timeline.intervals()[1].why, "'alarm' is bad: the sensor has failed");
}

TEST(Timeline, AnInputThatNoRuleNeedsMayBeBad) {
  Timeline timeline = running_machine();
  hear(timeline, {"execution", 10s, "Suspended"}, 10s);
  hear(timeline, {"speed", 10s, "", 0, quality::bad}, 10s);
  timeline.settle(at(100s));
  EXPECT_EQ(band(timeline), "0 running; 10 starved; ");
}

TEST(Timeline, ALostSourceIsNoDataAfterTheGraceUntilItIsHeardAgain) {
  Timeline timeline = running_machine();
  timeline.lose(source_word, at(100s));
  timeline.settle(at(102s));
  EXPECT_EQ(timeline.due(), at(130s));
  timeline.settle(at(130s));
  timeline.connect(source_word, at(200s));
  timeline.settle(at(200s));
  EXPECT_EQ(band(timeline), "0 running; 130 nodata; ");
  // The server says its values again, with the old times at which they last changed.
  for (const Heard& h : {Heard{"execution", 0s, "Execute"}, Heard{"alarm", 0s, "", 0},
                         Heard{"mode", 0s, "Production"}, Heard{"speed", 0s, "", 100}})
    hear(timeline, h, 206s);
  timeline.settle(at(206s));
  EXPECT_EQ(band(timeline), "0 running; 130 nodata; 200 running; ");
}

TEST(Timeline, ALossShorterThanTheGraceLeavesNoMark) {
  Timeline timeline = running_machine();
  timeline.lose(source_word, at(100s));
  timeline.settle(at(101s));
  timeline.connect(source_word, at(120s));
  for (const Heard& h : {Heard{"execution", 0s, "Execute"}, Heard{"alarm", 0s, "", 0},
                         Heard{"mode", 0s, "Production"}, Heard{"speed", 0s, "", 100}})
    hear(timeline, h, 121s);
  timeline.settle(at(300s));
  EXPECT_EQ(band(timeline), "0 running; ");
}

TEST(Timeline, SilenceIsNoDataOnlyWhereReadingsAreExpected) {
  Timeline patient = running_machine();
  patient.settle(at(3600s));
  EXPECT_EQ(band(patient), "0 running; ");
  std::string text = plant_yaml;
  text.replace(text.find("no_data_after: 30 s"), 19, "expects_every: 10 s");
  Timeline timeline(test_rules(text), series_start);
  for (const Heard& h : {Heard{"execution", 0s, "Execute"}, Heard{"mode", 0s, "Production"},
                         Heard{"alarm", 0s, "", 0}, Heard{"speed", 0s, "", 100}})
    hear(timeline, h, 0s);
  timeline.settle(series_start);
  hear(timeline, {"speed", 8s, "", 100}, 8s);
  timeline.settle(at(10s));
  EXPECT_EQ(timeline.due(), at(18s));
  timeline.settle(at(18s));
  EXPECT_EQ(band(timeline), "0 running; 18 nodata; ");
  hear(timeline, {"speed", 40s, "", 100}, 40s);
  timeline.settle(at(40s));
  EXPECT_EQ(band(timeline), "0 running; 18 nodata; 40 running; ");
  hear(timeline, {"alarm", 16s, "", 0}, 41s);  // It was heard later: the silence began later.
  timeline.settle(at(41s));
  EXPECT_EQ(band(timeline), "0 running; 26 nodata; 40 running; ");
}

TEST(Timeline, AStandstillThatIsMeantIsPlanned) {
  Timeline timeline = running_machine();
  hear(timeline, {"mode", 10s, "Planned"}, 10s);
  hear(timeline, {"execution", 20s, "Stopped"}, 20s);
  timeline.settle(at(20s));
  EXPECT_EQ(band(timeline), "0 running; 10 running; 20 planned; ");
}

TEST(Timeline, RowsBeyondTheWindowsAreCountedAndNotUsed) {
  Timeline timeline = running_machine();
  hear(timeline, {"speed", 27h, "", 100}, 27h);
  timeline.settle(at(27h));
  hear(timeline, {"alarm", -10s, "", 3}, 27h);          // before all that is kept
  hear(timeline, {"speed", 27h + 6min, "", 100}, 27h);  // from the future
  EXPECT_EQ(timeline.unused_rows(), 2U);
  hear(timeline, {"alarm", 30min, "", 3}, 27h);  // tells the value at the start of the window
  timeline.settle(at(27h));
  EXPECT_EQ(timeline.unused_rows(), 2U);
  EXPECT_EQ(band(timeline), "0 running; 3600 stopped; ");
}

TEST(Timeline, NewRulesHoldFromThenOnAndKeepWhatIsKnown) {
  Timeline timeline = running_machine();
  std::string text = plant_yaml;
  text.replace(text.find("speed < 80"), 10, "speed < 101");
  timeline.change_rules(test_rules(text), at(50s));
  timeline.settle(at(50s));
  EXPECT_EQ(band(timeline), "0 running; 50 slow; ");
}

// The property that late data rests on.
TEST(Timeline, AnyOrderOfArrivalGivesTheSameIntervals) {
  const std::vector<std::string> executions{"Execute", "Execute", "Suspended", "Stopped",
                                            "Aborted"};
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    std::string text = plant_yaml;
    if (seed % 3 == 0) text.replace(text.find("no_data_after: 30 s"), 19, "expects_every: 40 s");
    std::vector<Heard> rows;
    for (int i = 0; i < 80; ++i) {
      const Duration after = std::chrono::seconds(pick(2000));
      const Quality quality = pick(6) == 0 ? quality::bad_no_communication : quality::good;
      const unsigned which = pick(4);
      Heard h{which == 0   ? "execution"
              : which == 1 ? "alarm"
              : which == 2 ? "speed"
                           : "mode",
              after, "", 0, quality};
      if (which == 0) h.text = executions[pick(5)];
      if (which == 1) h.number = pick(8) == 0 ? 1 : 0;
      if (which == 2) h.number = 70 + pick(30);
      if (which == 3) h.text = pick(2) == 0 ? "Production" : "Planned";
      const bool is_taken = std::any_of(rows.begin(), rows.end(), [&](const Heard& r) {
        return r.name == h.name && r.after == h.after;
      });
      if (!is_taken) rows.push_back(h);
    }
    const auto fold = [&](bool in_steps) {
      Timeline timeline(test_rules(text), at(500s));
      timeline.settle(at(500s));
      Duration now = 500s;
      for (const Heard& h : rows) {
        now = std::max<Duration>(now, h.after);
        hear(timeline, h, now);
        if (in_steps) timeline.settle(at(now));
      }
      timeline.settle(at(2100s));
      return timeline.intervals();
    };
    std::sort(rows.begin(), rows.end(),
              [](const Heard& a, const Heard& b) { return a.after < b.after; });
    const std::vector<Interval> in_order = fold(true);
    EXPECT_GT(in_order.size(), 5U);
    for (int round = 0; round < 2; ++round) {
      std::shuffle(rows.begin(), rows.end(), random);
      ASSERT_EQ(fold(true), in_order);
      ASSERT_EQ(fold(false), in_order);
    }
  }
}

}  // namespace
}  // namespace millwright::watch::state
