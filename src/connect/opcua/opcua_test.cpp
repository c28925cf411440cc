#include "connect/opcua/opcua.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "connect/opcua/feed.hpp"
#include "connect/opcua/settings.hpp"

namespace millwright::connect::opcua {
namespace {

using net::opcua::Sample;
using net::opcua::Stamp;
using net::opcua::Value;

const Instant test_now = to_instant("2026-11-22T09:00:00Z").value();

Value number(double v) {
  return {Value::Type::number, std::bit_cast<std::uint64_t>(v), {}};
}
Value integer(std::int64_t v) {
  return {Value::Type::integer, std::bit_cast<std::uint64_t>(v), {}};
}
Value natural(std::uint64_t v) {
  return {Value::Type::natural, v, {}};
}

Sample at(Value value, Instant source = test_now, std::uint32_t status = 0) {
  return {std::move(value), status, {Stamp::Kind::given, source}, {}};
}

Judged judged(Kind kind, Value value) {
  return judge({kind, {}}, at(std::move(value)), test_now);
}

TEST(Judge, TypeIsKeptWhenItFits) {
  EXPECT_EQ(judged(Kind::number, number(1.5)).value, Scalar::of(1.5));
  EXPECT_EQ(judged(Kind::integer, integer(-3)).value, Scalar::of(std::int64_t{-3}));
  EXPECT_EQ(judged(Kind::natural, natural(~0ULL)).value, Scalar::of(~std::uint64_t{0}));
  EXPECT_EQ(judged(Kind::boolean, {Value::Type::boolean, 1, {}}).value, Scalar::of(true));
  EXPECT_EQ(judged(Kind::text, {Value::Type::text, 0, "Öl"}).text, "Öl");
}

TEST(Judge, ConvertsOnlyWhatLosesNothing) {
  EXPECT_EQ(judged(Kind::number, integer(-3)).value, Scalar::of(-3.0));
  EXPECT_EQ(judged(Kind::integer, number(7.0)).value, Scalar::of(std::int64_t{7}));
  EXPECT_EQ(judged(Kind::boolean, natural(1)).value, Scalar::of(true));
  EXPECT_EQ(judged(Kind::text, integer(42)).text, "42");
  EXPECT_EQ(judged(Kind::single, number(0.5)).value, Scalar::of(0.5));
  const std::vector<std::pair<Kind, Value>> lossy{{Kind::integer, number(7.5)},
                                                  {Kind::integer, number(1e300)},
                                                  {Kind::integer, natural(1ULL << 63U)},
                                                  {Kind::natural, integer(-1)},
                                                  {Kind::natural, number(-1)},
                                                  {Kind::boolean, integer(2)},
                                                  {Kind::number, natural((1ULL << 53U) + 1)},
                                                  {Kind::single, number(0.1)},
                                                  {Kind::number, {Value::Type::text, 0, "12"}}};
  for (const auto& [kind, value] : lossy) {
    const Judged row = judged(kind, value);
    EXPECT_EQ(row.quality, quality::bad_type_mismatch) << word(kind);
    EXPECT_EQ(row.value_finding, Finding::wrong_type);
    EXPECT_FALSE(words_of(row.value_finding, {kind, {}}, at(value)).next_step.empty());
  }
}

TEST(Judge, NotANumberIsABadRow) {
  for (const double v : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const Judged row = judged(Kind::number, number(v));
    EXPECT_EQ(row.quality, quality::bad_out_of_range);
    EXPECT_EQ(row.value_finding, Finding::not_finite);
    EXPECT_EQ(row.happened, test_now);
  }
}

TEST(Judge, GoodButEmptyIsNoData) {
  EXPECT_EQ(judged(Kind::number, {}).quality, quality::bad_no_data);
  EXPECT_EQ(judged(Kind::number, {Value::Type::other, 0, "an array of 5 Double"}).value_finding,
            Finding::compound);
}

TEST(Judge, TimesThatCannotBeRightAreReplacedAndMarked) {
  const std::array<std::pair<Stamp, Finding>, 5> stamps{
      {{{Stamp::Kind::absent, {}}, Finding::time_absent},
       {{Stamp::Kind::out_of_reach, {}}, Finding::time_past},
       {{Stamp::Kind::given, to_instant("1999-12-31T23:59:59Z").value()}, Finding::time_past},
       {{Stamp::Kind::given, test_now + 5min + 1ns}, Finding::time_ahead},
       {{Stamp::Kind::given, test_now + 5min}, Finding::none}}};
  for (const auto& [stamp, finding] : stamps) {
    Sample sample = at(number(1));
    sample.source = stamp;
    const Judged row = judge({Kind::number, {}}, sample, test_now);
    EXPECT_EQ(row.time_finding, finding);
    EXPECT_EQ(row.quality, finding == Finding::none ? quality::good : quality::uncertain_time);
    EXPECT_EQ(row.happened, finding == Finding::none ? test_now + 5min : test_now);
    EXPECT_EQ(row.value, Scalar::of(1.0)) << "the value itself is kept";
  }
}

TEST(Judge, BadStatusIsKeptAndNeedsNothingElse) {
  Sample sample{{}, 0x808B0480, {}, {}};
  const Judged row = judge({Kind::number, {}}, sample, test_now);
  EXPECT_EQ(row.quality.code, 0x808B0000U);
  EXPECT_EQ(row.happened, test_now);
  EXPECT_EQ(row.value_finding, Finding::none);
  EXPECT_TRUE(row.has_overflow);
}

TEST(Judge, OutsideTheRangeIsUncertain) {
  const Expected expected{Kind::number, std::pair(0.0, 100.0)};
  EXPECT_EQ(judge(expected, at(number(100)), test_now).quality, quality::good);
  EXPECT_EQ(judge(expected, at(number(100.1)), test_now).quality, out_of_units);
  EXPECT_EQ(judge(expected, at(number(-1)), test_now).quality, out_of_units);
  EXPECT_EQ(judge(expected, at(number(-1), test_now, 0x40930000), test_now).quality.code,
            0x40930000U);
}

struct FeedTest : testing::Test {
  flow::Inbox inbox;
  flow::ManualClock clock{test_now};
  Feed feed{inbox,
            clock,
            SourceId{0},
            "opc.tcp://press:4840",
            {{TagId{0}, "a/speed", {Kind::number, {}}}, {TagId{1}, "a/order", {Kind::text, {}}}}};

