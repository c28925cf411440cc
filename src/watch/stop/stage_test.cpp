#include <gtest/gtest.h>

#include "base/check.hpp"
#include "model/calendar.hpp"
#include "model/described_json.hpp"
#include "watch/stop/stop.hpp"

namespace millwright::watch::stop {
namespace {

const Instant series_start = *to_instant("2026-11-20T08:00:00Z");
const std::string saw = "velo/berlin/frames/cutting/saw1";
const std::string plant_yaml = R"(plant: {path: velo/berlin, zone: Europe/Berlin}
shifts:
  - {name: early, days: [fri, sat], from: "06:00", to: "14:00", breaks: [{from: "08:00", for: 20 min}]}
reasons:
  - {name: tool, title: Tool worn or broken}
  - {name: paint, machines: [frames/cutting/saw2]}
scrap_reasons: [{name: scratch, title: Scratch}]
machines:
  - path: frames/cutting/saw1
    stop: {micro_stop: 1 min, needs_reason_after: 10 min}
  - path: frames/cutting/saw2
)";

std::vector<Section> all_sections() {
  std::vector<Section> all = sections();
  for (Section& section : calendar_sections())
    all.push_back(std::move(section));
  return all;
}

class Silence final : public flow::Outbox {
 public:
  void say(What, Instant) override { ADD_FAILURE() << "watch/stop says nothing"; }
  void wake_at(Instant at, std::uint64_t) override { wake = at; }
  void start(flow::Job) override {}
  Instant wake{};
};

class Bench {
 public:
  Bench() : stage(make_stage(directory, board)) {
    Problems problems;
    plant = std::make_shared<const Plant>(read_plant(plant_yaml, all_sections(), problems));
    CHECK(problems.empty());
    CHECK(catalogue.machine(saw));
    CHECK(catalogue.machine("velo/berlin/frames/cutting/saw2"));
    drain();
    hear(fact::Line(fact::PlantChanged{plant_yaml, plant}), 0s);
    all = routes(board, {plant, inbox, catalogue, clock, views, [] { return std::string(); }});
  }
  void hear(What what, Duration after) {
    if (const auto* found = std::get_if<fact::Catalogue>(&what)) CHECK(directory.apply(*found));
    const Instant at = series_start + after;
    stage->hear(Fact{{}, {}, at, at, std::move(what)}, out);
    stage->show(views);
  }
  void state(Duration after, MachineState is) {
    hear(fact::State(fact::StateChanged{
             MachineId{0}, series_start + after, {}, is, MachineMode::production, "alarm"}),
         after);
  }
  void tick(Duration after) { hear(fact::Line(fact::Woke{"watch/stop", out.wake, 0}), after); }
  void drain() {
    std::vector<flow::Input> inputs;
    inbox.take(inputs, 0s);
    for (flow::Input& input : inputs) {
      hear(std::move(input.what), input.happened - series_start);
      if (input.shown) input.shown(Done{});
    }
  }
  Result<flow::Answer> ask(const std::string& path, std::string body = "",
                           std::map<std::string, std::string, std::less<>> parameters = {}) {
    flow::Question question;
    question.body = std::move(body);
    question.parameters = std::move(parameters);
    question.who = "mia";
    Result<flow::Answer> got = fail(Code::not_found, path);
    for (const flow::Route& route : all) {
      if (route.path != path) continue;
      if (route.answer) return route.answer(question);
      route.begin(std::move(question),
                  [&](Result<flow::Answer> answer) { got = std::move(answer); });
      drain();
      return got;
    }
    return got;
  }
  std::vector<std::string> keys() {
    std::vector<std::string> out_keys;
    const auto view = views.get("stops");
    for (std::size_t slot = 0; slot < view->slots(); ++slot)
      if (!view->is_gone(slot)) out_keys.emplace_back(view->key(slot));
    return out_keys;
  }

