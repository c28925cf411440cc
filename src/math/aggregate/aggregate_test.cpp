#include "math/aggregate/aggregate.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "math/aggregate/table.hpp"

namespace millwright::math {
namespace {

using table::History;

constexpr std::int64_t second = 1'000'000'000;

History history(const std::vector<double>& values) {
  History made;
  for (std::size_t i = 0; i < values.size(); ++i) {
    made.times.push_back(static_cast<std::int64_t>(i) * second);
    made.values.push_back(values[i]);
    made.statuses.push_back(status_good);
  }
  return made;
}

AggregateValue of(Aggregate kind, const History& rows, std::int64_t start, std::int64_t end,
                  const AggregateSettings& settings = {}) {
  const Intervals whole = Intervals::every(start, end, 0).value();
  return aggregate(kind, rows.samples(), whole, settings).value()[0];
}

// NIST Statistical Reference Datasets, univariate: NumAcc1, NumAcc3, NumAcc4 with certified values.
TEST(Aggregates, DeviationsAreThoseThatNistCertifies) {
  const History small = history({10000001, 10000003, 10000002});
  EXPECT_EQ(of(Aggregate::average, small, 0, 3 * second).value, 10000002);
  EXPECT_EQ(of(Aggregate::standard_deviation_sample, small, 0, 3 * second).value, 1);
  for (const double base : {1000000.0, 10000000.0}) {
    std::vector<double> values = {base + 0.2};
    for (int i = 0; i < 500; ++i) {
      values.push_back(base + 0.1);
      values.push_back(base + 0.3);
    }
    const History rows = history(values);
    const std::int64_t end = 1001 * second;
    EXPECT_NEAR(of(Aggregate::average, rows, 0, end).value, base + 0.2, 1e-8);
    EXPECT_NEAR(of(Aggregate::standard_deviation_sample, rows, 0, end).value, 0.1, 1e-8);
    EXPECT_NEAR(of(Aggregate::variance_sample, rows, 0, end).value, 0.01, 1e-9);
  }
}

// 20 and 30, the rows of Historian1 from 00:00:20 to 00:00:40.
TEST(Aggregates, APopulationIsDividedByItsNumberAndASampleByOneLess) {
  const History rows = history({20, 30});
  EXPECT_EQ(of(Aggregate::standard_deviation_population, rows, 0, 2 * second).value, 5);
  EXPECT_EQ(of(Aggregate::variance_population, rows, 0, 2 * second).value, 25);
  EXPECT_EQ(of(Aggregate::variance_sample, rows, 0, 2 * second).value, 50);
  EXPECT_EQ(of(Aggregate::variance_sample, rows, 0, second).value, 0);
  EXPECT_EQ(status_text(of(Aggregate::variance_sample, rows, 0, second).status),
            "Good, Calculated");
}

// 5.4.2.2: [start, end) forward, (end, start] in reverse; the figures are those of the conformance
// tests of the OPC Foundation's .NET stack (AggregateCttRegressionTests).
TEST(Aggregates, InReverseTheLaterEndBelongsToAnInterval) {
  History rows = history({0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 10});
  rows.times = {0, 5 * second, 10 * second};
  rows.values = {0, 5, 10};
  rows.statuses = {status_good, status_good, status_good};
  const auto check = [&](Aggregate kind, std::int64_t from, double value, std::int64_t time) {
    const AggregateValue found = of(kind, rows, from * second, (10 - from) * second);
    EXPECT_EQ(found.value, value) << to_text(kind) << " from " << from;
    EXPECT_EQ(found.time, time * second) << to_text(kind) << " from " << from;
  };
  check(Aggregate::start, 0, 0, 0);
  check(Aggregate::end, 0, 5, 5);
  check(Aggregate::start_bound, 0, 0, 0);
  check(Aggregate::start, 10, 5, 5);
  check(Aggregate::end, 10, 10, 10);
  check(Aggregate::start_bound, 10, 10, 10);
  check(Aggregate::end_bound, 10, 0, 10);
}

TEST(Aggregates, ResultsInReverseComeLatestFirstAndTheRestIsTheEarliest) {
  const History rows = history({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Intervals intervals = Intervals::every(9 * second, 2 * second, 3 * second).value();
  const auto counts = aggregate(Aggregate::count, rows.samples(), intervals, {}).value();
  ASSERT_EQ(counts.size(), 3U);
  EXPECT_EQ(counts[0].time, 9 * second);
  EXPECT_EQ(counts[0].value, 3);
  EXPECT_EQ(counts[2].time, 3 * second);
  EXPECT_EQ(counts[2].value, 1);
  EXPECT_EQ(status_text(counts[2].status), "Good, Calculated, Partial");
  EXPECT_EQ(status_text(counts[1].status), "Good, Calculated");
}

TEST(Aggregates, AValueThatIsTooOldIsBad) {
  const History rows = history({4});
  AggregateSettings settings{.between = Between::stepped, .known_until = 100 * second};
  EXPECT_EQ(of(Aggregate::percent_good, rows, 0, 100 * second, settings).value, 100);
  EXPECT_EQ(of(Aggregate::start_bound, rows, 50 * second, 60 * second, settings).value, 4);
  settings.hold_at_most = 25 * second;
  EXPECT_EQ(of(Aggregate::percent_good, rows, 0, 100 * second, settings).value, 25);
  EXPECT_EQ(of(Aggregate::time_average2, rows, 0, 100 * second, settings).value, 4);
  EXPECT_EQ(of(Aggregate::start_bound, rows, 50 * second, 60 * second, settings).status,
            status_bad_no_data);
}

TEST(Aggregates, WhatTheSourceIsKnownToCoverIsNoEndOfData) {
  const History rows = history({7, 8});
  AggregateSettings settings{.between = Between::stepped};
  EXPECT_EQ(status_text(of(Aggregate::time_average2, rows, 0, 60 * second, settings).status),
            "Good, Calculated, Partial");
  settings.known_until = 60 * second;
  EXPECT_EQ(status_text(of(Aggregate::time_average2, rows, 0, 60 * second, settings).status),
            "Good, Calculated");
  EXPECT_EQ(of(Aggregate::duration_good, rows, 0, 60 * second, settings).value, 60'000);
}

TEST(Aggregates, ANumberThatIsNoneIsBad) {
  History rows = history({1, std::nan(""), 3});
  EXPECT_EQ(of(Aggregate::count, rows, 0, 3 * second).value, 2);
  EXPECT_EQ(of(Aggregate::average, rows, 0, 3 * second).value, 2);
  EXPECT_EQ(of(Aggregate::worst_quality, rows, 0, 3 * second).value, double{status_bad});
}

TEST(Aggregates, WithoutRowsThereIsNoData) {
  for (int i = 0; i < aggregate_kinds; ++i) {
    const AggregateValue found = of(static_cast<Aggregate>(i), {}, 0, second);
    EXPECT_EQ(found.status, status_bad_no_data) << to_text(static_cast<Aggregate>(i));
    EXPECT_TRUE(std::isnan(found.value));
  }
}

TEST(Aggregates, EachKindHasItsNameInOpcUa) {
  for (int i = 0; i < aggregate_kinds; ++i) {
    const auto kind = static_cast<Aggregate>(i);
    EXPECT_EQ(to_aggregate(to_text(kind)), kind);
  }
  EXPECT_EQ(to_aggregate("AnnotationCount"), std::nullopt);
}

TEST(Aggregates, AStatusSaysItsTypeOfInformationWithItsBits) {
  const History rows = history({1, 2});
  EXPECT_EQ(of(Aggregate::average, rows, 0, 2 * second).status, 0x401U);
  EXPECT_EQ(of(Aggregate::start, rows, 0, 2 * second).status, 0x404U);  // raw, partial
  EXPECT_EQ(status_text(0x80AB0000), "0x80AB0000");
}

TEST(Aggregates, WrongSettingsAndRowsAreRefused) {
  const Intervals one = Intervals::every(0, second, 0).value();
  EXPECT_FALSE(Intervals::every(second, second, 0));
  EXPECT_FALSE(Intervals::every(0, second, -1));
  EXPECT_FALSE(Intervals::every(0, 100 * second, 1));  // too many
  EXPECT_FALSE(Intervals::between({0}));
  EXPECT_FALSE(Intervals::between({0, 5, 5}));
  EXPECT_FALSE(aggregate(Aggregate::count, {}, one, {.percent_data_bad = 101}));
  EXPECT_FALSE(
      aggregate(Aggregate::count, {}, one, {.percent_data_bad = 20, .percent_data_good = 20}));
  EXPECT_FALSE(aggregate(Aggregate::count, {}, one, {.hold_at_most = -1}));
  History rows = history({1, 2});
  rows.times[1] = 0;
  EXPECT_FALSE(aggregate(Aggregate::count, rows.samples(), one, {}));
  rows.values.pop_back();
  EXPECT_FALSE(aggregate(Aggregate::count, rows.samples(), one, {}));
  EXPECT_FALSE(Aggregator::open({}, one, {}, [](auto, auto) {}));
}

// A line to a next usable row that never comes: the memory stays bounded, the value is held.
TEST(Aggregates, ALineThatWaitsTooLongIsExtrapolated) {
  History rows = history({5});
  for (int i = 1; i < 4000; ++i) {
    rows.times.push_back(i * second);
    rows.values.push_back(0);
    rows.statuses.push_back(status_bad);
  }
  rows.times.push_back(4000 * second);
  rows.values.push_back(9);
  rows.statuses.push_back(status_good);
  const Intervals seconds = Intervals::every(0, 4000 * second, second).value();
  const auto found = aggregate(Aggregate::time_average, rows.samples(), seconds, {}).value();
  ASSERT_EQ(found.size(), 4000U);
  EXPECT_EQ(found[10].value, 5);      // given up
  EXPECT_GT(found[3999].value, 8.9);  // on the line
  EXPECT_EQ(severity(found[3999].status), Severity::uncertain);
}

}  // namespace
}  // namespace millwright::math
