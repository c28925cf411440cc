#include "watch/rate/rate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/check.hpp"

namespace millwright::watch::rate {
namespace {

const Instant series_start = *to_instant("2026-11-20T08:00:00Z");

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
  counter.put(at(0s), 5000);
  EXPECT_EQ(counter.parts(at(-1h), at(1h)), 0);
  counter.put(at(60s), 5002);
  EXPECT_EQ(counter.parts(at(-1h), at(1h)), 2);
}

TEST(Counter, ALateValueChangesOnlyWhenPartsWereMade) {
  Counter counter;
  counter.put(at(0min), 10);
  counter.put(at(20min), 16);
  EXPECT_EQ(counter.parts(at(5min), at(15min)), 0);
  counter.put(at(10min), 14);
  EXPECT_EQ(counter.parts(at(5min), at(15min)), 4);
  EXPECT_EQ(counter.parts(at(0min), at(20min)), 6);
  counter.put(at(10min), 14);  // a duplicate
  EXPECT_EQ(counter.parts(at(0min), at(20min)), 6);
  counter.put(at(10min), 13);  // a correction
  EXPECT_EQ(counter.parts(at(5min), at(15min)), 3);
}

TEST(Counter, AnyOrderOfArrivalGivesTheSameCount) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::vector<std::pair<Instant, double>> rows;
    double value = 0;
    for (int i = 0; i < 200; ++i) {
      value = seed % 2 == 0 && random() % 50 == 0 ? 0 : value + static_cast<double>(random() % 3);
      rows.emplace_back(at(std::chrono::seconds(i * 10)), value);
    }
    const auto fold = [&] {
      Counter counter;
      for (const auto& [when, v] : rows)
        counter.put(when, v);
      std::vector<double> parts;
      // With resets only the whole is the same: a reset may be placed at the end of a run.
      for (int minute = seed % 2 == 0 ? 34 : 0; minute < 35; ++minute)
        parts.push_back(counter.parts(at(0s), at(std::chrono::minutes(minute))));
      return parts;
    };
    const std::vector<double> in_order = fold();
    std::shuffle(rows.begin(), rows.end(), random);
    EXPECT_EQ(fold(), in_order);
  }
}

TEST(Counter, WhatIsTooLateToBePlacedIsRefusedAndTheTotalStands) {
  Counter counter;
  for (int i = 0; i < 10; ++i)
    counter.put(at(std::chrono::minutes(i)), i);
  counter.forget_before(at(5min));
  EXPECT_FALSE(counter.put(at(2min), 100));
  EXPECT_EQ(counter.parts(at(5min), at(9min)), 4);
  EXPECT_FALSE(counter.put(at(6min), -1));
}

TEST(Rate, IsPartsOverTheWindowByHand) {
  Counter good;
  for (int i = 0; i <= 20; ++i)
    good.put(at(std::chrono::minutes(i)), 3 * i);  // three a minute
  EXPECT_DOUBLE_EQ(*rate_of(good, at(20min), 10min), 180);
  EXPECT_DOUBLE_EQ(*rate_of(good, at(25min), 10min), 90);  // five minutes of nothing
}

TEST(Rate, IsNotKnownBeforeTheCounterHasBeenHeardForAMinute) {
  Counter good;
  EXPECT_FALSE(rate_of(good, at(0s), 10min).has_value());
  good.put(at(0s), 7);
  EXPECT_FALSE(rate_of(good, at(59s), 10min).has_value());
  good.put(at(90s), 10);
  EXPECT_DOUBLE_EQ(*rate_of(good, at(2min), 10min), 90);  // three in two minutes
}

TEST(Midnight, IsThatOfThePlantsZoneAlsoOnChangeOverDays) {
  const auto midnight_of = [](const char* now, const char* zone) {
    return to_text(midnight(*to_instant(now), zone));
  };
  EXPECT_EQ(midnight_of("2026-11-20T08:00:00Z", "Europe/Berlin"), "2026-11-19T23:00:00Z");
  EXPECT_EQ(midnight_of("2026-11-20T23:30:00Z", "Europe/Berlin"), "2026-11-20T23:00:00Z");
  EXPECT_EQ(midnight_of("2026-07-01T22:30:00Z", "Europe/Berlin"), "2026-07-01T22:00:00Z");
  // 2026-03-29 begins in winter time and has 23 hours, 2026-10-25 begins in summer time and has 25.
  EXPECT_EQ(midnight_of("2026-03-29T12:00:00Z", "Europe/Berlin"), "2026-03-28T23:00:00Z");
  EXPECT_EQ(midnight_of("2026-10-25T22:30:00Z", "Europe/Berlin"), "2026-10-24T22:00:00Z");
  EXPECT_EQ(midnight_of("2026-11-20T08:00:00Z", "Nowhere/Town"), "2026-11-20T00:00:00Z");
}

const std::string test_plant_text = R"(plant: {path: velo/berlin, zone: Europe/Berlin}
machines:
  - path: frames/cutting/saw1
    ideal_rate: 120
    tags: [{name: good, kind: natural}, {name: reject, kind: natural}, {name: name, kind: text}]
    count: {good: good, reject: reject}
)";

class Silence final : public flow::Outbox {
 public:
  void say(What, Instant) override { ADD_FAILURE() << "watch/rate says nothing"; }
  void wake_at(Instant when, std::uint64_t) override { wake = when; }
  void start(flow::Job) override {}
  Instant wake{};
};

