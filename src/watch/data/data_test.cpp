#include "watch/data/data.hpp"

#include <gtest/gtest.h>

#include "base/check.hpp"
#include "watch/data/health.hpp"

namespace millwright::watch::data {
namespace {

const Instant series_start = *to_instant("2026-11-20T08:00:00Z");

SourceRow row_of(const Health& health, Duration after) {
  SourceRow row;
  health.fill(row, series_start + after);
  return row;
}

TEST(Health, TheRateIsTheRowsOfTheLastTenWholeSeconds) {
  Health health;
  for (int second = 0; second < 30; ++second)
    health.hear(second < 20 ? 50 : 200, 0ms, series_start,
                series_start + std::chrono::seconds(second));
  EXPECT_DOUBLE_EQ(*row_of(health, 30s).rate, 200);
  EXPECT_DOUBLE_EQ(*row_of(health, 35s).rate, 100);  // five seconds of silence
  EXPECT_DOUBLE_EQ(*row_of(health, 60s).rate, 0);
}

TEST(Health, TheRateIsNotKnownInTheFirstSecond) {
  Health health;
  EXPECT_FALSE(row_of(health, 0s).rate.has_value());
  health.hear(5, 0ms, series_start, series_start);
  EXPECT_FALSE(row_of(health, 0s).rate.has_value());
  EXPECT_DOUBLE_EQ(*row_of(health, 2s).rate, 2.5);
}

TEST(Health, TheLagIsTheMedianSoThatOneLateBatchDoesNotShow) {
  Health health;
  for (const Duration lag : {40ms, 60ms, 50ms, 3600'000ms, 55ms})
    health.hear(1, lag, series_start, series_start);
  EXPECT_DOUBLE_EQ(*row_of(health, 1s).lag, 0.055);
}

TEST(Health, ARowOfThePastHasNoLag) {
  Health health;
  health.hear(5, std::nullopt, series_start, series_start + 720h);
  EXPECT_FALSE(row_of(health, 721h).lag.has_value());
  EXPECT_EQ(row_of(health, 721h).last, series_start);
}

TEST(Past, IsToldInDaysHoursOrMinutesAsItsLengthAsks) {
  const auto words = [](Duration whole, Duration reached, bool has_ended) {
    return in_words({series_start, series_start + whole, series_start + reached, has_ended});
  };
  EXPECT_EQ(words(720h, 0h, false), "day 1 of 30");
  EXPECT_EQ(words(720h, 275h, false), "day 12 of 30");
  EXPECT_EQ(words(720h, 720h, false), "day 30 of 30");
  EXPECT_EQ(words(720h, 720h, true), "30 days, complete");
  EXPECT_EQ(words(8h, 150min, false), "hour 3 of 8");
  EXPECT_EQ(words(1h, 1min, false), "minute 2 of 60");
  EXPECT_DOUBLE_EQ(share_of({series_start, series_start + 720h, series_start + 180h, false}), 0.25);
}

TEST(Health, GapsOfTheLastDayAreCountedAndAddedUp) {
  Health health;
  health.connect("opc.tcp://a", 7, series_start);
  health.lose({SourceId{0}, series_start + 100s, "cut", "look at the cable"}, series_start + 105s);
  health.lose({SourceId{0}, series_start + 100s, "refused", "look at the password"},
              series_start + 120s);  // the same loss
  health.connect("opc.tcp://a", 7, series_start + 160s);
  health.lose({SourceId{0}, series_start + 200s, "cut", "look at the cable"}, series_start + 205s);
  const SourceRow row = row_of(health, 230s);
  EXPECT_EQ(row.status, Status::lost);
  EXPECT_EQ(row.since, series_start + 200s);
  EXPECT_EQ(row.gaps, 2U);
  EXPECT_EQ(row.gap_time, 90s);
  EXPECT_EQ(row.trouble, "cut");
  EXPECT_EQ(row.next_step, "look at the cable");
  EXPECT_EQ(row.trouble_at, series_start + 205s);
  EXPECT_EQ(row_of(health, 24h + 130s).gaps, 2U);
  EXPECT_EQ(row_of(health, 24h + 130s).gap_time, 24h - 70s + 30s);
}

TEST(Health, ASourceThatDoesNotWantUsIsRefusedAndNotLost) {
  Health health;
  health.lose({SourceId{0}, series_start, "does not know the user", "Check 'user'.", true},
              series_start);
  EXPECT_EQ(row_of(health, 1s).status, Status::refused);
  EXPECT_EQ(row_of(health, 1s).gaps, 0U);
  health.lose({SourceId{0}, series_start, "does not answer", "Is it on?"}, series_start + 5s);
  EXPECT_EQ(row_of(health, 6s).status, Status::lost);
  EXPECT_EQ(row_of(health, 6s).since, series_start);
  health.connect("opc.tcp://a", 7, series_start + 9s);
  EXPECT_EQ(row_of(health, 9s).status, Status::connected);
}

class Silence final : public flow::Outbox {
 public:
  void say(What, Instant) override { ADD_FAILURE() << "watch/data says nothing"; }
  void wake_at(Instant at, std::uint64_t) override { wakes.push_back(at); }
  void start(flow::Job) override {}
  std::vector<Instant> wakes;
};

class Bench {
 public:
  Bench() : stage_(make_stage(directory_)) {}
  void hear(What what, Duration after) {
    if (const auto* found = std::get_if<fact::Catalogue>(&what)) CHECK(directory_.apply(*found));
    stage_->hear(Fact{{}, {}, series_start + after, series_start + after, std::move(what)}, out_);
  }
  std::string row(std::string_view name) {
    stage_->show(views_);
    const auto view = views_.get("sources");
    for (std::size_t i = 0; i < view->slots(); ++i) {
      if (view->key(i) != name) continue;
      std::string text;
      JsonWriter json(text);
      view->write_row(i, json);
      return text;
    }
    return "no row";
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

void tell_story(Bench& bench) {
  bench.hear(fact::Catalogue(fact::SourceFound{SourceId{0}, "cell", "opcua"}), 0s);
  bench.hear(fact::Source(fact::SourceConnected{SourceId{0}, "opc.tcp://cell:4840", 2}), 0s);
  for (int second = 0; second < 10; ++second) {
    Readings readings(SourceId{0});
    const Instant at = series_start + std::chrono::seconds(second) - 250ms;
    readings.add(TagId{0}, Kind::number, at, Scalar::of(1.0));
    readings.add(TagId{1}, Kind::number, at, Scalar::of(2.0));
    bench.hear(std::move(readings), std::chrono::seconds(second));
  }
  bench.hear(fact::Source(fact::ReadingsDropped{SourceId{0}, 12, "the inbox is full"}), 10s);
}

TEST(DataStage, ShowsWhatASourceSaysAndHowWell) {
  Bench bench;
  tell_story(bench);
  EXPECT_EQ(bench.row("cell"),
            R"({"kind":"opcua","address":"opc.tcp://cell:4840","status":"connected",)"
            R"("since":"2026-11-20T08:00:00Z","rate":2,"lag":0.25,"gaps":0,"gap_time":0,)"
            R"("refused":12,"last":"2026-11-20T08:00:08.75Z",)"
            R"("trouble":"12 readings dropped: the inbox is full",)"
            R"("trouble_at":"2026-11-20T08:00:10Z","next_step":null,"tags":2,"is_real":false,)"
            R"("progress":null,"progress_text":null})");
}

TEST(DataStage, ASourceThatFillsInThePastShowsHowFarItIsAndAddsNoLag) {
  Bench bench;
  tell_story(bench);
  bench.hear(fact::Catalogue(fact::SourceFound{SourceId{1}, "past", "recording"}), 0s);
  const Instant from = series_start - 720h;
  const auto progress = [&](Instant reached, bool has_ended) {
    bench.hear(
        fact::Source(fact::SourceProgressed{SourceId{1}, from, series_start, reached, has_ended}),
        10s);
  };
  progress(from, false);
  for (int batch = 0; batch < 100; ++batch) {
    Readings readings(SourceId{1});
    readings.add(TagId{0}, Kind::number, from + 1h, Scalar::of(1.0));
    bench.hear(std::move(readings), 10s);
  }
  progress(from + 275h, false);
  EXPECT_NE(bench.row("past").find(R"("lag":null)"), std::string::npos) << bench.row("past");
  EXPECT_NE(bench.row("past").find(R"("progress_text":"day 12 of 30")"), std::string::npos);
  EXPECT_NE(bench.row("millwright").find(R"("lag":0.25)"), std::string::npos);
  EXPECT_NE(bench.row("cell").find(R"("tags":2)"), std::string::npos) << "its tags stay its own";
  progress(series_start, true);
  EXPECT_NE(bench.row("past").find(R"("status":"ended")"), std::string::npos);
  Bench loaded;
  loaded.hear(fact::Catalogue(fact::SourceFound{SourceId{0}, "cell", "opcua"}), 0s);
  loaded.load(bench.saved());
  EXPECT_EQ(loaded.saved(), bench.saved());
  EXPECT_EQ(loaded.row("past"), bench.row("past"));
}

TEST(DataStage, OurselvesAreASourceTooWithAllThatIsHeard) {
  Bench bench;
  tell_story(bench);
  EXPECT_NE(bench.row("millwright").find(R"("kind":"self")"), std::string::npos);
  EXPECT_NE(bench.row("millwright").find(R"("status":"connected")"), std::string::npos);
}

TEST(DataStage, ASourceOfThePlantFileHasARowBeforeItIsHeardOf) {
  Bench bench;
  auto plant = std::make_shared<Plant>();
  plant->sources.emplace_back().name = "press";
  plant->sources.back().kind = "opcua";
  bench.hear(fact::Line(fact::PlantChanged{"", plant}), 0s);
  EXPECT_NE(bench.row("press").find(R"("status":"connecting","since":null)"), std::string::npos);
}

TEST(DataStage, ASourceThatWritesWithoutConnectingIsConnectedByItsFirstReading) {
  Bench bench;
  bench.hear(fact::Catalogue(fact::SourceFound{SourceId{0}, "writer", "line protocol"}), 0s);
  Readings readings(SourceId{0});
  readings.add(TagId{0}, Kind::number, series_start + 3s, Scalar::of(1.0));
  bench.hear(std::move(readings), 4s);
  EXPECT_NE(bench.row("writer").find(R"("status":"connected","since":"2026-11-20T08:00:04Z")"),
            std::string::npos);
  EXPECT_NE(bench.row("writer").find(R"("tags":1)"), std::string::npos);
}

TEST(DataStage, ASnapshotGivesTheSameBytesAgain) {
  Bench live, loaded;
  tell_story(live);
  loaded.hear(fact::Catalogue(fact::SourceFound{SourceId{0}, "cell", "opcua"}), 0s);
  loaded.load(live.saved());
  EXPECT_EQ(loaded.saved(), live.saved());
  EXPECT_EQ(loaded.row("cell"), live.row("cell"));
}

}  // namespace
}  // namespace millwright::watch::data
