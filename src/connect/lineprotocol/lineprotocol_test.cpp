#include "connect/lineprotocol/lineprotocol.hpp"

#include <gtest/gtest.h>

#include "connect/lineprotocol/series.hpp"
#include "flow/line.hpp"
#include "flow/memory_journal.hpp"

namespace millwright::connect::lineprotocol {
namespace {

constexpr Instant series_start = instant(1'800'000'000'000'000'000);

class LineProtocolTest : public testing::Test {
 protected:
  LineProtocolTest() {
    plant.identity.path = "acme/site";
    Source source;
    source.name = "telegraf";
    source.kind = "lineprotocol";
    plant.sources.push_back(source);
    Machine machine;
    machine.path = "hall/line/press";
    TagDescription tag;
    tag.name = "temperature";
    tag.kind = Kind::number;
    tag.from = TagOrigin{"telegraf", "press,host=a temp"};
    machine.tags.push_back(tag);
    plant.machines.push_back(machine);
    routes_ = room().line_routes({std::make_shared<const Plant>(plant),
                                  line.inbox(),
                                  line.catalogue(),
                                  clock,
                                  line.views(),
                                  {}});
  }
  flow::Answer write(std::string body, const std::string& precision = "") {
    flow::Question question;
    question.body = std::move(body);
    if (!precision.empty()) question.parameters["precision"] = precision;
    flow::Answer out{0, "", "", {}};
    routes_[1].begin(std::move(question), [&](Result<flow::Answer> answer) {
      out = answer ? std::move(answer).value() : flow::Answer{500, "", answer.error().what, {}};
    });
    EXPECT_TRUE(line.flush(1s));
    return out;
  }
  flow::ManualClock clock{series_start};
  flow::MemoryJournal journal;
  flow::Directory directory;
  flow::Line line{{},
                  {clock, journal, directory, {}, [](const std::string&) { return nullptr; }, {}}};
  Plant plant;
  std::vector<flow::Route> routes_;
};

TEST_F(LineProtocolTest, AnUndescribedFieldMakesATagOfItsOwn) {
  EXPECT_EQ(write("cpu,host=b,cpu=0 idle=99.5,n=3i").status, 204);
  const auto tag = line.catalogue().find("acme/site/cpu/cpu=0/host=b/idle");
  ASSERT_TRUE(tag);
  EXPECT_FALSE(tag->is_described);
  EXPECT_EQ(line.catalogue().find("acme/site/cpu/cpu=0/host=b/n")->kind, Kind::integer);
}
TEST_F(LineProtocolTest, ADescribedFieldGoesToItsTagInTheTagsKind) {
  EXPECT_EQ(write("press,host=a temp=21i").status, 204);
  const auto tag = line.catalogue().find("acme/site/hall/line/press/temperature");
  ASSERT_TRUE(tag);
  EXPECT_TRUE(tag->is_described);
  EXPECT_EQ(tag->kind, Kind::number);
}
TEST_F(LineProtocolTest, ABadLineIsNumberedAndTheOthersAreKept) {
  const flow::Answer answer = write("a x=1\nb x=\nc x=2\npress,host=a temp=\"hot\"");
  EXPECT_EQ(answer.status, 400);
  EXPECT_NE(answer.body.find(R"("line":2)"), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find(R"("line":4)"), std::string::npos) << answer.body;
  EXPECT_TRUE(line.catalogue().find("acme/site/a/x"));
  EXPECT_TRUE(line.catalogue().find("acme/site/c/x"));
}
TEST_F(LineProtocolTest, AnswersOnlyAfterTheCommit) {
  flow::Question question;
  question.body = "a x=1";
  int answered = 0;
  routes_[1].begin(std::move(question), [&](const Result<flow::Answer>&) { ++answered; });
  EXPECT_EQ(answered, 0);
  ASSERT_TRUE(line.flush(1s));
  EXPECT_EQ(answered, 1);
}
TEST_F(LineProtocolTest, AnUnknownPrecisionIsRefused) {
  EXPECT_EQ(write("a x=1", "fortnight").status, 500);
  EXPECT_FALSE(line.catalogue().find("acme/site/a/x"));
}
TEST(Series, ASlashInATagNeverSharesAPath) {
  Plant plant;
  plant.identity.path = "p/s";
  const std::pair<std::string_view, std::string_view> one{"a", "b/c=d"};
  const std::pair<std::string_view, std::string_view> two[]{{"a", "b"}, {"c", "d"}};
  net::Line first;
  first.measurement = "m";
  first.tags = {&one, 1};
  net::Line second = first;
  second.tags = two;
  EXPECT_NE(path_of(plant, first, "f"), path_of(plant, second, "f"));
}
TEST(Series, AValueIsNeverChangedToFitAKind) {
  EXPECT_TRUE(as_kind({Kind::integer, Scalar::of(std::int64_t{5}), {}}, Kind::number));
  EXPECT_FALSE(as_kind({Kind::integer, Scalar::of(std::int64_t{-5}), {}}, Kind::natural));
  EXPECT_FALSE(as_kind({Kind::integer, Scalar::of((std::int64_t{1} << 53) + 1), {}}, Kind::number));
  EXPECT_FALSE(as_kind({Kind::number, Scalar::of(1.5), {}}, Kind::integer));
  EXPECT_FALSE(as_kind({Kind::text, {}, "x"}, Kind::number));
}

}  // namespace
}  // namespace millwright::connect::lineprotocol
