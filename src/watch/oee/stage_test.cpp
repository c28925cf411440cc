#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "base/check.hpp"
#include "watch/oee/board.hpp"

namespace millwright::watch::oee {
namespace {

const std::string plant_text = R"(plant: {path: velo/berlin, title: Works, zone: Europe/Berlin}
shifts:
  - {name: early, days: [mon, tue, wed, thu, fri], from: "06:00", to: "14:00", breaks: [{from: "08:00", for: 20 min}]}
  - {name: night, days: [fri, sat], from: "22:00", to: "06:00"}
oee: {target: 50 %}
machines:
  - path: frames/machining/cnc3
    title: CNC 3
    state: {}
    count: {good: good}
    cycle: {ideal: {City: 30 s}, otherwise: 1 min}
    stop: {micro_stop: 2 min}
  - path: frames/machining/cnc4
    title: CNC 4
    state: {}
    count: {}
    cycle: {otherwise: 1 min}
  - path: office/it/box
    state: {}
)";

// What other modules bring, as far as it is named here.
std::vector<Section> all_sections() {
  std::vector<Section> out = room().sections;
  for (Section& section : calendar_sections())
    out.push_back(std::move(section));
  for (const char* key : {"state", "count", "stop"}) {
    Section section;
    section.place = Section::Place::machine;
    section.key = key;
    out.push_back(std::move(section));
  }
  return out;
}

std::shared_ptr<const Plant> plant_of(const std::string& text) {
  Problems problems;
  auto plant = std::make_shared<const Plant>(read_plant(text, all_sections(), problems));
  for (const Problem& problem : problems.list())
    CHECK(to_text(problem, "plant") == "");
  return plant;
}

const Instant morning = *to_instant("2026-11-20T05:00:00Z");  // Friday, 06:00 in Berlin
const std::string cnc3 = "velo/berlin/frames/machining/cnc3";

class Bench final : public flow::Outbox {
 public:
  Bench() : stage_(make_stage(directory_, board_)) {
    hear(fact::Line(fact::PlantChanged{plant_text, plant_of(plant_text)}), 0min);
    hear(fact::Catalogue(fact::MachineFound{MachineId{0}, cnc3}), 0min);
    hear(fact::Catalogue(fact::MachineFound{MachineId{1}, "velo/berlin/frames/machining/cnc4"}),
         0min);
  }
  void say(What, Instant) override { ADD_FAILURE() << "watch/oee says nothing"; }
  void wake_at(Instant at, std::uint64_t key) override { wakes_.emplace(at, key); }
  void start(flow::Job) override { ADD_FAILURE() << "watch/oee starts no job"; }

