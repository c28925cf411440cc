#include <gtest/gtest.h>

#include "keep/history/room_rig.hpp"

namespace millwright::keep {
namespace {

TEST_F(HistoryRoom, ReadingsAreGivenAsColumns) {
  Readings readings;
  const TagId speed = tag("m/speed", Kind::single);
  readings.add(speed, Kind::single, series_start, Scalar::of(double{23.4F}));
  readings.add(speed, Kind::single, series_start + 500ms, Scalar::of(double{1.5F}), quality::bad);
  hear(std::move(readings));
  const auto answer =
      ask(0, {{"tag", "m/speed"}, {"from", "2023-11-14T22:13:20Z"}, {"to", "1700000001000"}})
          .value();
  EXPECT_EQ(answer.body, R"({"tag":"m/speed","kind":"single","time":[1700000000000,1700000000500],)"
                         R"("value":[23.4,1.5],"quality":[0,2147483648],"more":false})");
}
TEST_F(HistoryRoom, TheRowsOnEitherSideAreGivenWhenAsked) {
  Readings readings;
  const TagId speed = tag("m/speed", Kind::number);
  for (int i = 0; i < 5; ++i)
    readings.add(speed, Kind::number, series_start + i * 10s, Scalar::of(1.5 * i));
  hear(std::move(readings));
  std::map<std::string, std::string, std::less<>> asked{
      {"tag", "m/speed"}, {"from", "1700000015000"}, {"to", "1700000030000"}, {"bounds", "yes"}};
  EXPECT_EQ(ask(0, asked).value().body,
            R"({"tag":"m/speed","kind":"number","time":[1700000010000,1700000020000,)"
            R"(1700000030000],"value":[1.5,3,4.5],"quality":[0,0,0],"more":false})");
  asked["from"] = "1700000100000";
  asked["to"] = "1700000200000";
  EXPECT_EQ(ask(0, asked).value().body,
            R"({"tag":"m/speed","kind":"number","time":[1700000040000],"value":[6],)"
            R"("quality":[0],"more":false})");
}
TEST_F(HistoryRoom, AllRowsComeInPiecesThatMakeOneText) {
  Readings readings;
  const TagId speed = tag("m/speed", Kind::number);
  constexpr int rows = 50'000;
  for (int i = 0; i < rows; ++i)
    readings.add(speed, Kind::number, series_start + i * 1s, Scalar::of(i / 8.0),
                 i == 77 ? quality::bad : quality::good);
  hear(std::move(readings));
  for (const std::string format : {"json", "csv"}) {
    std::map<std::string, std::string, std::less<>> asked{{"tag", "m/speed"},
                                                          {"from", "0"},
                                                          {"to", "1800000000000"},
                                                          {"limit", "all"},
                                                          {"format", format}};
    flow::Answer answer = ask(0, asked).value();
    ASSERT_TRUE(answer.more) << format;
    EXPECT_LT(answer.body.size(), 200'000U);
    std::string all = answer.body;
    for (std::string piece = answer.more().value(); !piece.empty(); piece = answer.more().value())
      all += piece;
    asked["limit"] = "50000";
    flow::Answer limited = ask(0, asked).value();
    std::string same = limited.body;
    while (limited.more) {
      const std::string piece = limited.more().value();
      if (piece.empty()) break;
      same += piece;
    }
    EXPECT_EQ(all, same);
    const auto lines = std::count(all.begin(), all.end(), '\n');
    const auto commas = std::count(all.begin(), all.end(), ',');
    EXPECT_EQ(format == "csv" ? lines : commas, format == "csv" ? rows + 1 : 3 * (rows - 1) + 5);
    asked["limit"] = "49999";
    EXPECT_NE(ask(0, asked).value().body.size(), 0U);
  }
}
TEST_F(HistoryRoom, TheLimitCutsEachColumnAndSaysThatThereIsMore) {
  Readings readings;
  const TagId speed = tag("m/speed", Kind::integer);
  for (std::int64_t i = 0; i < 3; ++i)
    readings.add(speed, Kind::integer, series_start + i * 1s, Scalar::of(i));
  hear(std::move(readings));
  const auto body = [&](const char* limit) {
    return ask(0, {{"tag", "m/speed"}, {"from", "0"}, {"to", "1800000000000"}, {"limit", limit}})
        .value()
        .body;
  };
  EXPECT_EQ(body("2"), R"({"tag":"m/speed","kind":"integer","time":[1700000000000,1700000001000],)"
                       R"("value":[0,1],"quality":[0,0],"more":true})");
  EXPECT_NE(body("3").find(R"("value":[0,1,2],"quality":[0,0,0],"more":false})"),
            std::string::npos);
}
TEST_F(HistoryRoom, BucketsWithoutDataAreNull) {
  Readings readings;
  readings.add(tag("m/on", Kind::boolean), Kind::boolean, series_start, Scalar::of(true));
  hear(std::move(readings));
  const auto answer =
      ask(1, {{"tag", "m/on"}, {"from", "1700000000000"}, {"to", "1700000002000"}, {"count", "2"}})
          .value();
  EXPECT_NE(answer.body.find(
                R"("min":[1,null],"max":[1,null],"mean":[1,null],"count":[1,0],"bad":[0,0])"),
            std::string::npos)
      << answer.body;
}
TEST_F(HistoryRoom, CsvQuotesAndDisarmsFormulas) {
  Readings readings;
  const TagId words = tag("m/word", Kind::text);
  readings.add_text(words, series_start, "=1+1");
  readings.add_text(words, series_start + 1s, "say \"no\", then go");
  hear(std::move(readings));
  const auto answer = ask(0, {{"tag", "m/word"},
                              {"from", "1700000000000"},
                              {"to", "1700000009000"},
                              {"format", "csv"}})
                          .value();
  EXPECT_EQ(answer.body,
            "time,m/word,quality,reason\r\n"
            "2023-11-14T22:13:20Z,'=1+1,good,\r\n"
            "2023-11-14T22:13:21Z,\"say \"\"no\"\", then go\",good,\r\n");
}
TEST_F(HistoryRoom, AWrongQuestionIsToldWhatToWrite) {
  EXPECT_EQ(ask(0, {{"tag", "m/none"}}).error().code, Code::not_found);
  tag("m/a", Kind::number);
  ASSERT_TRUE(line_->flush(10s));
  const auto error = ask(0, {{"tag", "m/a"}, {"from", "yesterday"}, {"to", "0"}}).error();
  EXPECT_EQ(error.code, Code::invalid);
  EXPECT_NE(error.what.find("'from' is 'yesterday'"), std::string::npos);
  EXPECT_EQ(ask(1, {{"tag", "m/a"}, {"from", "0"}, {"to", "1"}, {"count", "x"}}).error().code,
            Code::invalid);
  EXPECT_EQ(ask(0, {{"tag", "m/a"}, {"from", "0"}, {"to", "1"}, {"format", "xml"}}).error().code,
            Code::invalid);
}
TEST_F(HistoryRoom, TheViewShowsTheLastValueOfEachKind) {
  Readings readings;
  readings.add(tag("m/a", Kind::number), Kind::number, series_start, Scalar::of(1.5));
  readings.add(tag("m/b", Kind::boolean), Kind::boolean, series_start, Scalar::of(true));
  readings.add(tag("m/c", Kind::integer), Kind::integer, series_start,
               Scalar::of(std::int64_t{-7}));
  readings.add_text(tag("m/d", Kind::text), series_start, "hot", quality::bad);
  hear(std::move(readings));
  EXPECT_EQ(row_of_view("m/a"),
            R"({"value":1.5,"kind":"number","quality":0,"happened":"2023-11-14T22:13:20Z",)"
            R"("learned":"2023-11-14T22:13:20Z"})");
  EXPECT_NE(row_of_view("m/b").find(R"("value":true,)"), std::string::npos);
  EXPECT_NE(row_of_view("m/c").find(R"("value":-7,)"), std::string::npos);
  EXPECT_NE(row_of_view("m/d").find(R"("value":"hot","kind":"text","quality":2147483648)"),
            std::string::npos);
}
TEST_F(HistoryRoom, ASnapshotAndTheJournalAfterItGiveTheSameState) {
  Readings readings;
  readings.add(tag("m/a", Kind::number), Kind::number, series_start, Scalar::of(1.5));
  readings.add_text(tag("m/d", Kind::text), series_start, "hot");
  hear(readings);
  const Bytes before = line_->state();
  ASSERT_TRUE(journal_.keep_snapshot({{3}, before}));
  readings.clear();
  readings.add(tag("m/a", Kind::number), Kind::number, series_start + 1s, Scalar::of(2.5));
  hear(std::move(readings));
  const Bytes live = line_->state();
  start();
  EXPECT_EQ(line_->state(), live);
  EXPECT_NE(row_of_view("m/a").find(R"("value":2.5,)"), std::string::npos);
  EXPECT_NE(row_of_view("m/d").find(R"("value":"hot",)"), std::string::npos);
}

}  // namespace
}  // namespace millwright::keep
