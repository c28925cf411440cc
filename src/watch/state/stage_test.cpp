#include <gtest/gtest.h>

#include <set>

#include "watch/state/state_test_plant.hpp"

namespace millwright::watch::state {
namespace {

const Instant series_start = *to_instant("2026-11-20T08:00:00Z");
const std::string machine_path = "velo/berlin/frames/machining/cnc3";

// Hands facts to a stage as the core does, and keeps what it says.
class Bench final : public flow::Outbox {
 public:
  Bench() : stage_(make_stage(directory_, board_)) {}

  void say(What what, Instant) override {
    said.push_back(std::get<fact::StateChanged>(std::get<fact::State>(what)));
  }
  void wake_at(Instant at, std::uint64_t key) override { wakes.emplace(at, key); }
  void start(flow::Job) override { ADD_FAILURE() << "watch/state starts no job"; }

  void hear(What what, Instant happened, Instant learned) {
    if (const auto* found = std::get_if<fact::Catalogue>(&what)) CHECK(directory_.apply(*found));
    stage_->hear(Fact{{}, {}, happened, learned, std::move(what)}, *this);
  }
  void hear(What what, Duration after) {
    hear(std::move(what), series_start + after, series_start + after);
  }
  void take_plant(const std::string& text, Duration after) {
    hear(fact::Line(fact::PlantChanged{text, std::make_shared<const Plant>(test_plant(text))}),
         after);
  }
  void find_all() {
    hear(fact::Catalogue(fact::MachineFound{MachineId{0}, machine_path}), 0s);
    std::uint32_t number = 0;
    for (const std::string name : {"execution", "mode", "alarm", "speed"})
      hear(
          fact::Catalogue(fact::TagFound{TagId{number++}, machine_path + "/" + name, {}, "", true}),
          0s);
  }
  // The times that the stage asked for, as far as they have come.
  void wake_until(Duration after) {
    while (!wakes.empty() && wakes.begin()->first <= series_start + after) {
      const auto [at, key] = *wakes.begin();
      wakes.erase(wakes.begin());
      hear(fact::Line(fact::Woke{"watch/state", at, key}), at, at);
    }
  }
  Bytes saved() const {
    Bytes bytes;
    Writer out(bytes);
    stage_->save(out);
    return bytes;
  }
  void load(const Bytes& bytes) {
    Reader in(bytes);
    const Outcome outcome = stage_->load(in);
    ASSERT_TRUE(outcome) << outcome.error().what;
    EXPECT_TRUE(in.is_at_end());
  }
  std::string row() {
    stage_->show(views);
    const auto view = views.get("machines");
    std::string out;
    JsonWriter json(out);
    if (view->slots() > 0) view->write_row(0, json);
    return out;
  }
  Result<flow::Answer> ask(std::map<std::string, std::string, std::less<>> parameters) {
    stage_->show(views);
    flow::Question question;
    question.parameters = std::move(parameters);
    return states_route(board_).answer(question);
  }
  flow::Stage& stage() { return *stage_; }

  std::vector<fact::StateChanged> said;
  std::set<std::pair<Instant, std::uint64_t>> wakes;
  flow::Views views;