class Bench {
 public:
  Bench() : stage_(make_stage(directory_)) {
    const std::vector<Section> sections = room().sections;
    Problems problems;
    auto plant = std::make_shared<const Plant>(read_plant(test_plant_text, sections, problems));
    CHECK(problems.empty());
    hear(fact::Line(fact::PlantChanged{test_plant_text, plant}), 0s);
    hear(fact::Catalogue(
             fact::TagFound{TagId{0}, "velo/berlin/frames/cutting/saw1/good", {}, "", true}),
         0s);
    hear(fact::Catalogue(
             fact::TagFound{TagId{1}, "velo/berlin/frames/cutting/saw1/reject", {}, "", true}),
         0s);
  }
  void hear(What what, Duration after) {
    if (const auto* found = std::get_if<fact::Catalogue>(&what)) CHECK(directory_.apply(*found));
    stage_->hear(Fact{{}, {}, at(after), at(after), std::move(what)}, out_);
  }
  void counts(Duration after, std::uint64_t good, std::uint64_t reject) {
    Readings readings(SourceId{2});
    readings.add(TagId{0}, Kind::natural, at(after), Scalar::of(good));
    readings.add(TagId{1}, Kind::natural, at(after), Scalar::of(reject));
    hear(std::move(readings), after);
  }
  void tick() {
    hear(fact::Line(fact::Woke{"watch/rate", out_.wake, 0}), out_.wake - series_start);
  }
  std::string row() {
    stage_->show(views_);
    std::string text;
    JsonWriter json(text);
    views_.get("rates")->write_row(0, json);
    return text;
  }
  Bytes saved() const {
    Bytes bytes;
    Writer out(bytes);
    stage_->save(out);
    return bytes;
  }
  void load(const Bytes& bytes) {
    Reader in(bytes);
    ASSERT_TRUE(stage_->load(in));
    EXPECT_TRUE(in.is_at_end());
  }

 private:
  flow::Directory directory_;
  Silence out_;
  std::unique_ptr<flow::Stage> stage_;
  flow::Views views_;
};

TEST(RateStage, ShowsRateAndTheCountSinceMidnight) {
  Bench bench;
  bench.counts(0s, 40, 1);
  bench.counts(5min, 50, 1);
  bench.counts(10min, 58, 3);
  EXPECT_EQ(bench.row(),
            R"({"rate":108,"ideal_rate":120,"good":18,"reject":2,)"
            R"("at":"2026-11-20T08:10:00Z","window":600,)"
            R"("counted_from":"2026-11-20T08:00:00Z","trouble":null,"trouble_at":null})");
}

TEST(RateStage, CountsFromMidnightOfThePlant) {
  Bench bench;
  bench.counts(14h, 500, 0);          // 23:00 in Berlin
  bench.counts(15h + 30min, 530, 0);  // half past midnight
  bench.counts(16h, 540, 0);
  EXPECT_NE(bench.row().find(R"("good":40)"), std::string::npos) << bench.row();
  EXPECT_NE(bench.row().find(R"("counted_from":"2026-11-20T23:00:00Z")"), std::string::npos);
}

TEST(RateStage, ARateFallsWhileNothingIsSaidAndIsUnknownWhenTheSourceIsLost) {
  Bench bench;
  bench.counts(0s, 0, 0);
  bench.counts(10min, 20, 0);
  bench.hear(fact::Line(fact::Woke{"watch/rate", at(20min), 0}), 20min);
  EXPECT_NE(bench.row().find(R"("rate":0)"), std::string::npos) << bench.row();
  bench.hear(fact::Source(fact::SourceLost{SourceId{2}, at(20min), "cut", "look"}), 21min);
  EXPECT_NE(bench.row().find(R"("rate":null)"), std::string::npos) << bench.row();
  EXPECT_NE(bench.row().find(R"("good":20)"), std::string::npos) << bench.row();
}

TEST(RateStage, AJumpThatTheMachineCannotMakeIsSaidAndNotCounted) {
  Bench bench;
  bench.counts(0s, 0, 0);
  bench.counts(60s, 1'000, 0);
  EXPECT_NE(bench.row().find("the count went from 0 to 1000, which this machine cannot make"),
            std::string::npos)
      << bench.row();
  EXPECT_NE(bench.row().find(R"("good":0)"), std::string::npos);
}

TEST(RateStage, ASnapshotGivesTheSameBytesAgain) {
  Bench live, loaded;
  live.counts(0s, 40, 1);
  live.tick();
  live.counts(5min, 50, 1);
  loaded.load(live.saved());
  EXPECT_EQ(loaded.saved(), live.saved());
  live.counts(10min, 58, 3);
  loaded.counts(10min, 58, 3);
  EXPECT_EQ(loaded.saved(), live.saved());
  EXPECT_EQ(loaded.row(), live.row());
}

TEST(CountSection, NamesTheTagThatWasMeant) {
  std::string text = test_plant_text;
  text.replace(text.find("good: good"), 10, "good: god");
  text.replace(text.find("reject: reject"), 14, "reject: name");
  const std::vector<Section> sections = room().sections;
  Problems problems;
  read_plant(text, sections, problems);
  problems.sort();
  ASSERT_EQ(problems.count(), 2U);
  EXPECT_EQ(problems.list()[0].nearest, "good");
  EXPECT_EQ(problems.list()[0].at, (Position{6, 19}));
  EXPECT_EQ(problems.list()[1].expected, "a tag whose kind is a number");
}

}  // namespace
}  // namespace millwright::watch::rate