  struct Row {
    std::uint32_t tag;
    Instant happened;
    std::uint32_t quality;
    friend bool operator==(const Row&, const Row&) = default;
  };
  std::vector<Row> rows;
  std::vector<What> facts;

  void take() {
    rows.clear();
    facts.clear();
    std::vector<flow::Input> inputs;
    inbox.take(inputs, Duration::zero());
    for (flow::Input& input : inputs) {
      const auto* readings = millwright::get<Readings>(input.what);
      if (readings == nullptr) {
        facts.push_back(std::move(input.what));
        continue;
      }
      for (const millwright::Run& run : readings->runs()) {
        for (std::uint32_t i = 0; i < run.rows; ++i)
          rows.push_back(
              {run.tag.value, readings->times(run)[i], readings->quality(run.first + i).code});
      }
    }
  }
  template <class T>
  const T* fact() const {
    for (const What& what : facts) {
      if (const T* found = millwright::get<T>(what)) return found;
    }
    return nullptr;
  }
  static constexpr std::uint32_t gone = quality::bad_not_connected.code;
};

TEST_F(FeedTest, LossMarksEachTagOnceAtTheLastSignOfLife) {
  feed.connected(2, {});
  clock.advance(1s);
  feed.sample(0, at(number(1), test_now + 1s));
  feed.alive();
  take();
  clock.advance(7s);
  feed.lost({"it is silent", "Look."});
  feed.lost({"it is silent", "Look."});
  take();
  // After the newest row of the tag, so that it is what holds.
  EXPECT_EQ(rows, (std::vector<Row>{{0, test_now + 1s + 1ns, gone}, {1, test_now + 1s, gone}}));
  ASSERT_EQ(facts.size(), 1U) << "a repeated failure for the same reason is said once";
  EXPECT_EQ(fact<fact::SourceLost>()->since, test_now + 1s);
  EXPECT_EQ(fact<fact::SourceLost>()->next_step, "Look.");
}

TEST_F(FeedTest, ValueUnchangedSinceBeforeTheLossHoldsAgainFromNowOn) {
  feed.connected(2, {});
  feed.sample(0, at(number(1)));
  feed.lost({"gone", ""});
  clock.advance(10s);
  take();
  feed.connected(2, {});
  feed.sample(0, at(number(1)));
  feed.alive();
  take();
  EXPECT_EQ(rows, (std::vector<Row>{{0, test_now, 0}, {0, test_now + 10s, 0}}));
  EXPECT_NE(fact<fact::SourceConnected>(), nullptr);
}

TEST_F(FeedTest, ValueThatChangedDuringTheLossKeepsItsTime) {
  feed.connected(2, {});
  feed.sample(0, at(number(1)));
  feed.lost({"gone", ""});
  clock.advance(10s);
  take();
  feed.connected(2, {});
  feed.sample(0, at(number(2), test_now + 4s));
  feed.alive();
  take();
  EXPECT_EQ(rows, (std::vector<Row>{{0, test_now + 4s, 0}}));
}

TEST_F(FeedTest, StartSaysThatNothingIsKnownYet) {
  feed.lost({"does not answer", "Is it on?"});
  take();
  EXPECT_EQ(rows, (std::vector<Row>{{0, test_now, gone}, {1, test_now, gone}}));
}

TEST_F(FeedTest, RefusedNodeIsBadAndTold) {
  feed.connected(1, {});
  feed.refused({1, 0x80340000, {"no such node", "Did you mean 'nsu=u;s=order'?"}});
  feed.sample(0, at(number(1)));
  feed.alive();
  take();
  EXPECT_EQ(rows.back(), (Row{0, test_now + 1ns, 0})) << "the other tag is heard";
  EXPECT_EQ(fact<fact::SourceTroubled>()->tag, "a/order");
}

TEST_F(FeedTest, SameRowSentAgainIsKeptOnce) {
  feed.connected(2, {});
  clock.advance(1s);
  for (int i = 0; i < 3; ++i)
    feed.sample(0, at(number(std::nan("")), test_now + 1s));
  feed.sample(0, at(number(2), test_now + 1s));
  feed.alive();
  take();
  EXPECT_EQ(std::count_if(rows.begin(), rows.end(),
                          [](const Row& row) { return row.tag == 0 && row.quality != gone; }),
            2);
}

TEST_F(FeedTest, FullInboxFillsABufferThenTheOldestAreDroppedAndCounted) {
  flow::Inbox small(10);
  Feed slow(small, clock, SourceId{0}, "opc.tcp://press:4840",
            {{TagId{0}, "a/speed", {Kind::number, {}}}});
  constexpr std::size_t batch_rows = 1000;
  const std::size_t batches = Feed::rows_waiting_max / batch_rows + 5;
  for (std::size_t i = 0; i < batches; ++i) {
    for (std::size_t k = 0; k < batch_rows; ++k)
      slow.sample(0, at(number(static_cast<double>(k))));
    slow.alive();
    clock.advance(2s);
  }
  std::vector<flow::Input> inputs;
  small.take(inputs, Duration::zero());
  std::uint64_t dropped = 0, rows_taken = 0;
  for (const flow::Input& input : inputs) {
    if (const auto* fact = millwright::get<fact::ReadingsDropped>(input.what))
      dropped += fact->rows;
    if (const auto* readings = millwright::get<Readings>(input.what))
      rows_taken += readings->rows();
  }
  EXPECT_EQ(rows_taken, batch_rows) << "one batch enters an empty inbox";
  EXPECT_EQ(dropped, 4 * batch_rows);
}

TEST(Settings, EndpointsThatCannotBeRightAreRefused) {
  for (const char* good : {"opc.tcp://press", "opc.tcp://press:4840/path/a", "opc.tcp://[::1]:4840",
                           "opc.tcp://10.0.0.1:53530"})
    EXPECT_TRUE(check_endpoint(good)) << good;
  for (const char* bad :
       {"", "press:4840", "http://press", "opc.tcp://", "opc.tcp://:4840",
        "opc.tcp://press:", "opc.tcp://press:0", "opc.tcp://press:70000", "opc.tcp://my press"})
    EXPECT_FALSE(check_endpoint(bad)) << bad;
}

TEST(Settings, PlantFileProblemsAreToldWithTheirKeys) {
  Problems problems;
  const std::vector<Section> sections{section()};
  read_plant(
      "plant: {path: velo/berlin}\n"
      "sources:\n"
      "  - name: press\n"
      "    opcua: {endpoint: 'press:4840', user: ada, publishing_interval: 1 h}\n"
      "machines:\n"
      "  - path: a/b/press\n"
      "    tags:\n"
      "      - {name: speed, from: {source: press, address: 'ns=2;s=speed'}}\n",
      sections, problems);
  EXPECT_EQ(problems.count(), 4U);
  for (const Problem& problem : problems.list())
    EXPECT_FALSE(to_text(problem, "plant.yaml").empty());
}

}  // namespace
}  // namespace millwright::connect::opcua
