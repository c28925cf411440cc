#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

#include "flow/line.hpp"
#include "flow/memory_journal.hpp"
#include "keep/history/history.hpp"
#include "keep/history/tag_row.hpp"

namespace millwright::keep {
namespace {

const Instant series_start = instant(1'700'000'000'000'000'000);

class HistoryRoom : public ::testing::Test {
 protected:
  HistoryRoom() {
    folder_ = std::filesystem::temp_directory_path() /
              ("millwright-room-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    start();
  }
  ~HistoryRoom() override {
    line_.reset();
    history_.reset();
    std::filesystem::remove_all(folder_);
  }
  void start() {
    line_.reset();
    history_.reset();
    directory_ = {};
    history_ = History::open(folder_).value();
    room_ = history_room(*history_,
                         [this](std::string_view path) { return line_->catalogue().find(path); });
    flow::Core::Stages stages;
    stages.push_back(room_.stage(directory_));
    line_ = std::make_unique<flow::Line>(
        flow::LineSettings{},
        flow::Line::Parts{clock_, journal_, directory_, std::move(stages), {}, {}});
    ASSERT_TRUE(line_->recover());
  }
  TagId tag(std::string_view path, Kind kind) {
    return line_->catalogue().tag(path, kind, "", true).value();
  }
  void hear(Readings readings) {
    ASSERT_EQ(line_->inbox().offer(std::move(readings)), flow::Offer::accepted);
    ASSERT_TRUE(line_->flush(10s));
  }
  Result<flow::Answer> ask(std::size_t route,
                           std::map<std::string, std::string, std::less<>> with) {
    flow::Question question;
    question.parameters = std::move(with);
    return room_.routes[route].answer(question);
  }
  std::string row_of_view(std::string_view path) {
    const auto view = line_->views().get("tags");
    for (std::size_t slot = 0; slot < view->slots(); ++slot) {
      if (view->key(slot) != path) continue;
      std::string text;
      JsonWriter out(text);
      view->write_row(slot, out);
      return text;
    }
    return "none";
  }

  std::filesystem::path folder_;
  flow::ManualClock clock_{series_start};
  flow::MemoryJournal journal_;
  flow::Directory directory_;
  std::unique_ptr<History> history_;
  flow::Room room_;
  std::unique_ptr<flow::Line> line_;
};

TEST_F(HistoryRoom, ReadingsAreGivenAsColumns) {
  Readings readings;
  const TagId speed = tag("m/speed", Kind::single);
  readings.add(speed, Kind::single, series_start, Scalar::of(double{23.4F}));
  readings.add(speed, Kind::single, series_start + 500ms, Scalar::of(double{1.5F}), quality::bad);
  hear(std::move(readings));
  const auto answer =
      ask(0, {{"tag", "m/speed"}, {"from", "2023-11-14T22:13:20Z"}, {"to", "1700000001000"}})
          .value();
  EXPECT_EQ(answer.body, R"({"tag":"m/speed","kind":"single","time":[1.7e+12,1700000000500],)"
                         R"("value":[23.4,1.5],"quality":[0,2147483648],"more":false})");
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
