#include <gtest/gtest.h>

#include "flow/table.hpp"
#include "serve/live/page.hpp"

namespace millwright::serve {
namespace {

struct Row {
  std::int64_t n = 0;
  static constexpr auto describe() { return record("row", field("n", &Row::n, "", "A number.")); }
};

constexpr Instant test_now = instant(0);
constexpr std::size_t keys_max = 100;

class PageTest : public testing::Test {
 protected:
  std::string next(bool is_heartbeat = false) {
    return page.message(views, test_now, is_heartbeat);
  }
  void set(const std::string& key, std::int64_t n) {
    table.edit(key).n = n;
    views.put("machines", table.publish());
  }
  flow::Table<Row> table;
  flow::Views views;
  Page page;
};

TEST_F(PageTest, TheFirstMessageResetsAndHoldsAllRows) {
  set("a", 1);
  set("b", 2);
  ASSERT_TRUE(page.watch(R"({"watch": {"machines": true}})", keys_max));
  EXPECT_EQ(next(),
            R"({"now":"1970-01-01T00:00:00Z","views":{"machines":{"version":2,"reset":true,)"
            R"("rows":{"a":{"n":1},"b":{"n":2}},"gone":[]}}})");
}
TEST_F(PageTest, LaterMessagesHoldWhatChangedAlone) {
  set("a", 1);
  set("b", 2);
  ASSERT_TRUE(page.watch(R"({"watch": {"machines": true}})", keys_max));
  next();
  EXPECT_EQ(next(), "");
  set("b", 3);
  EXPECT_EQ(next(),
            R"({"now":"1970-01-01T00:00:00Z","views":{"machines":{"version":3,"reset":false,)"
            R"("rows":{"b":{"n":3}},"gone":[]}}})");
}
TEST_F(PageTest, AKeyThatIsNotThereYetComesWhenItDoes) {
  set("a", 1);
  ASSERT_TRUE(page.watch(R"({"watch": {"machines": ["late"]}})", keys_max));
  next();
  set("a", 2);
  EXPECT_EQ(next(), "");
  set("late", 5);
  EXPECT_NE(next().find(R"("rows":{"late":{"n":5}})"), std::string::npos);
}
TEST_F(PageTest, ARowThatWentIsNamed) {
  set("a", 1);
  ASSERT_TRUE(page.watch(R"({"watch": {"machines": true}})", keys_max));
  next();
  table.remove("a");
  views.put("machines", table.publish());
  EXPECT_NE(next().find(R"("rows":{},"gone":["a"])"), std::string::npos);
}
TEST_F(PageTest, AHeartbeatIsSentWithoutNews) {
  EXPECT_EQ(next(true), R"({"now":"1970-01-01T00:00:00Z","views":{}})");
}
TEST_F(PageTest, WatchingTheSameAgainDoesNotReset) {
  set("a", 1);
  ASSERT_TRUE(page.watch(R"({"watch": {"machines": true}})", keys_max));
  next();
  ASSERT_TRUE(page.watch(R"({"watch": {"machines": true, "tags": []}})", keys_max));
  EXPECT_EQ(next(), "");
}
TEST_F(PageTest, RefusesWhatItDoesNotUnderstandAndTooManyKeys) {
  for (const char* text :
       {"", "[]", "{}", R"({"watch": 1})", R"({"watch": {"machines": 7}})", "{\"watch\": "}) {
    EXPECT_FALSE(page.watch(text, keys_max)) << text;
  }
  EXPECT_EQ(page.watch(R"({"watch": {"tags": ["a", "b"]}})", 1).error().code, Code::full);
}

}  // namespace
}  // namespace millwright::serve
