#include "serve/plant/plant.hpp"

#include <gtest/gtest.h>

#include "flow/table.hpp"

namespace millwright::serve {
namespace {

struct Row {
  std::int64_t n = 0;
  static constexpr auto describe() { return record("row", field("n", &Row::n, "", "A number.")); }
};

class PlantRoomTest : public testing::Test {
 protected:
  PlantRoomTest() {
    Plant plant;
    plant.identity = {"acme/site", "Works", "Europe/Berlin", ""};
    Machine machine;
    machine.path = "hall/line/press";
    machine.ideal_rate = 30;
    TagDescription tag;
    tag.name = "speed";
    tag.title = "Speed";
    machine.tags.push_back(tag);
    plant.machines.push_back(machine);
    routes = plant_room().line_routes({std::make_shared<Plant>(plant), inbox, catalogue, clock,
                                       views, [this] { return trouble; }});
  }
  Result<flow::Answer> ask(const std::string& path,
                           std::map<std::string, std::string, std::less<>> parameters = {}) {
    flow::Question question;
    question.parameters = std::move(parameters);
    for (const flow::Route& route : routes) {
      if (route.path == path) return route.answer(question);
    }
    return fail(Code::not_found, path);
  }
  flow::ManualClock clock{instant(0)};
  flow::Inbox inbox;
  flow::Catalogue catalogue{inbox, clock};
  flow::Views views;
  std::string trouble;
  std::vector<flow::Route> routes;
};

TEST_F(PlantRoomTest, HealthIsAcceptingUntilNothingIsKept) {
  EXPECT_EQ(ask("/api/v1/health")->body, R"({"status":"accepting"})");
  trouble = "the disk is full";
  EXPECT_EQ(ask("/api/v1/health").error().code, Code::offline);
}
TEST_F(PlantRoomTest, AMachineWithoutATitleIsCalledByTheEndOfItsPath) {
  EXPECT_EQ(
      ask("/api/v1/plant")->body,
      R"({"path":"acme/site","title":"Works","zone":"Europe/Berlin","now":"1970-01-01T00:00:00Z","machines":[)"
      R"({"path":"acme/site/hall/line/press","title":"press","area":"hall","line":"line","ideal_rate":30,)"
      R"("tags":1,"is_real":false}]})");
}
TEST_F(PlantRoomTest, TagsAreFoundByTheWordsOfTheirPathsWithTheirTitles) {
  ASSERT_TRUE(catalogue.tag("acme/site/hall/line/press/speed", Kind::number, "1/min", true));
  ASSERT_TRUE(catalogue.tag("acme/site/cpu/idle", Kind::number, "", false));
  const auto found = ask("/api/v1/tags", {{"query", "press speed"}});
  EXPECT_EQ(found->body,
            R"({"tags":[{"path":"acme/site/hall/line/press/speed","unit":"1/min","kind":"number",)"
            R"("title":"Speed","is_described":true}]})");
  EXPECT_FALSE(ask("/api/v1/tags", {{"limit", "0"}}));
  EXPECT_FALSE(ask("/api/v1/tags", {{"limit", "ten"}}));
}
TEST_F(PlantRoomTest, AnUnknownViewNamesTheKnownOnes) {
  flow::Table<Row> table;
  table.edit("a").n = 1;
  views.put("machines", table.publish());
  EXPECT_EQ(ask("/api/v1/views/{view}", {{"view", "machines"}})->body,
            R"({"version":1,"rows":{"a":{"n":1}}})");
  EXPECT_NE(ask("/api/v1/views/{view}", {{"view", "x"}}).error().what.find("machines"),
            std::string::npos);
}

}  // namespace
}  // namespace millwright::serve
