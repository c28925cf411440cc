#include "watch/count/count.hpp"

#include <gtest/gtest.h>

#include "base/check.hpp"

namespace millwright::watch::count {
namespace {

const Instant series_start = *to_instant("2026-11-20T08:00:00Z");

std::vector<Made> ignored;  // of tests that look at counts alone

Instant at(Duration after) {
  return series_start + after;
}

TEST(Rate, IsPartsOverTheWindowByHand) {
  Counter good;
  for (int i = 0; i <= 20; ++i)
    good.put(at(std::chrono::minutes(i)), 3 * i, ignored);  // three a minute
  EXPECT_DOUBLE_EQ(*rate_of(good, at(20min), 10min), 180);
  EXPECT_DOUBLE_EQ(*rate_of(good, at(25min), 10min), 90);  // five minutes of nothing
}

TEST(Rate, IsNotKnownBeforeTheCounterHasBeenHeardForAMinute) {
  Counter good;
  EXPECT_FALSE(rate_of(good, at(0s), 10min).has_value());
  good.put(at(0s), 7, ignored);
  EXPECT_FALSE(rate_of(good, at(59s), 10min).has_value());
  good.put(at(90s), 10, ignored);
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
  - path: frames/hand/bench1
    count: {}
)";

class Ear final : public flow::Outbox {
 public:
  void say(What what, Instant) override {
    said.push_back(std::get<fact::PartsMade>(std::get<fact::Count>(what)));
  }
  void wake_at(Instant when, std::uint64_t key) override { (key == 0 ? wake : more) = when; }
  void start(flow::Job) override {}
  std::vector<fact::PartsMade> said;
  Instant wake{}, more{};
};

class Bench {
 public:
  Bench() : stage_(make_stage(directory_)) {
    const std::vector<Section> sections = room().sections;
    Problems problems;
    auto plant = std::make_shared<const Plant>(read_plant(test_plant_text, sections, problems));
    CHECK(problems.empty());
    hear(fact::Line(fact::PlantChanged{test_plant_text, plant}), 0s);
    hear(fact::Catalogue(fact::MachineFound{MachineId{0}, "velo/berlin/frames/cutting/saw1"}), 0s);
    hear(fact::Catalogue(fact::MachineFound{MachineId{1}, "velo/berlin/frames/hand/bench1"}), 0s);
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
    hear(fact::Line(fact::Woke{"watch/count", out_.wake, 0}), out_.wake - series_start);
  }
  std::string row(std::size_t slot = 0) {
    stage_->show(views_);
    std::string text;
    JsonWriter json(text);
    views_.get("counts")->write_row(slot, json);
    return text;
  }
  void reports(Duration after, std::uint32_t machine, std::int64_t good, std::int64_t scrap,
               const std::string& key = "") {
    hear(fact::Count(fact::QuantityReported{MachineId{machine}, "", good, scrap, "", "", "", key}),
         after);
  }
  std::size_t said() const { return out_.said.size(); }
  void say_more() {
    hear(fact::Line(fact::Woke{"watch/count", out_.more, 1}), out_.more - series_start);
  }
  std::string told() {
    std::string out;
    for (const fact::PartsMade& m : out_.said)
      out += std::to_string(m.machine.value) + " " + std::string(word(m.kind)) + " " +
             std::to_string((m.after - series_start) / 1s) + "-" +
             std::to_string((m.at - series_start) / 1s) + " " + std::to_string(m.parts) + " " +
             std::string(word(m.by)) + "; ";
    out_.said.clear();
    return out;
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
  Ear out_;
  std::unique_ptr<flow::Stage> stage_;
  flow::Views views_;
};

TEST(CountStage, ShowsRateAndTheCountSinceMidnight) {
  Bench bench;
  bench.counts(0s, 40, 1);
  bench.counts(5min, 50, 1);
  bench.counts(10min, 58, 3);
  EXPECT_EQ(bench.row(),
            R"({"rate":108,"ideal_rate":120,"good":18,"reject":2,)"
            R"("at":"2026-11-20T08:10:00Z","window":600,)"
            R"("counted_from":"2026-11-20T08:00:00Z","trouble":null,"trouble_at":null})");
}

TEST(CountStage, CountsFromMidnightOfThePlant) {
  Bench bench;
  bench.counts(14h, 500, 0);          // 23:00 in Berlin
  bench.counts(15h + 30min, 530, 0);  // half past midnight
  bench.counts(16h, 540, 0);
  EXPECT_NE(bench.row().find(R"("good":40)"), std::string::npos) << bench.row();
  EXPECT_NE(bench.row().find(R"("counted_from":"2026-11-20T23:00:00Z")"), std::string::npos);
}

TEST(CountStage, ARateFallsWhileNothingIsSaidAndIsUnknownWhenTheSourceIsLost) {
  Bench bench;
  bench.counts(0s, 0, 0);
  bench.counts(10min, 20, 0);
  bench.hear(fact::Line(fact::Woke{"watch/count", at(20min), 0}), 20min);
  EXPECT_NE(bench.row().find(R"("rate":0)"), std::string::npos) << bench.row();
  bench.hear(fact::Source(fact::SourceLost{SourceId{2}, at(20min), "cut", "look"}), 21min);
  EXPECT_NE(bench.row().find(R"("rate":null)"), std::string::npos) << bench.row();
  EXPECT_NE(bench.row().find(R"("good":20)"), std::string::npos) << bench.row();
}

TEST(CountStage, ASourceThatSaysThePastDoesNotKeepALostMachineAlive) {
  Bench bench;
  bench.counts(0s, 0, 0);
  bench.counts(10min, 20, 0);
  const SourceId past{7};
  bench.hear(fact::Source(fact::SourceProgressed{past, at(-1h), at(0s), at(-1h)}), 11min);
  bench.hear(fact::Source(fact::SourceLost{SourceId{2}, at(11min), "cut", "look"}), 12min);
  ASSERT_NE(bench.row().find(R"("rate":null)"), std::string::npos) << bench.row();
  Readings old(past);
  old.add(TagId{0}, Kind::natural, at(-30min), Scalar::of(std::uint64_t{3}));
  bench.hear(std::move(old), 12min + 1s);
  EXPECT_NE(bench.row().find(R"("rate":null)"), std::string::npos) << bench.row();
}

TEST(CountStage, AJumpThatTheMachineCannotMakeIsSaidAndNotCounted) {
  Bench bench;
  bench.counts(0s, 0, 0);
  bench.counts(60s, 1'000, 0);
  EXPECT_NE(bench.row().find("the count went from 0 to 1000, which this machine cannot make"),
            std::string::npos)
      << bench.row();
  EXPECT_NE(bench.row().find(R"("good":0)"), std::string::npos);
}

TEST(CountStage, ASnapshotGivesTheSameBytesAgain) {
  Bench live, loaded;
  live.counts(0s, 40, 1);
  live.tick();
  live.counts(5min, 50, 1);
  live.counts(-50h, 10, 0);  // a past that is being filled in
  live.reports(6min, 0, 0, 1, "k");
  loaded.load(live.saved());
  EXPECT_EQ(loaded.saved(), live.saved());
  live.counts(10min, 58, 3);
  loaded.counts(10min, 58, 3);
  EXPECT_EQ(loaded.saved(), live.saved());
  EXPECT_EQ(loaded.row(), live.row());
}

TEST(CountStage, SaysEachStepOfBothCounters) {
  Bench bench;
  bench.counts(0s, 40, 1);
  bench.counts(60s, 42, 1);
  bench.counts(120s, 43, 2);
  EXPECT_EQ(bench.told(),
            "0 good 0-0 0 counter; 0 reject 0-0 0 counter; 0 good 0-60 2 counter; "
            "0 good 60-120 1 counter; 0 reject 60-120 1 counter; ");
  bench.counts(90s, 43, 1);  // late: the part was made earlier
  EXPECT_EQ(bench.told(), "0 good 60-90 1 counter; 0 good 90-120 0 counter; ");
}

TEST(CountStage, ScrapOnACountedMachineIsMovedFromGoodToReject) {
  Bench bench;
  bench.counts(0s, 40, 1);
  bench.counts(60s, 50, 1);
  bench.told();
  bench.reports(70s, 0, 0, 2, "k1");
  bench.reports(71s, 0, 0, 2, "k1");  // the same request once more
  EXPECT_EQ(bench.told(), "0 good 70-70 -2 person; 0 reject 70-70 2 person; ");
  EXPECT_NE(bench.row().find(R"("good":8,"reject":2)"), std::string::npos) << bench.row();
  bench.reports(80s, 0, 0, -2, "k2");  // taken back
  EXPECT_EQ(bench.told(), "0 good 80-80 2 person; 0 reject 80-80 -2 person; ");
  EXPECT_NE(bench.row().find(R"("good":10,"reject":0)"), std::string::npos) << bench.row();
}

TEST(CountStage, WhereNoTagCountsPeopleDo) {
  Bench bench;
  EXPECT_NE(bench.row(1).find(R"("rate":null,"ideal_rate":null,"good":0,"reject":null)"),
            std::string::npos)
      << bench.row(1);
  bench.reports(60s, 1, 12, 1);
  EXPECT_EQ(bench.told(), "1 good 60-60 12 person; 1 reject 60-60 1 person; ");
  EXPECT_NE(bench.row(1).find(R"("good":12,"reject":1)"), std::string::npos) << bench.row(1);
}

TEST(CountStage, ThousandsOfStepsInOneBatchAreSaidInTurns) {
  Bench bench;
  bench.told();
  Readings readings(SourceId{2});
  for (std::uint64_t i = 0; i < 2500; ++i)
    readings.add(TagId{0}, Kind::natural, at(std::chrono::minutes(i) - 3000min), Scalar::of(i));
  bench.hear(std::move(readings), 0s);
  EXPECT_EQ(bench.said(), 1000U);
  bench.say_more();
  bench.say_more();
  EXPECT_EQ(bench.said(), 2500U);
}

TEST(CountRoute, SaysWhatCannotBeSo) {
  const std::vector<Section> sections = room().sections;
  Problems problems;
  const Plant plant = read_plant(test_plant_text, sections, problems);
  const auto error = [&](const CountForm& form) {
    const auto report = read_report(form, plant, series_start);
    return report ? std::string() : report.error().what;
  };
  const std::string saw = "velo/berlin/frames/cutting/saw1",
                    bench = "velo/berlin/frames/hand/bench1";
  EXPECT_EQ(error({saw, "", 1, 0, "", "", "", {}}),
            "'" + saw + "' counts its good parts by the tag 'good': report the scrap only");
  EXPECT_EQ(error({saw, "", 0, 1, "", "", "", {}}), "");
  EXPECT_EQ(error({bench, "", 3, 1, "", "", "", {}}), "");
  EXPECT_EQ(error({bench, "", 0, 0, "", "", "", {}}), "no parts: give 'good' or 'scrap'");
  EXPECT_EQ(error({"velo/berlin/x", "", 1, 0, "", "", "", {}}),
            "no machine 'velo/berlin/x' in the plant file");
  EXPECT_EQ(error({bench, "", 1, 0, "", "", "", at(1h)}),
            "'at' is 2026-11-20T09:00:00Z: give a time of the last 8 days, not of the future");
}

TEST(CountRoute, AScrapReasonIsOneOfThoseThatThePlantFileLists) {
  std::vector<Section> sections = room().sections;
  Section listed;
  listed.place = Section::Place::plant;
  listed.key = "scrap_reasons";
  sections.push_back(listed);
  const std::string bench = "velo/berlin/frames/hand/bench1";
  const auto told = [&](const std::string& lists, const char* reason) {
    Problems problems;
    const Plant plant = read_plant(test_plant_text + lists, sections, problems);
    const auto report = read_report({bench, "", 0, 1, reason, "", "", {}}, plant, series_start);
    return report ? report->reason : report.error().what;
  };
  const std::string lists =
      "scrap_reasons:\n  - {name: scratch}\n  - {name: dent}\n"
      "  - {name: burr, machines: [frames/cutting/saw1]}\n";
  EXPECT_EQ(told("", "anything"), "anything");
  EXPECT_EQ(told(lists, "dent"), "dent");
  EXPECT_EQ(told(lists, ""), "");
  EXPECT_EQ(told(lists, "burr"),
            "'burr' is no scrap reason of " + bench + ": they are scratch, dent");
  EXPECT_EQ(told("scrap_reasons: [{name: burr, machines: [frames/cutting/saw1]}]\n", "burr"),
            "'burr' is no scrap reason of " + bench + ": it has none under 'scrap_reasons:'");
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
}  // namespace millwright::watch::count