  flow::Directory directory;
  std::shared_ptr<Board> board = std::make_shared<Board>();
  std::unique_ptr<flow::Stage> stage;
  Silence out;
  flow::Views views;
  std::shared_ptr<const Plant> plant;
  flow::ManualClock clock{series_start};
  flow::Inbox inbox;
  flow::Catalogue catalogue{inbox, clock};
  std::vector<flow::Route> all;
};

const char* explain_path = "/api/v1/stops/explain";

TEST(StopStage, AStopThatWasExplainedNeedsNoReason) {
  Bench bench;
  bench.state(0min, MachineState::running);
  bench.state(5min, MachineState::stopped);
  bench.state(20min, MachineState::running);
  EXPECT_EQ(bench.keys(), std::vector<std::string>{saw + "|2026-11-20T08:05:00Z"});
  EXPECT_EQ(bench.ask("/api/v1/stops")->body,
            R"([{"machine":")" + saw +
                R"(","from":"2026-11-20T08:05:00Z","to":"2026-11-20T08:20:00Z","state":"stopped",)"
                R"("why":"alarm","reason":"","reason_title":"","note":"","who":"",)"
                R"("needs_reason":true,"is_withdrawn":false}])");
  const auto answer = bench.ask(explain_path, R"({"machine":")" + saw +
                                                  R"(","from":"2026-11-20T08:05:00Z",)"
                                                  R"("reason":"tool","note":"blade","key":"k"})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ("[" + answer->body + "]", bench.ask("/api/v1/stops")->body);
  EXPECT_NE(answer->body.find(R"("reason_title":"Tool worn or broken","note":"blade","who":"mia")"),
            std::string::npos);
}

TEST(StopStage, OfTwoReasonsTheOneThatWasSaidLaterHoldsAlsoWhenItIsHeardFirst) {
  Bench bench;
  bench.clock.advance(2h);
  bench.state(0min, MachineState::running);
  bench.state(5min, MachineState::stopped);
  bench.state(20min, MachineState::running);
  const auto explain = [&](const std::string& reason, Duration said) {
    return bench.ask(explain_path, R"({"machine":")" + saw +
                                       R"(","from":"2026-11-20T08:05:00Z","reason":")" + reason +
                                       R"(","at":")" + to_text(series_start + said) + R"("})");
  };
  ASSERT_TRUE(explain("tool", 60min));
  ASSERT_TRUE(explain("", 30min));
  EXPECT_NE(bench.ask("/api/v1/stops")->body.find(R"("reason":"tool")"), std::string::npos);
  EXPECT_EQ(explain("tool", -193h).error().what,
            "'at' is 2026-11-12T07:00:00Z: give a time of the last 8 days, not of the future");
}

TEST(StopStage, WhatCannotBeExplainedIsToldInWords) {
  Bench bench;
  bench.state(0min, MachineState::running);
  const std::string start =
      R"({"machine":")" + saw + R"(","from":"2026-11-20T08:05:00Z","reason":)";
  const auto none = bench.ask(explain_path, start + R"("tool"})");
  EXPECT_EQ(none->status, 409);
  EXPECT_NE(none->body.find("has no stop at 2026-11-20T08:05:00Z"), std::string::npos);
  EXPECT_EQ(bench.ask(explain_path, start + R"("paint"})").error().what,
            "'paint' is no reason of " + saw + ": the reasons are tool");
  EXPECT_EQ(
      bench.ask(explain_path, R"({"machine":"x","from":"2026-11-20T08:05:00Z"})").error().code,
      Code::not_found);
}

TEST(StopStage, AnOpenStopIsShownAndNeedsAReasonAfterAWhile) {
  Bench bench;
  bench.state(0min, MachineState::running);
  bench.state(5min, MachineState::idle);
  EXPECT_EQ(bench.keys().size(), 1U);
  EXPECT_EQ(bench.board->get()->of_machine.at(saw).recent->front().needs_reason, false);
  bench.tick(15min);
  EXPECT_EQ(bench.board->get()->of_machine.at(saw).recent->front().needs_reason, true);
  bench.state(16min, MachineState::running);
  bench.tick(60h);  // two days later it is no longer shown, and still kept
  EXPECT_TRUE(bench.keys().empty());
  EXPECT_NE(bench.ask("/api/v1/stops", "", {{"from", "2026-11-20T00:00:00Z"}, {"format", "csv"}})
                ->body.find(",2026-11-20T08:05:00Z,2026-11-20T08:16:00Z,idle"),
            std::string::npos);
}

