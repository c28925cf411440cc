#include "watch/order/runs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace millwright::watch::order {
namespace {

const Instant series_start = *to_instant("2026-11-20T08:00:00Z");

Instant at(Duration after) {
  return series_start + after;
}

std::string none(const std::string&) {
  return "";
}

fact::OrderMoved moving(const std::string& order, OrderState to) {
  return {order, MachineId{0}, to, ToldBy::tap, "mia", ""};
}

fact::PartsMade counted(PartKind kind, Duration after, Duration until, std::int64_t parts) {
  return {MachineId{0}, kind, at(after), at(until), parts, CountedBy::counter};
}

// "0 A City; 60 -": runs with their minute, order and product, in words.
std::string told(const Runs& runs) {
  std::string out;
  for (const Run& run : runs.runs()) {
    if (run.from < series_start) continue;
    out += std::to_string((run.from - series_start) / 1min) + " " +
           (run.order.empty() ? "-" : run.order) + (run.product.empty() ? "" : " " + run.product) +
           (run.state == RunState::paused ? " paused" : "") + "; ";
  }
  return out;
}

TEST(Runs, AnOrderTagThatChangesStartsThatOrderAtItsEventTime) {
  Runs runs;
  runs.hear_order(at(0min), "A", at(0min));
  runs.hear_order(at(60min), "B", at(60min));
  const auto changes = runs.settle(none);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0], (RunDifference{at(0min), at(60min), "A", ""}));
  EXPECT_EQ(changes[1], (RunDifference{at(60min), std::nullopt, "B", ""}));
  EXPECT_EQ(runs.runs()[1].ending, Ending::done);
}

TEST(Runs, ALateOrderChangesOnlyTheSpanThatItTouches) {
  Runs runs;
  runs.hear_order(at(0min), "A", at(0min));
  runs.hear_order(at(60min), "C", at(60min));
  runs.settle(none);
  runs.hear_order(at(30min), "B", at(70min));
  const auto changes = runs.settle(none);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0], (RunDifference{at(30min), at(60min), "B", ""}));
  EXPECT_EQ(told(runs), "0 A; 30 B; 60 C; ");
}

TEST(Runs, TheSameOrderSaidAgainHasNoEffectSoThatATapHolds) {
  Runs runs;
  runs.hear_order(at(0min), "A", at(0min));
  runs.move(at(10min), moving("X", OrderState::started));
  runs.hear_order(at(20min), "A", at(20min));
  runs.settle(none);
  EXPECT_EQ(told(runs), "0 A; 10 X; ");
  EXPECT_EQ(runs.runs()[1].ending, Ending::left);
  runs.hear_order(at(30min), "B", at(30min));
  runs.settle(none);
  EXPECT_EQ(told(runs), "0 A; 10 X; 30 B; ");
}

TEST(Runs, APausedOrderIsNotWorkedOnUntilItIsStartedAgain) {
  Runs runs;
  runs.move(at(0min), moving("A", OrderState::started));
  runs.move(at(10min), moving("A", OrderState::paused));
  runs.move(at(20min), moving("B", OrderState::done));  // not here: no effect
  runs.move(at(30min), moving("A", OrderState::started));
  runs.move(at(40min), moving("A", OrderState::done));
  const auto changes = runs.settle(none);
  EXPECT_EQ(told(runs), "0 A; 10 A paused; 30 A; 40 -; ");
  ASSERT_EQ(changes.size(), 2U);  // Without an order it was before.
  EXPECT_EQ(changes[0], (RunDifference{at(0min), at(10min), "A", ""}));
  EXPECT_EQ(changes[1], (RunDifference{at(30min), at(40min), "A", ""}));
  EXPECT_EQ(runs.runs()[3].ending, Ending::done);
}

TEST(Runs, AProductToldShortlyAfterItsOrderBelongsToAllOfTheRun) {
  Runs runs;
  runs.hear_product(at(0min), "City", at(0min));
  runs.hear_order(at(0min), "A", at(0min));
  runs.hear_order(at(60min), "B", at(60min));
  runs.hear_product(at(60min) + 3s, "Cargo", at(60min) + 3s);
  runs.hear_product(at(90min), "Trail", at(90min));
  runs.settle(none);
  EXPECT_EQ(told(runs), "0 A City; 60 B Cargo; 90 B Trail; ");
}

