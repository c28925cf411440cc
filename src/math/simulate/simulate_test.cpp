#include "math/simulate/simulate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "math/simulate/kernel.hpp"
#include "math/simulate/test_models.hpp"

namespace millwright::math {
namespace {

class Trace : public Listener {
 public:
  void hear(const Record& record) override {
    records.push_back(record);
    Writer writer(bytes);
    writer.fixed(record.at.count());
    writer.fixed(record.machine.value);
    writer.fixed(record.what);
    writer.fixed(record.state);
    writer.fixed(record.kind.value);
    writer.fixed(record.order);
    writer.fixed(record.count);
  }
  std::vector<Record> records;
  Bytes bytes;
};

TEST(EventQueue, GivesTheSoonestFirstAndTiesInTheOrderOfPushing) {
  EventQueue queue;
  Stream stream({.seed = 3});
  for (std::uint32_t i = 0; i < 1000; ++i)
    queue.push(Duration(stream.bits() % 50), i, 0);
  Event last = queue.pop();
  while (!queue.is_empty()) {
    const Event next = queue.pop();
    EXPECT_TRUE(last.at < next.at || (last.at == next.at && last.element < next.element));
    last = next;
  }
}

Model rich_model() {
  Model model = line(std::vector<Distribution>(6, Distribution::lognormal(30, 0.2)), 4,
                     {{Distribution::exponential(900), Distribution::lognormal(120, 0.6)}});
  model.machines[2].scrap_share = 0.05;
  model.machines[4].rework_share = 0.05;
  return model;
}

TEST(Simulate, SameLuckGivesTheSameBytesAndAnotherSeedDoesNot) {
  const auto trace = [](Luck luck) {
    Trace heard;
    Simulation run = Simulation::open(rich_model(), luck).value();
    run.listen(&heard);
    for (int hour = 1; hour <= 24; ++hour)
      run.advance_to(std::chrono::hours(hour));
    return heard.bytes;
  };
  const Bytes first = trace({7, 0});
  EXPECT_GT(first.size(), 100'000U);
  EXPECT_EQ(first, trace({7, 0}));
  EXPECT_NE(first, trace({8, 0}));
  EXPECT_NE(first, trace({7, 1}));
}
TEST(Simulate, AskingForTotalsOrSmallStepsChangesNothing) {
  Trace in_one, in_steps;
  Simulation one = Simulation::open(rich_model(), {7, 0}).value();
  one.listen(&in_one);
  one.advance_to(3h);
  Simulation steps = Simulation::open(rich_model(), {7, 0}).value();
  steps.listen(&in_steps);
  for (Duration at{}; at <= 3h; at += 777ms) {
    steps.advance_to(at);
    static_cast<void>(steps.totals());
  }
  steps.advance_to(3h);
  EXPECT_EQ(in_one.bytes, in_steps.bytes);
}
TEST(Simulate, ReplicationsDoNotDependOnTheNumberOfThreads) {
  const auto left = [](unsigned threads) {
    std::vector<std::uint64_t> all;
    const std::vector<Totals> runs =
        replicate(rich_model(), {.seed = 5, .replications = 9, .threads = threads, .span = 8h})
            .value();
    for (const Totals& totals : runs)
      all.insert(all.end(), {totals.left, totals.events});
    return all;
  };
  EXPECT_EQ(left(1), left(4));
}

// A saturated line needs no event list: part i leaves machine j when it is done there and, as
// machine j + 1 has `b` places before it, when part i - b - 1 has left machine j + 1.
std::vector<Duration> departures(std::size_t machines, std::size_t places, std::size_t parts) {
  std::vector<std::vector<Duration>> left(parts, std::vector<Duration>(machines));
  std::vector<Stream> streams;
  for (std::uint32_t m = 0; m < machines; ++m)
    streams.push_back(Stream({11, 0, m, 0}));
  const Distribution cycle = Distribution::lognormal(30, 0.5);
  for (std::size_t i = 0; i < parts; ++i) {
    for (std::size_t j = 0; j < machines; ++j) {
      Duration from = i > 0 ? left[i - 1][j] : Duration::zero();
      if (j > 0) from = std::max(from, left[i][j - 1]);
      Duration done = from + cycle.sample_time(streams[j]);
      if (j + 1 < machines && i >= places + 1) done = std::max(done, left[i - places - 1][j + 1]);
      left[i][j] = done;
    }
  }
  std::vector<Duration> last;
  for (const auto& row : left)
    last.push_back(row.back());
  return last;
}
TEST(Simulate, AgreesPartForPartWithTheDepartureRecursion) {
  for (const std::size_t places : {0U, 1U, 5U}) {
    Trace trace;
    Simulation run =
        Simulation::open(line(std::vector<Distribution>(7, Distribution::lognormal(30, 0.5)),
                              static_cast<std::uint32_t>(places)),
                         {11, 0})
            .value();
    run.listen(&trace);
    run.advance_to(48h);
    std::vector<Duration> made;
    for (const Record& record : trace.records)
      if (record.what == Happening::made_good && record.machine.value == 6)
        made.push_back(record.at);
    ASSERT_GT(made.size(), 1000U);
    EXPECT_EQ(made, [&] {
      // The recursion books when a part moves on, which for the last machine is when it is made.
      return departures(7, places, made.size());
    }());
  }
}

TEST(Simulate, WorksOnlyWhileItsCalendarIsOpen) {
  Model model = line({Distribution::constant(60)}, 0);
  model.calendars = {{{{1h, 2h}, {3h, 3h + 90s}}}};
  model.machines[0].calendar = CalendarIndex{0};
  Simulation soft = Simulation::open(model, {}).value();
  soft.advance_to(10h);
  EXPECT_EQ(soft.totals().left, 60U + 2U);  // the cycle that has begun is finished
  model.machines[0].pause = Pause::at_once;
  Simulation hard = Simulation::open(model, {}).value();
  hard.advance_to(10h);
  EXPECT_EQ(hard.totals().left, 60U + 1U);
  EXPECT_NEAR(hard.totals().share(MachineIndex{0}, State::closed), (10 - 1 - 0.025) / 10, 1e-9);
}
TEST(Simulate, RepairGoesOnWhileTheCalendarIsClosed) {
  Model model = line({Distribution::constant(60)}, 0,
                     {{Distribution::constant(1800), Distribution::constant(3600)}});
  model.calendars = {{{{0h, 1h}, {2h, 3h}}}};
  model.machines[0].calendar = CalendarIndex{0};
  Simulation run = Simulation::open(model, {}).value();
  run.advance_to(10h);
  EXPECT_EQ(run.totals().left, 60U);  // 30 min, repair till 1 h 30, 30 min from 2 h
}
TEST(Simulate, JoinsOneOfEachAndWaitsForTheScarcest) {
  Model model;
  model.buffers = {{"frames", 4}, {"boards", 4}, {"bikes"}};
  model.machines = {{.name = "f", .output = BufferIndex{0}, .cycle = {Distribution::constant(10)}},
                    {.name = "b", .output = BufferIndex{1}, .cycle = {Distribution::constant(25)}},
                    {.name = "join",
                     .inputs = {{BufferIndex{0}}, {BufferIndex{1}, 2}},
                     .output = BufferIndex{2},
                     .cycle = {Distribution::constant(5)}}};
  Simulation run = Simulation::open(model, {}).value();
  run.advance_to(10h);
  EXPECT_NEAR(run.level(BufferIndex{2}), 36000 / 50, 1);
  EXPECT_GT(run.totals().share(MachineIndex{0}, State::blocked), 0.75);
  EXPECT_GT(run.totals().share(MachineIndex{2}, State::starved), 0.85);
}
TEST(Simulate, ABatchIsFullOrWaitedLongEnoughAndNeverMixesSetUps) {
  Model model;
  model.kinds = 2;
  model.buffers = {{"in", 24}, {"out"}};
  const Distribution none, some = Distribution::constant(600);
  model.machines = {{.name = "oven",
                     .inputs = {{BufferIndex{0}, 12}},
                     .output = BufferIndex{1},
                     .cycle = {Distribution::constant(900)},
                     .setup = {none, some, some, none},
                     .gather_most = 1h}};
  model.sources = {{.name = "orders", .into = BufferIndex{0}}};
  Trace trace;
  Simulation run = Simulation::open(model, {}).value();
  run.listen(&trace);
  for (const Lot lot : {Lot{1, {0}, 14}, Lot{2, {1}, 3}})
    ASSERT_TRUE(run.release(SourceIndex{0}, lot));
  run.advance_to(6h);
  std::vector<std::pair<Duration, std::uint32_t>> started;
  for (const Record& record : trace.records)
    if (record.what == Happening::cycle_started) started.emplace_back(record.at, record.count);
  const std::vector<std::pair<Duration, std::uint32_t>> expected = {
      {0s, 12}, {1h, 2}, {1h + 900s, 3}};
  EXPECT_EQ(started, expected);
  EXPECT_EQ(run.level(BufferIndex{1}), 17U);
}
TEST(Simulate, PrefersAPartThatNeedsNoSetUp) {
  Model model;
  model.kinds = 2;
  model.buffers = {{"in", 10}};
  const Distribution none, some = Distribution::constant(100);
  model.machines = {{.name = "mill",
                     .inputs = {{BufferIndex{0}}},
                     .cycle = {Distribution::constant(10)},
                     .setup = {none, some, some, none}}};
  model.sources = {{.name = "orders", .into = BufferIndex{0}}};
  Simulation run = Simulation::open(model, {}).value();
  for (std::uint32_t order = 0; order < 6; ++order)
    ASSERT_TRUE(run.release(SourceIndex{0}, {order, {order % 2}, 1}));
  run.advance_to(1h);
  EXPECT_EQ(run.totals().machines[0].in_state[static_cast<std::size_t>(State::setup)], 100s);
}
TEST(Simulate, PaceAndScrapChangeWhileItRuns) {
  Simulation run = Simulation::open(line({Distribution::constant(10)}, 0), {}).value();
  run.set_pace(MachineIndex{0}, 2);
  run.set_scrap(MachineIndex{0}, 1);
  run.advance_to(1010s);  // the first cycle began before
  EXPECT_EQ(run.totals().machines[0].scrapped, 51U);
  EXPECT_EQ(run.totals().left, 0U);
}
TEST(Simulate, AStopThatIsAskedForBitesAtOnceWhenTheMachineWorks) {
  Simulation run =
      Simulation::open(line({Distribution::constant(10)}, 0,
                            {{Distribution::constant(1e9), Distribution::constant(60)}}),
                       {})
          .value();
  run.advance_to(105s);
  run.stop_next(MachineIndex{0}, 0);
  EXPECT_EQ(run.state(MachineIndex{0}), State::down);
  run.advance_to(200s);
  EXPECT_EQ(run.totals().left, 10U + 4U);  // the cycle of 100 s ends at 170 s
}
TEST(Simulate, NamesTheElementThatIsWrong) {
  Model model = line({Distribution::constant(10)}, 0);
  model.machines[0].name = "saw1";
  model.machines[0].inputs = {{BufferIndex{9}}};
  EXPECT_NE(Simulation::open(model, {}).error().what.find("'saw1'"), std::string::npos);
  model.kinds = 0;
  EXPECT_FALSE(Simulation::open(model, {}));
  Simulation run = Simulation::open(line({Distribution::constant(10)}, 0), {}).value();
  EXPECT_EQ(run.release(SourceIndex{0}, {1, {0}, 1}).error().code, Code::invalid);
}

}  // namespace
}  // namespace millwright::math
