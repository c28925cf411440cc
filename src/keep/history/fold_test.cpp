#include "keep/history/fold.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <thread>

namespace millwright::keep {
namespace {

constexpr TagId test_tag{3};
const Instant series_start = instant(1'700'000'000'000'000'000);

// A history in a folder of its own, and the same rows in a plain list.
class FoldTest : public ::testing::Test {
 public:
  FoldTest(const FoldTest&) = delete;
  FoldTest& operator=(const FoldTest&) = delete;
  FoldTest() {
    folder_ = std::filesystem::temp_directory_path() /
              ("millwright-fold-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    open();
  }
  ~FoldTest() override {
    history_.reset();
    std::filesystem::remove_all(folder_);
  }

 protected:
  void open() {
    history_.reset();
    std::filesystem::remove_all(folder_);
    history_ = History::open(folder_).value();
    inputs_ = 0;
    plain_.clear();
  }
  struct Row {
    double value = 0;
    Quality quality;
  };
  void hear(Instant at, Row row) {
    Readings readings;
    readings.add(test_tag, Kind::number, at, Scalar::of(row.value), row.quality);
    history_->hear({++inputs_}, series_start, readings);
    plain_[at] = row;
  }
  void store() {
    history_->settle_all({inputs_});
    for (; history_->needs() < Sequence{inputs_}; history_->settle({inputs_}))
      std::this_thread::yield();
  }
  struct Columns {
    std::vector<std::int64_t> times;
    std::vector<double> values;
    std::vector<math::StatusCode> codes;
    math::Samples samples() const { return {times, values, codes}; }
  };
  Columns columns() const {
    Columns out;
    for (const auto& [at, row] : plain_) {
      out.times.push_back(nanoseconds(at));
      out.values.push_back(row.value);
      out.codes.push_back(row.quality.code);
    }
    return out;
  }
  // The answers of the store are those of all rows at once.
  void expect_equal(const math::Intervals& intervals, const math::AggregateSettings& settings) {
    const Columns all = columns();
    FoldQuestion question;
    question.settings = settings;
    for (int kind = 0; kind < math::aggregate_kinds; ++kind)
      question.kinds.push_back(static_cast<math::Aggregate>(kind));
    const Folded together = fold(*history_, test_tag, intervals, question).value();
    for (const math::Aggregate kind : question.kinds) {
      question.kinds = {kind};
      const Folded alone = fold(*history_, test_tag, intervals, question).value();
      const auto expected = math::aggregate(kind, all.samples(), intervals, settings).value();
      ASSERT_EQ(alone.values.size(), expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const std::string where = std::string(math::to_text(kind)) + " " + std::to_string(i);
        expect_equal(alone.values[i], expected[i], where);
        expect_equal(together.values[i * math::aggregate_kinds + static_cast<std::size_t>(kind)],
                     expected[i], where + " together");
      }
    }
  }
  static void expect_equal(const math::AggregateValue& found, const math::AggregateValue& expected,
                           const std::string& where) {
    EXPECT_EQ(found.time, expected.time) << where;
    EXPECT_EQ(found.status, expected.status) << where << ": " << math::status_text(found.status)
                                             << ", not " << math::status_text(expected.status);
    EXPECT_EQ(std::isnan(found.value), std::isnan(expected.value)) << where;
    if (std::isnan(expected.value)) return;
    const double small = 1e-9 * std::max(1.0, std::abs(expected.value));
    EXPECT_NEAR(found.value, expected.value, small) << where;
  }

  std::filesystem::path folder_;
  std::unique_ptr<History> history_;
  std::uint64_t inputs_ = 0;
  std::map<Instant, Row> plain_;
};

TEST_F(FoldTest, EveryAggregateOfRandomHistoriesIsThatOfAllRows) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    open();
    const bool is_clean = seed % 3 == 0;
    Instant at = series_start;
    for (int row = 0; row < 4000; ++row) {
      at += (1 + static_cast<int>(random() % 3)) * 500ms;
      const double value = static_cast<double>(random() % 64) / 4 - 4;
      Quality quality = quality::good;
      if (!is_clean && random() % 200 == 0)
        quality = random() % 2 == 0 ? quality::bad_sensor_failure : quality::uncertain;
      hear(at, {value, quality});
      if (random() % 300 == 0) hear(at - static_cast<int>(random() % 900) * 250ms, {1, quality});
      if (random() % 1500 == 0) store();
      if (random() % 2000 == 0) at += 40min;
    }
    const Instant end = at;
    math::AggregateSettings settings;
    settings.between = seed % 2 == 0 ? math::Between::stepped : math::Between::sloped;
    settings.treat_uncertain_as_bad = seed % 4 < 2;
    settings.use_sloped_extrapolation = seed % 5 == 0;
    settings.hold_at_most = seed % 6 == 0 ? 60'000'000'000 : 0;
    settings.known_until = nanoseconds(end) + 600'000'000'000;
    for (const Duration step : {7min, 31min}) {
      const auto intervals = math::Intervals::every(nanoseconds(series_start + 11min),
                                                    nanoseconds(end + 20min), step.count())
                                 .value();
      expect_equal(intervals, settings);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST_F(FoldTest, RowsAroundASpanAreFoundYearsAway) {
  hear(series_start, {5, quality::good});
  hear(series_start + 1s, {6, quality::bad});
  store();
  hear(series_start + 24h * 700, {7, quality::uncertain});
  hear(series_start + 24h * 1400, {8, quality::good});
  const Instant at = series_start + 24h * 900;
  const Around good{Around::Usable::good, 1, 1};
  const Rows before = rows_before(*history_, test_tag, at, good).value();
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before.values[0].number(), 5);
  EXPECT_EQ(before.values[1].number(), 7) << "the neighbour, though it is not good";
  EXPECT_EQ(rows_before(*history_, test_tag, at, {}).value().values[0].number(), 7);
  EXPECT_EQ(rows_after(*history_, test_tag, at, good).value().values[0].number(), 8);
  EXPECT_EQ(rows_after(*history_, test_tag, at + 24h * 900, good).value().size(), 0U);
  EXPECT_EQ(rows_before(*history_, test_tag, series_start, good).value().size(), 0U);
}

TEST_F(FoldTest, AValueBetweenRowsIsOnTheirLineOrHeld) {
  hear(series_start, {10, quality::good});
  hear(series_start + 10s, {20, quality::good});
  store();
  math::AggregateSettings settings;
  const auto at = [&](Duration after) {
    return value_at(*history_, test_tag, series_start + after, math::Bounds::interpolated, settings)
        .value();
  };
  EXPECT_EQ(at(4s).value, 14);
  EXPECT_EQ(at(10s).value, 20);
  EXPECT_EQ(at(10s).status, math::status_good);
  settings.between = math::Between::stepped;
  EXPECT_EQ(at(4s).value, 10);
  EXPECT_TRUE(std::isnan(at(-4s).value));
}

TEST_F(FoldTest, ACounterIsFollowedThroughResetsFromTheRowBefore) {
  int second = 0;
  for (const double value : {100.0, 130.0, 150.0, 10.0, 30.0})
    hear(series_start + 1s * second++, {value, quality::good});
  store();
  FoldQuestion question;
  question.counter = math::CounterSettings{};
  const auto intervals = math::Intervals::every(nanoseconds(series_start + 1s),
                                                nanoseconds(series_start + 5s), 2'000'000'000)
                             .value();
  const Folded folded = fold(*history_, test_tag, intervals, question).value();
  ASSERT_EQ(folded.increases.size(), 2U);
  EXPECT_EQ(folded.increases[0].increase, 50);
  EXPECT_EQ(folded.increases[1].increase, 30);
  EXPECT_EQ(folded.increases[1].resets, 1U);
}

}  // namespace
}  // namespace millwright::keep
