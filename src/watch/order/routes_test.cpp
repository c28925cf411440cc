#include "flow/inbox.hpp"
#include "model/described_json.hpp"
#include "watch/order/order_test_bench.hpp"

namespace millwright::watch::order {
namespace {

constexpr MachineId at_saw{0}, at_packer{1};

// The routes over a stage that hears at once what they offer.
class Desk {
 public:
  Desk() {
    bench.open();
    // The catalogue tells what it numbers; the stage heard of it before.
    CHECK(catalogue_.machine(saw));
    CHECK(catalogue_.machine(packer));
    routes_ = board_routes(bench.board);
    const flow::LineContext line{bench.plant, inbox_,      catalogue_,
                                 clock,       bench.views, [] { return std::string(); }};
    for (flow::Route& route : writing_routes(bench.board, line))
      routes_.push_back(std::move(route));
    drain();
    settle();
  }
  Result<flow::Answer> get(const std::string& path,
                           std::map<std::string, std::string, std::less<>> parameters = {}) {
    flow::Question question;
    question.parameters = std::move(parameters);
    return find(path, flow::Method::get).answer(question);
  }
  Result<flow::Answer> post(const std::string& path, std::string body,
                            std::map<std::string, std::string, std::less<>> parameters = {}) {
    flow::Question question;
    question.body = std::move(body);
    question.parameters = std::move(parameters);
    question.who = "mia";
    Result<flow::Answer> got = fail(Code::offline, "no reply");
    find(path, flow::Method::post).begin(std::move(question), [&](Result<flow::Answer> answer) {
      got = std::move(answer);
    });
    settle();
    return got;
  }
  Bench bench;
  flow::ManualClock clock{series_start + 1min};
  std::size_t offered = 0;

 private:
  const flow::Route& find(const std::string& path, flow::Method method) {
    for (const flow::Route& route : routes_)
      if (route.path == path && route.method == method) return route;
    bug("no such route", path.c_str());
  }
  std::vector<flow::Input> drain() {
    std::vector<flow::Input> inputs;
    inbox_.take(inputs, 0s);
    return inputs;
  }
  void settle() {
    for (flow::Input& input : drain()) {
      ++offered;
      bench.hear(std::move(input.what), input.happened);
      if (input.shown) input.shown(Done{});
    }
    bench.stage().show(bench.views);
  }
  flow::Inbox inbox_;
  flow::Catalogue catalogue_{inbox_, clock};
  std::vector<flow::Route> routes_;
};

TEST(OrderRoutes, AReleasedOrderIsAnsweredWithItsRow) {
  Desk desk;
  const auto answer =
      desk.post("/api/v1/orders", R"({"order":"B-7","product":"Cargo","quantity":6,)"
                                  R"("machines":["shipping/packing/packer1"],"note":"rush"})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, to_json(desk.bench.order("B-7")));
  EXPECT_EQ(desk.bench.order("B-7").who, "mia");
  EXPECT_EQ(desk.bench.order("B-7").machines, std::vector<std::string>{packer});
  EXPECT_EQ(desk.post("/api/v1/orders", R"({"order":"B-8","product":"Kargo"})").error().what,
            "there is no product 'Kargo': the products are City, Cargo");
  EXPECT_EQ(desk.offered, 1U);
}

TEST(OrderRoutes, WhatCannotBeSoIsA409WithASentence) {
  Desk desk;
  const auto move = [&](const char* form) { return desk.post("/api/v1/orders/move", form); };
  const auto refused =
      move(R"({"order":"A-1","machine":"shipping/packing/packer1","to":"paused"})");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 409);
  EXPECT_NE(refused->body.find(packer + " does not work on order A-1"), std::string::npos);
  const auto started =
      move(R"({"order":"A-1","machine":"shipping/packing/packer1","to":"started"})");
  EXPECT_EQ(started->body, to_json(desk.bench.order("A-1")));
  EXPECT_EQ(move(R"({"order":"A-1","machine":"shipping/packing/packer1","to":"started"})")->status,
            409);
  EXPECT_EQ(move(R"({"order":"A-1","machine":"shipping/packing/packer1","to":"done"})")->status,
            200);
  EXPECT_EQ(desk.bench.order("A-1").state, OrderState::done);
  const auto again = desk.post("/api/v1/orders", R"({"order":"A-1","quantity":30})");
  EXPECT_EQ(again->status, 409);
  EXPECT_NE(again->body.find("order A-1 is done"), std::string::npos);
  EXPECT_EQ(move(R"({"order":"Z","to":"closed"})")->status, 409);
  EXPECT_EQ(move(R"({"order":"A-1","machine":"x/y/z","to":"started"})").error().code,
            Code::not_found);
}

TEST(OrderRoutes, TheSameKeyTwiceHasNoEffectAndTheSameAnswer) {
  Desk desk;
  const char* form =
      R"({"order":"S-1","machine":"shipping/packing/packer1","to":"started","how":"scan","key":"k"})";
  EXPECT_EQ(desk.post("/api/v1/orders/move", form)->status, 200);
  const auto again = desk.post("/api/v1/orders/move", form);
  EXPECT_EQ(again->status, 200);
  EXPECT_EQ(again->body, to_json(desk.bench.order("S-1")));
  EXPECT_EQ(desk.offered, 1U);
  EXPECT_FALSE(desk.bench.order("S-1").is_described);  // scanned, and nobody described it
  EXPECT_EQ(desk.bench.order("S-1").how, ToldBy::scan);
}

TEST(OrderRoutes, AMoveThatIsSentLaterHappenedWhenItWasSaid) {
  Desk desk;
  desk.clock.advance(2h);
  const auto move = [&](const std::string& to, const std::string& at) {
    return desk.post("/api/v1/orders/move",
                     R"({"order":"A-1","machine":"shipping/packing/packer1","to":")" + to +
                         R"(","at":")" + at + R"("})");
  };
  ASSERT_TRUE(move("started", to_text(series_start + 10min)));
  ASSERT_TRUE(move("done", to_text(series_start + 40min)));
  EXPECT_EQ(desk.bench.order("A-1").started, series_start + 10min);
  EXPECT_EQ(desk.bench.order("A-1").done, series_start + 40min);
  const std::string wrong = ": give a time of the last 8 days, not of the future";
  const std::string old = to_text(series_start - 193h), ahead = to_text(series_start + 150min);
  EXPECT_EQ(move("released", old).error().what, "'at' is " + old + wrong);
  EXPECT_EQ(move("released", ahead).error().what, "'at' is " + ahead + wrong);
}

