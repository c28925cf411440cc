#include <gtest/gtest.h>

#include "keep/history/limits.hpp"
#include "keep/history/test_folder.hpp"

namespace millwright::keep {
namespace {

const Instant noon = to_instant("2026-11-22T12:00:00Z").value();

TEST(Growth, ADiskIsFullAtTheNearerOfItsEndAndTheLimit) {
  Growth growth{10'000'000'000, 1e9, 40'000'000'000, std::nullopt, std::nullopt};
  EXPECT_DOUBLE_EQ(*days_until_full(growth), 40.0);
  growth.bytes_max = 25'000'000'000;
  EXPECT_DOUBLE_EQ(*days_until_full(growth), 15.0);
  growth.bytes_max = 5'000'000'000;
  EXPECT_DOUBLE_EQ(*days_until_full(growth), 0.0);
  growth.bytes_per_day.reset();
  EXPECT_EQ(days_until_full(growth), std::nullopt);
}

TEST(Growth, IsNeverFullWhenWhatGoesByAgeMakesRoom) {
  Growth growth{10'000'000'000, 1e9, 40'000'000'000, std::nullopt, 30 * 24h};
  EXPECT_EQ(days_until_full(growth), std::nullopt);
  growth.keep = 365 * 24h;
  EXPECT_DOUBLE_EQ(*days_until_full(growth), 40.0);
}

// 150 TB at 41.1 GB a day are ten years.
TEST(Wear, IsTheEnduranceOverWhatIsWrittenADay) {
  EXPECT_NEAR(*years_of_wear(150e12, 41.07e9 / 2, 12h), 10.0, 0.01);
  EXPECT_EQ(years_of_wear(150e12, 0, 12h), std::nullopt);
}

TEST(HistorySection, NamesTheKeyThatIsOutOfItsLimits) {
  const std::string text =
      "plant:\n  path: acme/works\n  title: Works\n  zone: UTC\nhistory:\n  disk: 0.01\n  memory: "
      "1\n"
      "  keep: 3 h\n  endurance: -1\n  when_full: burst\n";
  const flow::Room room = history_sections();
  Problems problems;
  read_plant(text, room.sections, problems);
  std::string all;
  for (const Problem& problem : problems.list())
    all += problem.where + "; ";
  for (const char* key : {"disk", "memory", "keep", "endurance", "when_full"})
    EXPECT_NE(all.find(key), std::string::npos) << key << " in " << all;
}

// Five days with a row a minute.
std::unique_ptr<History> filled(const std::filesystem::path& folder, HistorySettings settings,
                                int days) {
  auto history = History::open(folder, settings).value();
  for (int minute = 0; minute < days * 24 * 60; ++minute) {
    Readings readings;
    const Instant at = noon + minute * 1min;
    readings.add({1}, Kind::number, at, Scalar::of(minute * 0.37));
    history->hear({static_cast<std::uint64_t>(minute) + 1}, at, readings);
    if (minute % 720 == 0) history->settle_all({static_cast<std::uint64_t>(minute) + 1});
  }
  history->finish(10s);
  return history;
}

TEST(Limits, ADayIsForgottenWhenItIsOverForLong) {
  const Folder folder("limits");
  const auto history = filled(folder.path(), {.idle_after = 1ms, .keep = 48h}, 6);
  const Instant oldest = to_instant("2026-11-26T00:00:00Z").value();
  for (int look = 0; history->figures().oldest_day != oldest; ++look) {
    ASSERT_LT(look, 10'000'000);
    std::this_thread::yield();
  }
  const auto samples = history->raw({1}, noon - 24h, noon + 10 * 24h, 100'000).value();
  EXPECT_EQ(samples.times.front(), oldest);
  EXPECT_EQ(samples.times.back(), noon + (6 * 24 * 60 - 1) * 1min);
}

TEST(Limits, AtTheLimitTheOldestDayGoes) {
  const Folder folder("limits");
  const auto whole = filled(Folder("whole").path(), {}, 5);
  const std::uint64_t half = whole->figures().bytes / 2;
  const auto history = filled(folder.path(), {.bytes_max = half}, 5);
  EXPECT_GT(*history->figures().oldest_day, noon);
  EXPECT_EQ(history->raw({1}, noon, noon + 10 * 24h, 100'000)->times.back(),
            noon + (5 * 24 * 60 - 1) * 1min);
}

TEST(Limits, OneThatStopsSaysWhyAndKeepsWhatItHas) {
  const Folder folder("limits");
  HistorySettings settings{.bytes_max = 2'000, .stops_when_full = true};
  settings.retry_every = 1ms;
  const auto history = History::open(folder.path(), settings).value();
  std::uint64_t input = 0;
  for (; history->figures().trouble.empty(); std::this_thread::yield()) {
    Readings readings;
    const Instant at = noon + static_cast<std::int64_t>(++input) * 1s;
    readings.add({1}, Kind::number, at, Scalar::of(static_cast<double>(input * input % 7919)));
    history->hear({input}, at, readings);
    if (input % 1000 == 0) history->settle_all({input});
    ASSERT_LT(input, 10'000'000U);
  }
  EXPECT_NE(history->figures().trouble.find("history: disk"), std::string::npos);
  EXPECT_EQ(history->raw({1}, noon, noon + 24h, 1)->times.front(), noon + 1s);
  EXPECT_LT(history->needs().value, input);
}

}  // namespace
}  // namespace millwright::keep