  void hear(What what, Duration after) {
    if (const auto* found = std::get_if<fact::Catalogue>(&what)) CHECK(directory_.apply(*found));
    stage_->hear(Fact{{}, {}, morning + after, morning + after, std::move(what)}, *this);
  }
  void does(Duration from, MachineState state, std::uint32_t machine = 0) {
    hear(fact::State(fact::StateChanged{
             MachineId{machine}, morning + from, {}, state, MachineMode::production, ""}),
         from);
  }
  void counts(Duration after, Duration until, std::int64_t parts) {
    hear(fact::Count(fact::PartsMade{MachineId{0}, PartKind::good, morning + after, morning + until,
                                     parts, CountedBy::counter}),
         until);
  }
  void wake_until(Duration after) {
    while (!wakes_.empty() && wakes_.begin()->first <= morning + after) {
      const auto [at, key] = *wakes_.begin();
      wakes_.erase(wakes_.begin());
      hear(fact::Line(fact::Woke{"watch/oee", at, key}), at - morning);
    }
  }
  std::string row(const std::string& path) {
    stage_->show(views_);
    const auto view = views_.get("oee");
    for (std::size_t slot = 0; slot < view->slots(); ++slot) {
      if (view->key(slot) != path || view->is_gone(slot)) continue;
      std::string out;
      JsonWriter json(out);
      view->write_row(slot, json);
      return out;
    }
    return "";
  }
  std::string ask(std::size_t route, std::map<std::string, std::string, std::less<>> parameters) {
    stage_->show(views_);
    flow::Question question;
    question.parameters = std::move(parameters);
    const auto answer = routes(board_)[route].answer(question);
    return answer ? answer->body : answer.error().what;
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

 private:
  flow::Directory directory_;
  std::shared_ptr<Board> board_ = std::make_shared<Board>();
  std::unique_ptr<flow::Stage> stage_;
  std::set<std::pair<Instant, std::uint64_t>> wakes_;
  flow::Views views_;
};

std::vector<std::function<void(Bench&)>> story() {
  return {
      [](Bench& b) { b.does(0min, MachineState::running); },
      [](Bench& b) { b.does(0min, MachineState::running, 1); },
      [](Bench& b) { b.counts(0min, 0min, 0); },
      [](Bench& b) {
        b.hear(fact::Order(fact::RunChanged{MachineId{0}, morning, {}, "A-1", "City"}), 0min);
      },
      [](Bench& b) { b.counts(0min, 30min, 50); },
      [](Bench& b) { b.does(40min, MachineState::stopped); },
      [](Bench& b) { b.does(50min, MachineState::running); },
      [](Bench& b) {
        b.hear(
            fact::Stop(fact::StopExplained{MachineId{0}, morning + 40min, "tool", "", "Ada", "k"}),
            55min);
      },
      [](Bench& b) { b.counts(30min, 60min, 30); },
      [](Bench& b) { b.wake_until(60min); },
  };
}

TEST(OeeStage, ShowsTheShiftThatRunsForMachineLineAndPlant) {
  Bench bench;
  for (const auto& step : story())
    step(bench);
  EXPECT_EQ(
      bench.row(cnc3),
      R"({"level":"machine","title":"CNC 3","shift":"early",)"
      R"("shift_from":"2026-11-20T05:00:00Z","shift_until":"2026-11-20T13:00:00Z",)"
      R"("availability":0.8333333333333334,"performance":0.8,"quality":1,)"
      R"("oee":0.6666666666666666,"coverage":1,"missing":[],"busy":3600,"running":3000,)"
      R"("planned_stop":0,"no_data":0,"good":80,"scrap":0,"uncertain":0,"plan":60,"plan_shift":460,)"
      R"("loss":"tool","loss_time":600})");
  const std::string line = bench.row("velo/berlin/frames/machining");
  EXPECT_NE(line.find(R"("level":"line","title":"machining")"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("busy":7200,"running":6600)"), std::string::npos) << line;
  EXPECT_EQ(bench.row("velo/berlin").find(R"({"level":"plant","title":"Works")"), 0U);
  EXPECT_EQ(bench.row("velo/berlin/office/it/box"), "");  // it counts nothing: no OEE
}

TEST(OeeStage, WhenAShiftIsOverTheRowSaysSo) {
  Bench bench;
  for (const auto& step : story())
    step(bench);
  bench.wake_until(10h);
  const std::string row = bench.row(cnc3);
  EXPECT_NE(row.find(R"("shift":"early ended")"), std::string::npos) << row;
  EXPECT_NE(row.find(R"("busy":28800,)"), std::string::npos) << row;  // worked through
}

TEST(OeeStage, LateDataAreMeasuredInTheHourInWhichTheyHappened) {
  Bench bench;
  for (const auto& step : story())
    step(bench);
  bench.wake_until(3h);
  const std::map<std::string, std::string, std::less<>> hours{{"path", cnc3},
                                                              {"each", "hour"},
                                                              {"from", "2026-11-20T05:00:00Z"},
                                                              {"to", "2026-11-20T06:00:00Z"},
                                                              {"format", "csv"}};
  EXPECT_NE(bench.ask(0, hours).find("0.8333333333333334,0.8,1,"), std::string::npos)
      << bench.ask(0, hours);
  bench.hear(fact::State(fact::StateChanged{MachineId{0}, morning, morning + 10min,
                                            MachineState::stopped, MachineMode::production, ""}),
             3h);
  EXPECT_NE(bench.ask(0, hours).find(",0.6666666666666666,1,1,"), std::string::npos)
      << bench.ask(0, hours);
}

TEST(OeeStage, ANightShiftIsOneRowAndAnHourWhoseClocksChangeIsThere) {
  Bench bench;
  bench.does(0min, MachineState::running);
  bench.counts(0min, 0min, 0);
  bench.wake_until(26h);
  const std::string rows = bench.ask(0, {{"path", cnc3},
                                         {"each", "shift"},
                                         {"from", "2026-11-20T00:00:00Z"},
                                         {"to", "2026-11-21T12:00:00Z"},
                                         {"format", "csv"}});
  EXPECT_NE(rows.find("2026-11-20T21:00:00Z,2026-11-21T05:00:00Z,\"night\""), std::string::npos)
      << rows;
}

TEST(OeeRoutes, LossesAreSortedAndTheirSharesAreOfTheBusyTime) {
  Bench bench;
  for (const auto& step : story())
    step(bench);
  EXPECT_EQ(bench.ask(1, {{"path", cnc3}, {"from", "2026-11-20T05:00:00Z"}}),
            R"([{"what":"tool","kind":"availability","reason":"tool","seconds":600,"stops":1,)"
            R"("share":0.16666666666666666},{"what":"slow cycles","kind":"performance",)"
            R"("reason":"","seconds":600,"stops":0,"share":0.16666666666666666}])");
}

TEST(OeeRoutes, CyclesAreTheTimesBetweenCounts) {
  Bench bench;
  for (const auto& step : story())
    step(bench);
  EXPECT_EQ(bench.ask(2, {{"machine", cnc3}}),
            R"({"machine":")" + cnc3 + R"(","ideal":30,"cycles":[)" +
                R"({"at":"2026-11-20T06:00:00Z","seconds":1800,"parts":30,"product":"City",)"
                R"("ideal":30}]})");
}

TEST(OeeRoutes, WhatCannotBeAnsweredIsSaid) {
  Bench bench;
  EXPECT_EQ(bench.ask(0, {{"each", "week"}}), "each 'week' is not known: hour, shift, day or all");
  EXPECT_EQ(bench.ask(0, {{"path", "velo/berlin/x"}}),
            "no machine, line or area 'velo/berlin/x' whose OEE is kept: a machine needs the "
            "sections 'state' and 'count' in the plant file");
  EXPECT_EQ(bench.ask(2, {{"machine", cnc3}, {"count", "0"}}), "'count' is '0': give 1 to 200");
}

TEST(OeeStage, ASnapshotAfterAnyStepGivesTheSameBytesAgain) {
  const auto steps = story();
  Bench live;
  for (const auto& step : steps)
    step(live);
  for (std::size_t cut = 0; cut <= steps.size(); ++cut) {
    Bench first, loaded;
    for (std::size_t i = 0; i < cut; ++i)
      steps[i](first);
    loaded.load(first.saved());
    EXPECT_EQ(loaded.saved(), first.saved());
    // Timers are the core's: without them both go on by facts alone.
    for (std::size_t i = cut; i + 1 < steps.size(); ++i) {
      steps[i](first);
      steps[i](loaded);
    }
    EXPECT_EQ(loaded.saved(), first.saved()) << "cut " << cut;
    EXPECT_EQ(loaded.row(cnc3), first.row(cnc3)) << "cut " << cut;
  }
}

TEST(OeeSections, MistakesHaveTheirPlace) {
  std::string text = plant_text;
  text.replace(text.find("50 %"), 4, "500 %");
  text.replace(text.find("City: 30 s"), 10, "City: 0 s");
  Problems problems;
  read_plant(text, all_sections(), problems);
  std::string told;
  for (const Problem& problem : problems.list())
    told += to_text(problem, "plant.yaml") + "\n";
  EXPECT_EQ(told,
            "plant.yaml:5:15: oee/target: found '500 %', expected a share such as 85 % or 0.85\n"
            "plant.yaml:11:20: machines/frames/machining/cnc3/cycle/ideal: found 'City: 0 s', "
            "expected a time above 0\n");
}

}  // namespace
}  // namespace millwright::watch::oee