TEST(Runs, ADescribedOrderHasItsOwnProduct) {
  Runs runs;
  runs.hear_order(at(0min), "A", at(0min));
  runs.hear_product(at(0min), "4711", at(0min));
  runs.settle(none);
  runs.touch();
  const auto changes = runs.settle([](const std::string&) { return "City"; });
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0], (RunDifference{at(0min), std::nullopt, "A", "City"}));
}

TEST(Runs, PartsBelongToTheRunInWhichTheyWereFinished) {
  Runs runs;
  runs.hear_order(at(0min), "A", at(0min));
  runs.hear_order(at(60min), "B", at(60min));
  runs.settle(none);
  runs.count(counted(PartKind::good, 50min, 60min, 2));  // finished as the order changed: of A
  runs.count(counted(PartKind::good, 60min, 70min, 3));
  runs.count(counted(PartKind::reject, 60min, 70min, 1));
  EXPECT_EQ(runs.parts_of("A"), (Parts{2, 0}));
  EXPECT_EQ(runs.parts_of("B"), (Parts{3, 1}));
  runs.hear_order(at(65min), "C", at(80min));
  runs.settle(none);
  EXPECT_EQ(runs.parts_of("B"), (Parts{0, 0}));
  EXPECT_EQ(runs.parts_of("C"), (Parts{3, 1}));
}

TEST(Runs, WhatACounterSaysOfATimeAgainTakesThePlaceOfWhatItSaidBefore) {
  Runs runs;
  runs.hear_order(at(0min), "A", at(0min));
  runs.settle(none);
  runs.count(counted(PartKind::good, 0min, 20min, 6));
  runs.count({MachineId{0}, PartKind::good, at(15min), at(15min), 1, CountedBy::person});
  runs.count(counted(PartKind::good, 0min, 10min, 4));  // late: six were four and two
  runs.count(counted(PartKind::good, 10min, 20min, 2));
  EXPECT_EQ(runs.parts_of("A"), (Parts{7, 0}));
  EXPECT_EQ(runs.good_between(at(10min), at(20min)), 3);
}

TEST(Runs, APersonMayReportForAnotherOrderThanTheOneThatRuns) {
  Runs runs;
  runs.hear_order(at(0min), "A", at(0min));
  runs.settle(none);
  runs.count({MachineId{0}, PartKind::reject, at(5min), at(5min), 2, CountedBy::person}, "B");
  EXPECT_EQ(runs.parts_of("A"), (Parts{0, 0}));
  EXPECT_EQ(runs.parts_of("B"), (Parts{0, 2}));
}

TEST(Runs, AnyOrderOfArrivalGivesTheSameRunsAndParts) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::vector<std::function<void(Runs&)>> events;
    const Instant now = at(600min);
    for (int i = 0; i < 60; ++i) {
      const Instant when = at(std::chrono::seconds(random() % 36'000));
      const std::string name = std::string(1, static_cast<char>('A' + i));
      switch (random() % 4) {
        case 0:
          events.emplace_back([=](Runs& r) { r.hear_order(when, name, now); });
          break;
        case 1:
          events.emplace_back([=](Runs& r) { r.hear_product(when, name, now); });
          break;
        case 2:
          events.emplace_back([=](Runs& r) { r.move(when, moving(name, OrderState::started)); });
          break;
        default:
          events.emplace_back([=](Runs& r) {
            r.count({MachineId{0}, PartKind::good, when, when, 3, CountedBy::person});
          });
      }
    }
    const auto fold = [&] {
      Runs runs;
      for (const auto& event : events) {
        event(runs);
        runs.settle(none);
      }
      return runs.runs();
    };
    const auto in_order = fold();
    std::shuffle(events.begin(), events.end(), random);
    EXPECT_EQ(fold(), in_order);
  }
}

