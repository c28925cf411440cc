#include "keep/history/renewal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include "keep/history/history.hpp"
#include "keep/history/outside.hpp"
#include "keep/history/test_folder.hpp"

namespace millwright::keep {
namespace {

const Instant morning = to_instant("2026-11-20T06:00:00Z").value();
constexpr std::uint32_t tags = 12;

Kind kind_of(std::uint32_t tag, bool is_changed) {
  if (tag == 11 && is_changed) return Kind::text;  // one that changes its kind
  return static_cast<Kind>(tag % 6);
}

void add(Readings& readings, std::uint32_t tag, Kind kind, Instant at, std::mt19937_64& random) {
  const auto whole = static_cast<std::int64_t>(random() % 100);
  const Quality quality = random() % 20 == 0 ? quality::uncertain : quality::good;
  Scalar value = Scalar::of(static_cast<double>(whole) / 10);
  if (kind == Kind::integer) value = Scalar::of(-whole);
  if (kind == Kind::natural) value = Scalar::of(static_cast<std::uint64_t>(whole));
  if (kind == Kind::boolean) value = Scalar::of(whole % 2 == 0);
  if (kind == Kind::text) return readings.add_text({tag}, at, std::to_string(whole), quality);
  readings.add({tag}, kind, at, value, quality);
}

// Two days: rows in order, late ones, and some for times that were said already.
void fill(const Folder& folder, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto history = History::open(folder.path(), {.handover_rows = 300}).value();
  for (std::uint32_t tag = 0; tag < tags; ++tag)
    history->set_group({tag}, tag % 2 == 0 ? "even" : "odd");
  for (std::uint64_t input = 1; input <= 1500; ++input) {
    Readings readings;
    const bool is_late = random() % 10 == 0;
    const auto minute = static_cast<std::int64_t>(is_late ? random() % input : input);
    for (std::uint32_t tag = 0; tag < tags; ++tag)
      add(readings, tag, kind_of(tag, input > 700), morning + minute * 1min, random);
    history->hear({input}, morning + static_cast<std::int64_t>(input) * 1min, readings);
    if (input % 400 == 0) history->settle_all({input});
  }
  history->finish(10s);
  ASSERT_EQ(history->figures().rows_waiting, 0U);
}

std::vector<flow::Samples> all_of(const Folder& folder) {
  const auto history = History::open(folder.path(), {.renew_after = 240h}).value();
  std::vector<flow::Samples> out;
  for (std::uint32_t tag = 0; tag < tags; ++tag)
    out.push_back(history->raw({tag}, morning - 24h, morning + 72h, 100'000).value());
  return out;
}

// Rows in whose place others stand, by tag: sorted, for they have no order among themselves.
using Modified = std::map<std::uint32_t, std::vector<std::tuple<Instant, std::uint64_t>>>;
Modified modified_of(const Folder& folder) {
  const auto store = SegmentStore::open(folder.path(), {}).value();
  Modified out;
  for (std::uint32_t tag = 0; tag < tags; ++tag) {
    for (const auto& found :
         store->find({tag}, morning - 24h, morning + 72h, Segment::Rows::modified)) {
      const Rows rows = found.segment->column(found.entry).value().all().value();
      for (std::size_t row = 0; row < rows.size(); ++row)
        out[tag].emplace_back(rows.times[row], rows.values[row].bits);
    }
    std::sort(out[tag].begin(), out[tag].end());
  }
  return out;
}

void renew_all(const Folder& folder, const std::function<bool()>& goes_on) {
  const auto store = SegmentStore::open(folder.path(), {}).value();
  for (int days = 0; days < 3; ++days) {
    const auto day = store->day_to_renew(morning + 240h);
    if (!day) return;
    ASSERT_TRUE(store->renew(*day, goes_on));
  }
}

TEST(Renewal, WhatIsReadStaysTheSameAndLiesInOneSegmentADay) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Folder folder("renewal");
    fill(folder, seed);
    const auto before = all_of(folder);
    const Modified modified = modified_of(folder);
    renew_all(folder, [] { return true; });
    const auto after = all_of(folder);
    for (std::uint32_t tag = 0; tag < tags; ++tag) {
      const std::string where = "seed " + std::to_string(seed) + ", tag " + std::to_string(tag);
      EXPECT_EQ(before[tag].times, after[tag].times) << where;
      EXPECT_EQ(before[tag].values, after[tag].values) << where;
      EXPECT_EQ(before[tag].qualities, after[tag].qualities) << where;
      EXPECT_EQ(before[tag].texts, after[tag].texts) << where;
    }
    const Modified still = modified_of(folder);
    for (const auto& [tag, rows] : modified)
      EXPECT_TRUE(
          std::includes(still.at(tag).begin(), still.at(tag).end(), rows.begin(), rows.end()))
          << "seed " << seed << ", tag " << tag;
    const auto store = SegmentStore::open(folder.path(), {}).value();
    EXPECT_EQ(store->figures().segments, 2U);
    EXPECT_EQ(store->day_to_renew(morning + 240h), std::nullopt);
    EXPECT_TRUE(verify_history(folder.path()));
  }
}

TEST(Renewal, OneThatStopsHalfwayLeavesAllAsItWas) {
  const Folder folder("renewal");
  fill(folder, 7);
  const auto before = all_of(folder);
  const auto bytes = SegmentStore::open(folder.path(), {}).value()->figures().bytes;
  int asked = 0;
  renew_all(folder, [&] { return ++asked % 2 == 1; });
  EXPECT_GT(asked, 1);
  EXPECT_EQ(all_of(folder)[3].values, before[3].values);
  EXPECT_GE(SegmentStore::open(folder.path(), {}).value()->figures().bytes, bytes);
}

// The catalogue says which of both sets counts; the files of the other one go.
TEST(Renewal, ALateRowAfterItIsReadInItsPlace) {
  const Folder folder("renewal");
  fill(folder, 9);
  renew_all(folder, [] { return true; });
  const Instant at = morning + 10min + 30s;
  {
    const auto history = History::open(folder.path(), {.renew_after = 240h}).value();
    Readings readings;
    readings.add({0}, kind_of(0, true), at, Scalar::of(77.5));
    history->hear({5000}, morning + 60h, readings);
    history->finish(10s);
  }
  const auto samples = all_of(folder)[0];
  const auto found = std::find(samples.times.begin(), samples.times.end(), at);
  ASSERT_NE(found, samples.times.end());
  EXPECT_EQ(samples.values[static_cast<std::size_t>(found - samples.times.begin())].number(), 77.5);
}

}  // namespace
}  // namespace millwright::keep