 private:
  flow::Directory directory_;
  std::shared_ptr<BandBoard> board_ = std::make_shared<BandBoard>();
  std::unique_ptr<flow::Stage> stage_;
};

Readings all_values(Duration after, double speed) {
  Readings readings(SourceId{3});
  readings.add_text(TagId{0}, series_start + after, "Execute");
  readings.add_text(TagId{1}, series_start + after, "Production");
  readings.add(TagId{2}, Kind::natural, series_start + after, Scalar::of(std::uint64_t{0}));
  readings.add(TagId{3}, Kind::number, series_start + after, Scalar::of(speed));
  return readings;
}

// What happens to one machine, step by step, so that a test can stop and go on at each.
std::vector<std::function<void(Bench&)>> story() {
  return {
      [](Bench& b) { b.take_plant(plant_yaml, 0s); },
      [](Bench& b) { b.find_all(); },
      [](Bench& b) {
        b.hear(fact::Source(fact::SourceConnected{SourceId{3}, "opc.tcp", 4}), 1s);
      },
      [](Bench& b) { b.hear(all_values(1s, 100), 1s); },
      [](Bench& b) { b.hear(all_values(60s, 60), 61s); },
      [](Bench& b) { b.hear(all_values(30s, 99), 62s); },
      [](Bench& b) {
        b.hear(fact::Source(fact::SourceLost{SourceId{3}, series_start + 70s, "cut", "look"}), 75s);
      },
      [](Bench& b) { b.wake_until(120s); },
      [](Bench& b) {
        b.hear(fact::Source(fact::SourceConnected{SourceId{3}, "opc.tcp", 4}), 130s);
      },
      [](Bench& b) { b.hear(all_values(131s, 90), 132s); },
      [](Bench& b) { b.wake_until(200s); },
  };
}

TEST(StateStage, HearsOnlyTheTagsThatRulesName) {
  Bench bench;
  bench.take_plant(plant_yaml, 0s);
  bench.find_all();
  bench.hear(fact::Catalogue(fact::TagFound{TagId{4}, machine_path + "/temperature", {}, "", true}),
             0s);
  EXPECT_TRUE(bench.stage().wants(TagId{0}));
  EXPECT_TRUE(bench.stage().wants(TagId{3}));
  EXPECT_FALSE(bench.stage().wants(TagId{4}));
  EXPECT_FALSE(bench.stage().wants(TagId{99}));
}

TEST(StateStage, SaysEachStateWithItsTimeAndReason) {
  Bench bench;
  for (const auto& step : story())
    step(bench);
  std::string told;
  for (const fact::StateChanged& s : bench.said) {
    told += std::to_string((s.from - series_start) / 1s) + "-" +
            (s.until ? std::to_string((*s.until - series_start) / 1s) : "") + " " +
            std::string(word(s.state)) + "; ";
  }
  EXPECT_EQ(told, "0- nodata; 1- running; 60- slow; 100- nodata; 131- running; ");
}

TEST(StateStage, ShowsARowAMachine) {
  Bench bench;
  for (const auto& step : story())
    step(bench);
  EXPECT_EQ(bench.row(),
            R"({"title":"CNC 3","area":"frames","line":"machining","state":"running",)"
            R"("mode":"production","since":"2026-11-20T08:02:11Z",)"
            R"("why":"execution = \"Execute\"","band":0,"is_real":false,"unused_rows":0})");
}

TEST(StateStage, ASnapshotAtAnyStepGivesTheSameEndByteForByte) {
  const auto steps = story();
  Bench live;
  for (const auto& step : steps)
    step(live);
  for (std::size_t cut = 2; cut < steps.size(); ++cut) {
    Bench before, after;
    for (std::size_t i = 0; i < cut; ++i)
      steps[i](before);
    after.take_plant(plant_yaml, 5s);
    after.find_all();
    after.wakes = before.wakes;  // The core's part of the snapshot.
    after.load(before.saved());
    ASSERT_EQ(after.saved(), before.saved()) << "cut after step " << cut;
    for (std::size_t i = cut; i < steps.size(); ++i)
      steps[i](after);
    ASSERT_EQ(after.saved(), live.saved()) << "cut after step " << cut;
    ASSERT_EQ(after.row(), live.row()) << "cut after step " << cut;
  }
}

TEST(StateStage, ASourceThatConnectsTwiceWasLostInBetween) {
  Bench bench;
  const auto steps = story();
  for (std::size_t i = 0; i < 5; ++i)
    steps[i](bench);
  bench.hear(fact::Source(fact::SourceConnected{SourceId{3}, "opc.tcp", 4}), 500s);
  EXPECT_EQ(bench.said.back().state, MachineState::nodata);
  EXPECT_EQ(bench.said.back().from, series_start + 91s);  // 30 s after it was last heard
}

TEST(StateStage, AMachineWithoutRulesIsNoDataAndSaysWhy) {
  Bench bench;
  bench.take_plant("plant: {path: velo/berlin}\nmachines: [{path: frames/machining/cnc3}]\n", 0s);
  EXPECT_NE(bench.row().find(R"("state":"nodata")"), std::string::npos);
  EXPECT_NE(bench.row().find("no section 'state'"), std::string::npos);
}

TEST(StateStage, AnUnchangedSectionInAChangedPlantChangesNothing) {
  Bench bench;
  const auto steps = story();
  for (std::size_t i = 0; i < 6; ++i)
    steps[i](bench);
  const std::size_t said = bench.said.size();
  std::string text = plant_yaml;
  text.replace(text.find("title: CNC 3"), 12, "title: Mill 3");
  bench.take_plant(text, 65s);
  EXPECT_EQ(bench.said.size(), said);
  EXPECT_NE(bench.row().find("Mill 3"), std::string::npos);
  EXPECT_NE(bench.row().find(R"("state":"slow")"), std::string::npos);
}

TEST(StateStage, MoreChangesThanAnInputMaySayWaitForTheNextMillisecond) {
  Bench bench;
  bench.take_plant(plant_yaml, 0s);
  bench.find_all();
  bench.hear(all_values(0s, 100), 0s);
  Readings many(SourceId{3});
  for (int i = 1; i <= 3000; ++i)
    many.add_text(TagId{0}, series_start + std::chrono::seconds(i),
                  i % 2 == 0 ? "Execute" : "Stopped");
  bench.said.clear();
  bench.hear(std::move(many), 3001s);
  EXPECT_EQ(bench.said.size(), 1000U);
  bench.wake_until(3002s);
  EXPECT_EQ(bench.said.size(), 1500U);  // It ran before, so only each stop is new.
  EXPECT_EQ(bench.said.back().from, series_start + 2999s);
}

TEST(StatesRoute, GivesTheIntervalsThatOverlapTheAskedTime) {
  Bench bench;
  for (const auto& step : story())
    step(bench);
  const auto answer = bench.ask({{"from", "2026-11-20T08:01:05Z"}, {"to", "2026-11-20T08:02:00Z"}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body,
            R"({"machines":{")" + machine_path +
                R"(":[{"from":"2026-11-20T08:01:00Z","to":"2026-11-20T08:01:40Z","state":"slow",)"
                R"("mode":"production","why":"execution = \"Execute\" and speed < 80"},)"
                R"({"from":"2026-11-20T08:01:40Z","to":"2026-11-20T08:02:11Z","state":"nodata",)"
                R"("mode":"unknown","why":"the source of 'alarm' is lost"}]}})");
  const auto csv = bench.ask({{"format", "csv"}, {"machine", machine_path}});
  ASSERT_TRUE(csv);
  EXPECT_NE(csv->body.find("2026-11-20T08:02:11Z,,running,production,\"execution = \"\"Execute"),
            std::string::npos);
}

TEST(StatesRoute, TellsWhatIsWrongWithAQuestion) {
  Bench bench;
  for (const auto& step : story())
    step(bench);
  EXPECT_EQ(bench.ask({{"from", "yesterday"}}).error().code, Code::invalid);
  EXPECT_EQ(
      bench.ask({{"from", "2027-01-01T00:00:00Z"}, {"to", "2026-01-01T00:00:00Z"}}).error().code,
      Code::invalid);
  EXPECT_EQ(bench.ask({{"machine", "velo/berlin/none"}}).error().code, Code::not_found);
  EXPECT_EQ(bench.ask({{"format", "xml"}}).error().code, Code::invalid);
}

}  // namespace
}  // namespace millwright::watch::state