// What listeners make of all differences is what the runs are.
TEST(Runs, TheDifferencesThatAreSaidAddUpToTheRuns) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Runs runs;
    std::map<Instant, std::string> heard{{Instant{}, ""}};
    for (int i = 0; i < 50; ++i) {
      const Instant when = at(std::chrono::seconds(random() % 36'000));
      const std::string name = random() % 4 == 0 ? "" : std::string(1, "ABC"[random() % 3]);
      if (random() % 5 == 0) {
        runs.move(when, moving("A", random() % 2 == 0 ? OrderState::paused : OrderState::started));
      } else {
        runs.hear_order(when, name, at(600min));
      }
      for (const RunDifference& change : runs.settle(none)) {
        const auto end = change.until ? heard.upper_bound(*change.until) : heard.end();
        const std::string after = change.until ? std::prev(end)->second : "";
        heard.erase(heard.lower_bound(change.from),
                    change.until ? heard.lower_bound(*change.until) : heard.end());
        heard[change.from] = change.order;
        if (change.until) heard.emplace(*change.until, after);
      }
      for (Duration t{}; t < 600min; t += 23min) {
        std::string is;
        for (const auto& run : runs.runs())
          if (run.from <= at(t)) is = run.state == RunState::started ? run.order : "";
        ASSERT_EQ(std::prev(heard.upper_bound(at(t)))->second, is) << "minute " << t / 1min;
      }
    }
  }
}

TEST(Runs, WhatIsForgottenKeepsTheTotals) {
  Runs runs;
  runs.hear_order(at(0h), "A", at(0h));
  runs.settle(none);
  runs.count(counted(PartKind::good, 0h, 1h, 5));
  EXPECT_TRUE(runs.forget(at(30h)).empty());
  EXPECT_EQ(runs.parts_of("A"), (Parts{5, 0}));
  runs.count(counted(PartKind::good, 0h, 2h, 9));  // too late to be placed
  EXPECT_EQ(runs.unused_rows(), 1U);
  runs.hear_order(at(29h), "B", at(30h));
  runs.settle(none);
  EXPECT_EQ(told(runs), "0 A; 1740 B; ");
  EXPECT_EQ(runs.parts_of("A"), (Parts{5, 0}));
  runs.hear_order(at(2000h), "C", at(2000h));
  runs.settle(none);
  const auto gone = runs.forget(at(2000h));
  ASSERT_FALSE(gone.empty());
  EXPECT_EQ(gone.back().order, "A");
  EXPECT_EQ(gone.back().parts, (Parts{5, 0}));
  EXPECT_EQ(runs.runs().front().order, "B");
}

TEST(Runs, ASnapshotIsTheSameRuns) {
  Runs runs;
  runs.hear_order(at(0h), "A", at(0h));
  runs.hear_product(at(0h), "City", at(0h));
  runs.move(at(1h), moving("B", OrderState::started));
  runs.settle(none);
  runs.count(counted(PartKind::good, 0h, 1h, 5));
  runs.count({MachineId{0}, PartKind::reject, at(1h), at(1h), 2, CountedBy::person}, "Z");
  Bytes bytes, again;
  Writer out(bytes);
  runs.save(out);
  Runs loaded;
  Reader in(bytes);
  ASSERT_TRUE(loaded.load(in));
  Writer out_again(again);
  loaded.save(out_again);
  EXPECT_EQ(again, bytes);
  EXPECT_EQ(loaded.runs(), runs.runs());
}

TEST(Told, OfEqualNeighboursTheFirstAndTheLastAreKept) {
  Told told;
  EXPECT_TRUE(told.put(at(0s), "A"));
  for (int second = 1; second < 100; ++second)
    EXPECT_FALSE(told.put(at(std::chrono::seconds(second)), "A"));
  EXPECT_EQ(told.rows().size(), 2U);
  EXPECT_TRUE(told.put(at(50s), "B"));  // late
  EXPECT_EQ(told.at(at(49s)), "A");
  EXPECT_EQ(told.at(at(60s)), "B");
  EXPECT_EQ(told.at(at(99s)), "A");
}

}  // namespace
}  // namespace millwright::watch::order
