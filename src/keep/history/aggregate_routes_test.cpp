#include <gtest/gtest.h>

#include "base/text.hpp"
#include "keep/history/room_rig.hpp"
#include "keep/history/when.hpp"

namespace millwright::keep {
namespace {

class AggregateRoutes : public HistoryRoom {
 protected:
  // A row every ten seconds from the start on.
  void hear_numbers(std::string_view path, const std::vector<double>& values) {
    Readings readings;
    const TagId id = tag(path, Kind::number);
    for (std::size_t i = 0; i < values.size(); ++i)
      readings.add(id, Kind::number, series_start + i * 10s, Scalar::of(values[i]));
    hear(std::move(readings));
  }
  std::string body(std::map<std::string, std::string, std::less<>> with) {
    const auto answer = ask("/api/v1/aggregates", std::move(with));
    return answer ? answer->body : answer.error().what;
  }
  static std::string at(Duration after) { return to_text(series_start + after); }
};

TEST_F(AggregateRoutes, SeveralAggregatesOfSeveralTagsByStep) {
  hear_numbers("m1/power", {1, 2, 3, 4, 5, 6, 7});
  hear_numbers("m2/power", {10, 20, 30, 40, 50, 60, 70});
  hear_numbers("m2/speed", {0});
  EXPECT_EQ(body({{"tag", "*/power"},
                  {"aggregate", "TimeAverage2,Maximum"},
                  {"from", at(0s)},
                  {"to", at(60s)},
                  {"step", "30 s"}}),
            R"({"from":[1700000000000,1700000030000],"to":[1700000030000,1700000060000],)"
            R"("tags":[{"tag":"m1/power","unit":"",)"
            R"("TimeAverage2":{"value":[2.5,5.5],"status":[1025,1025]},)"
            R"("Maximum":{"value":[3,6],"status":[1025,1025]}},)"
            R"({"tag":"m2/power","unit":"",)"
            R"("TimeAverage2":{"value":[25,55],"status":[1025,1025]},)"
            R"("Maximum":{"value":[30,60],"status":[1025,1025]}}]})");
}
TEST_F(AggregateRoutes, PiecesWithoutDataHaveNoValueAndSaySo) {
  hear_numbers("m/a", {1, 2});
  EXPECT_NE(body({{"tag", "m/a"}, {"aggregate", "Average"}, {"from", at(-60s)}, {"to", at(0s)}})
                .find(R"("Average":{"value":[null],"status":[2157641728]})"),
            std::string::npos);
}
TEST_F(AggregateRoutes, TheTagsOfTheLargestValuesAreRanked) {
  hear_numbers("m1/power", {1, 1});
  hear_numbers("m2/power", {9, 9});
  hear_numbers("m3/power", {5, 5});
  const std::string text = body({{"tag", "**/power"},
                                 {"aggregate", "Average"},
                                 {"from", at(0s)},
                                 {"to", at(20s)},
                                 {"top", "2"}});
  EXPECT_NE(text.find(R"({"tag":"m2/power","unit":"","rank":9,)"), std::string::npos) << text;
  EXPECT_LT(text.find("m2/power"), text.find("m3/power"));
  EXPECT_EQ(text.find("m1/power"), std::string::npos);
}
TEST_F(AggregateRoutes, TimeIsCutByTheStatesOfAnotherTagAndSummedByThem) {
  hear_numbers("m/power", {2, 2, 4, 4, 4, 6, 6});
  Readings readings;
  const TagId state = tag("m/state", Kind::text);
  readings.add_text(state, series_start, "run");
  readings.add_text(state, series_start + 20s, "idle");
  readings.add_text(state, series_start + 50s, "run");
  hear(std::move(readings));
  clock_.set(series_start + 60s);
  std::map<std::string, std::string, std::less<>> asked{
      {"tag", "m/power"}, {"aggregate", "TimeAverage2,Count"},
      {"stepped", "yes"}, {"from", at(0s)},
      {"to", at(60s)},    {"states", "m/state"}};
  EXPECT_NE(body(asked).find(R"("name":["run","idle","run"],)"), std::string::npos) << body(asked);
  EXPECT_NE(body(asked).find(R"("TimeAverage2":{"value":[2,4,6],)"), std::string::npos);
  asked["sum"] = "yes";
  const std::string summed = body(asked);
  EXPECT_NE(summed.find(R"("name":["run","idle"],)"), std::string::npos) << summed;
  EXPECT_NE(summed.find(R"("TimeAverage2":{"value":[3.3333333333333335,4],)"), std::string::npos)
      << summed;
  EXPECT_NE(summed.find(R"("Count":{"value":[3,3],)"), std::string::npos);
}
TEST_F(AggregateRoutes, IntervalsOfTheCallerMayOverlapAndHaveNames) {
  hear_numbers("m/a", {1, 2, 3, 4});
  const std::string text =
      body({{"tag", "m/a"},
            {"aggregate", "Maximum"},
            {"intervals", at(0s) + "/" + at(40s) + "|lot 7," + at(10s) + "/" + at(20s)}});
  EXPECT_NE(text.find(R"("name":["lot 7",""],)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("Maximum":{"value":[4,2],)"), std::string::npos) << text;
}
TEST_F(AggregateRoutes, ACounterGoesOnAfterItsRange) {
  hear_numbers("m/parts", {65530, 65534, 4, 10});
  const std::string text = body({{"tag", "m/parts"},
                                 {"aggregate", "Increase"},
                                 {"counter_range", "65536"},
                                 {"from", at(0s)},
                                 {"to", at(40s)}});
  EXPECT_NE(text.find(R"("Increase":{"value":[16],"status":[1025],"resets":[0],"rollovers":[1],)"),
            std::string::npos)
      << text;
}
TEST_F(AggregateRoutes, CsvHasALineForEachTagAndPiece) {
  hear_numbers("m/a", {1, 2});
  EXPECT_EQ(body({{"tag", "m/a"},
                  {"aggregate", "Count"},
                  {"from", at(0s)},
                  {"to", at(20s)},
                  {"count", "2"},
                  {"format", "csv"}}),
            "tag,unit,from,to,name,Count,Count quality\r\n"
            "m/a,,2023-11-14T22:13:20Z,2023-11-14T22:13:30Z,,1,good\r\n"
            "m/a,,2023-11-14T22:13:30Z,2023-11-14T22:13:40Z,,1,good\r\n");
}
TEST_F(AggregateRoutes, ValuesBetweenReadingsAreGivenAtAnyTime) {
  hear_numbers("m/a", {10, 20});
  const auto answer = ask("/api/v1/values", {{"tag", "m/a"}, {"at", at(4s) + "," + at(10s)}});
  EXPECT_EQ(answer.value().body,
            R"({"at":[1700000004000,1700000010000],"tags":[{"tag":"m/a","unit":"",)"
            R"("value":[14,20],"status":[1026,0]}]})");
}
TEST_F(AggregateRoutes, TheNewestValuesOfManyTagsAreColumns) {
  hear_numbers("m1/a", {1, 2.5});
  hear_numbers("m2/a", {7});
  tag("m3/a", Kind::number);
  ASSERT_TRUE(line_->flush(10s));
  EXPECT_EQ(ask("/api/v1/last", {{"tag", "*/a"}}).value().body,
            R"({"tag":["m1/a","m2/a","m3/a"],"kind":["number","number",null],)"
            R"("time":[1700000010000,1700000000000,null],"value":[2.5,7,null],)"
            R"("quality":[0,0,null]})");
}
TEST_F(AggregateRoutes, AWrongQuestionIsToldWhatToWrite) {
  hear_numbers("m/a", {1});
  tag("m/text", Kind::text);
  ASSERT_TRUE(line_->flush(10s));
  const auto asked = [&](std::map<std::string, std::string, std::less<>> with) {
    with.emplace("tag", "m/a");
    with.emplace("aggregate", "Average");
    with.emplace("from", at(0s));
    with.emplace("to", at(1000s));
    return body(std::move(with));
  };
  EXPECT_NE(asked({{"aggregate", "Mean"}}).find("there is no aggregate 'Mean'"), std::string::npos);
  EXPECT_NE(asked({{"tag", "m/*x"}}).find("there is no tag 'm/*x'"), std::string::npos);
  EXPECT_NE(asked({{"each", "year"}}).find("write hour, shift"), std::string::npos);
  EXPECT_NE(asked({{"each", "day"}, {"step", "1 h"}}).find("give one of them"), std::string::npos);
  EXPECT_NE(asked({{"step", "1 ms"}}).find("pieces of time"), std::string::npos);
  EXPECT_NE(asked({{"tag", "m/text"}}).find("holds texts"), std::string::npos);
  EXPECT_NE(asked({{"states", "m/none"}}).find("no such tag"), std::string::npos);
  EXPECT_NE(asked({{"states", "m/text"}, {"sum", "yes"}, {"aggregate", "Range"}})
                .find("'sum' cannot add up Range"),
            std::string::npos);
  EXPECT_NE(asked({{"hold_at_most", "long"}}).find("write a time such as"), std::string::npos);
}

// A plant on Berlin's clocks, which are set back on 2026-10-25 at 3 o'clock.
class Pieces : public ::testing::Test {
 protected:
  Pieces() {
    Plant plant;
    plant.identity.zone = "Europe/Berlin";
    Problems problems;
    calendar_ = Calendar::read(plant, problems);
  }
  std::vector<Piece> cut(std::string_view each, std::string_view from, std::string_view to) {
    flow::Question question;
    question.parameters = {
        {"each", std::string(each)}, {"from", std::string(from)}, {"to", std::string(to)}};
    return pieces_of(question, calendar_).value();
  }
  Calendar calendar_;
};

TEST_F(Pieces, ADayOnWhichClocksAreSetBackHas25Hours) {
  const auto days = cut("day", "2026-10-23T22:00:00Z", "2026-10-26T20:00:00Z");
  ASSERT_EQ(days.size(), 3U);
  EXPECT_EQ(days[0].name, "2026-10-24");
  EXPECT_EQ(days[1].to - days[1].from, 25h);
  EXPECT_EQ(days[2].to - days[2].from, 24h) << "whole, though the time ends in it";
  EXPECT_EQ(cut("hour", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z").size(), 25U);
}
TEST_F(Pieces, WeeksBeginOnMondayAndMonthsOnTheirFirst) {
  const auto weeks = cut("week", "2026-10-20T00:00:00Z", "2026-11-03T00:00:00Z");
  ASSERT_EQ(weeks.size(), 2U);
  EXPECT_EQ(weeks[0].name, "2026-10-26");
  EXPECT_EQ(to_text(weeks[0].from), "2026-10-25T23:00:00Z");
  EXPECT_EQ(weeks[1].to - weeks[1].from, 7 * 24h);
  const auto months = cut("month", "2026-09-30T22:00:00Z", "2026-11-15T00:00:00Z");
  ASSERT_EQ(months.size(), 2U);
  EXPECT_EQ(months[0].name, "2026-10");
  EXPECT_EQ(months[0].to - months[0].from, 31 * 24h + 1h);
  EXPECT_EQ(to_text(months[1].to), "2026-11-30T23:00:00Z");
}
TEST_F(Pieces, AreShiftsOfTheCalendar) {
  const auto shifts = cut("shift", "2026-10-24T22:00:00Z", "2026-10-26T23:00:00Z");
  ASSERT_EQ(shifts.size(), 2U);
  EXPECT_EQ(shifts[0].name, "2026-10-25 day");
}

TEST(Text, APathFitsAPatternWithStars) {
  EXPECT_TRUE(matches("a/b/temperature", "a/*/temperature"));
  EXPECT_FALSE(matches("a/b/c/temperature", "a/*/temperature"));
  EXPECT_TRUE(matches("a/b/c/temperature", "a/**/temperature"));
  EXPECT_TRUE(matches("a/b/c/temperature", "**temp*"));
  EXPECT_TRUE(matches("a/b", "a/b"));
  EXPECT_TRUE(matches("line1/x9/y", "line*/x*/*"));
  EXPECT_FALSE(matches("a/b", "a"));
  EXPECT_FALSE(matches("a", "a/**/b"));
}

}  // namespace
}  // namespace millwright::keep