TEST(StopStage, ASnapshotGivesTheSameBytes) {
  Bench live, after;
  live.state(0min, MachineState::running);
  live.state(5min, MachineState::stopped);
  live.hear(
      fact::Stop(fact::StopExplained{MachineId{0}, series_start + 5min, "tool", "", "mia", "k"}),
      10min);
  Bytes bytes, again;
  Writer out(bytes), out_again(again);
  live.stage->save(out);
  Reader in(bytes);
  ASSERT_TRUE(after.stage->load(in));
  EXPECT_TRUE(in.is_at_end());
  after.stage->save(out_again);
  EXPECT_EQ(again, bytes);
  after.stage->show(after.views);
  EXPECT_EQ(after.ask("/api/v1/stops")->body, live.ask("/api/v1/stops")->body);
}

TEST(WorkRoute, TellsAStationItsShiftsAndReasons) {
  Bench bench;
  EXPECT_EQ(bench.ask("/api/v1/work")->body,
            R"({"shifts":[{"name":"early","day":"2026-11-13","from":"2026-11-13T05:00:00Z",)"
            R"("until":"2026-11-13T13:00:00Z","breaks":[{"from":"2026-11-13T07:00:00Z",)"
            R"("until":"2026-11-13T07:20:00Z"}]},{"name":"early","day":"2026-11-14",)"
            R"("from":"2026-11-14T05:00:00Z","until":"2026-11-14T13:00:00Z",)"
            R"("breaks":[{"from":"2026-11-14T07:00:00Z","until":"2026-11-14T07:20:00Z"}]},)"
            R"({"name":"early","day":"2026-11-20","from":"2026-11-20T05:00:00Z",)"
            R"("until":"2026-11-20T13:00:00Z","breaks":[{"from":"2026-11-20T07:00:00Z",)"
            R"("until":"2026-11-20T07:20:00Z"}]},{"name":"early","day":"2026-11-21",)"
            R"("from":"2026-11-21T05:00:00Z","until":"2026-11-21T13:00:00Z",)"
            R"("breaks":[{"from":"2026-11-21T07:00:00Z","until":"2026-11-21T07:20:00Z"}]}],)"
            R"("products":[],"machines":[{"path":")" +
                saw +
                R"(","title":"saw1","counts_good":false,)"
                R"("reasons":[{"name":"tool","title":"Tool worn or broken"}],)"
                R"("scrap_reasons":[{"name":"scratch","title":"Scratch"}]},)"
                R"({"path":"velo/berlin/frames/cutting/saw2","title":"saw2","counts_good":false,)"
                R"("reasons":[{"name":"tool","title":"Tool worn or broken"},)"
                R"({"name":"paint","title":"paint"}],)"
                R"("scrap_reasons":[{"name":"scratch","title":"Scratch"}]}]})");
}

TEST(StopSections, RefuseMoreThanTwentyReasonsOfOneMachineWithTheirPlace) {
  std::string text = "plant: {path: a/b}\nreasons:\n";
  for (int i = 0; i < 21; ++i)
    text += "  - {name: r" + std::to_string(i) + "}\n";
  text += "machines: [{path: x/y/z}]\n";
  Problems problems;
  read_plant(text, sections(), problems);
  ASSERT_EQ(problems.count(), 1U);
  EXPECT_EQ(to_text(problems.list().front(), "p"),
            "p:3:3: reasons: found 21 reasons for machine 'x/y/z', expected at most 20 that apply "
            "to one machine: name the machines of each");
}

}  // namespace
}  // namespace millwright::watch::stop