TEST(OrderRoutes, WhatWasSaidLaterOfAWholeOrderStandsAlsoWhenItIsHeardFirst) {
  Desk desk;
  desk.clock.advance(2h);
  const auto move = [&](const std::string& to, Duration at) {
    return desk.post("/api/v1/orders/move", R"({"order":"A-1","to":")" + to + R"(","at":")" +
                                                to_text(series_start + at) + R"("})");
  };
  ASSERT_TRUE(move("closed", 60min));
  ASSERT_TRUE(move("released", 30min));
  EXPECT_EQ(desk.bench.order("A-1").state, OrderState::closed);
}

TEST(OrderRoutes, AnOrderIsStartedOnlyWhereItMayBeMade) {
  Desk desk;
  ASSERT_TRUE(
      desk.post("/api/v1/orders", R"({"order":"B-7","machines":["shipping/packing/packer1"]})"));
  const auto refused = desk.post(
      "/api/v1/orders/move", R"({"order":"B-7","machine":"frames/cutting/saw1","to":"started"})");
  EXPECT_EQ(refused->status, 409);
  EXPECT_NE(refused->body.find("may be made at " + packer + ", not at " + saw), std::string::npos);
}

TEST(OrderRoutes, AnImportNamesBadLinesAndKeepsGoodOnesUnlessItIsDry) {
  Desk desk;
  const std::string csv = "order,product,quantity\nC-1,City,6\nC-2,City,x\nA-1,City,30\n";
  const auto dry = desk.post("/api/v1/orders/import", csv, {{"dry_run", "true"}});
  EXPECT_EQ(dry->body, R"({"kept":2,"changed":1,"dry_run":true,"problems":[{"line":3,)"
                       R"("what":"quantity: found 'x', expected a whole number of parts"}]})");
  EXPECT_EQ(desk.offered, 0U);
  EXPECT_EQ(desk.post("/api/v1/orders/import", csv)->status, 200);
  EXPECT_EQ(desk.bench.order("C-1").quantity, 6U);
  EXPECT_EQ(desk.bench.order("A-1").quantity, 30U);
  EXPECT_EQ(desk.post("/api/v1/orders/import", "orders\n1\n").error().code, Code::invalid);
}

TEST(OrderRoutes, WhatIsExportedCanBeImportedAgain) {
  Desk desk;
  const auto csv = desk.get("/api/v1/orders", {{"format", "csv"}, {"state", "open"}});
  ASSERT_TRUE(csv);
  const auto again = desk.post("/api/v1/orders/import", csv->body);
  EXPECT_EQ(again->body, R"({"kept":1,"changed":1,"dry_run":false,"problems":[]})");
  EXPECT_EQ(to_text(*desk.bench.order("A-1").due), "2026-11-25T14:00:00Z");
  EXPECT_EQ(desk.get("/api/v1/orders", {{"state", "lost"}}).error().code, Code::invalid);
  EXPECT_EQ(desk.get("/api/v1/orders", {{"state", "done"}})->body, R"({"rows":[]})");
}

TEST(OrderRoutes, RunsAreToldWithTheirParts) {
  Desk desk;
  desk.bench.saw_says("77", "City", 12, 2min);
  desk.bench.makes(at_saw, PartKind::good, 2min, 10min, 12);
  desk.bench.saw_says("78", "Cargo", 12, 11min);
  desk.bench.stage().show(desk.bench.views);
  const auto csv = desk.get("/api/v1/runs", {{"format", "csv"}, {"machine", saw}});
  EXPECT_EQ(csv->body,
            "machine,from,to,order,product,good,scrap\r\n\"" + saw +
                "\",2026-11-20T08:02:00Z,2026-11-20T08:11:00Z,\"77\",\"City\",12,0\r\n\"" + saw +
                "\",2026-11-20T08:11:00Z,,\"78\",\"Cargo\",0,0\r\n");
  EXPECT_EQ(desk.get("/api/v1/runs", {{"machine", "x"}}).error().code, Code::not_found);
  EXPECT_EQ(desk.get("/api/v1/runs", {{"to", "2026-11-20T08:01:00Z"}})->body, "[]");
}

}  // namespace
}  // namespace millwright::watch::order
