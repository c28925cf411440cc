#include "keep/history/history.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <random>

#include "base/log.hpp"
#include "keep/history/sqlite.hpp"

namespace millwright::keep {
namespace {

constexpr TagId test_tag{3};
const Instant series_start = instant(1'700'000'000'000'000'000);

class HistoryTest : public ::testing::Test {
 protected:
  HistoryTest() {
    folder_ = std::filesystem::temp_directory_path() /
              ("millwright-history-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    open();
  }
  ~HistoryTest() override {
    history_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open(HistorySettings settings = {}) {
    history_.reset();
    history_ = History::open(folder_, settings).value();
  }
  // One input with one row.
  void hear(std::uint64_t input, int second, double value, Quality quality = quality::good) {
    Readings readings;
    readings.add(test_tag, Kind::number, series_start + second * 1s, Scalar::of(value), quality);
    history_->hear({input}, series_start, readings);
  }
  // Until all that was heard is on stable storage.
  void store(std::uint64_t up_to) {
    history_->settle_all({up_to});
    for (; history_->needs() < Sequence{up_to}; history_->settle({up_to}))
      std::this_thread::yield();
  }
  flow::Samples raw(int from = 0, int to = 1'000'000, std::size_t limit = 100'000) {
    return history_->raw(test_tag, series_start + from * 1s, series_start + to * 1s, limit).value();
  }
  std::vector<double> values(int from = 0, int to = 1'000'000) {
    std::vector<double> all;
    for (const Scalar value : raw(from, to).values)
      all.push_back(value.number());
    return all;
  }

  std::filesystem::path folder_;
  std::unique_ptr<History> history_;
};
using Values = std::vector<double>;

TEST_F(HistoryTest, ReadsOpenAndStoredRowsAsOne) {
  hear(1, 0, 10);
  hear(2, 1, 11);
  store(2);
  hear(3, 2, 12);
  EXPECT_EQ(values(), (Values{10, 11, 12}));
  EXPECT_EQ(values(1, 2), Values{11});
  open();
  EXPECT_EQ(values(), (Values{10, 11}));  // the third row is in the journal alone
  EXPECT_EQ(history_->newest_stored().value, 2U);
}
TEST_F(HistoryTest, AReplayStoresNothingTwice) {
  for (std::uint64_t i = 1; i <= 5; ++i)
    hear(i, static_cast<int>(i), 1.5 * static_cast<double>(i));
  store(3);
  hear(6, 6, 9);
  open();
  for (std::uint64_t i = 3; i <= 6; ++i)  // the journal after a snapshot at 2
    hear(i, static_cast<int>(i), 1.5 * static_cast<double>(i));
  EXPECT_EQ(history_->figures().rows, 1U);
  EXPECT_EQ(values(), (Values{1.5, 3, 4.5, 6, 7.5, 9}));
  store(6);
  EXPECT_EQ(values(), (Values{1.5, 3, 4.5, 6, 7.5, 9}));
}
TEST_F(HistoryTest, ADuplicateHasNoEffectAndAnotherValueReplaces) {
  hear(1, 0, 10);
  hear(2, 0, 10);
  hear(3, 1, 11);
  hear(4, 1, 12);
  EXPECT_EQ(values(), (Values{10, 12}));
  store(4);
  EXPECT_EQ(history_->figures().replaced, 1U);
  EXPECT_EQ(values(), (Values{10, 12}));
  hear(5, 0, 10);
  hear(6, 1, 13);
  EXPECT_EQ(values(), (Values{10, 13}));
  store(6);
  EXPECT_EQ(values(), (Values{10, 13}));
  const auto buckets = history_->buckets(test_tag, series_start, series_start + 10s, 1).value();
  EXPECT_EQ(buckets.count[0], 2U);
  EXPECT_EQ(buckets.max[0], 13);
}
TEST_F(HistoryTest, LateRowsAreReadInTheirPlaceAndDoNotTouchTheLastValue) {
  hear(1, 10, 1);
  hear(2, 20, 2);
  store(2);
  hear(3, 15, 9);
  hear(4, 30, 3);
  EXPECT_EQ(values(), (Values{1, 9, 2, 3}));
  store(4);
  EXPECT_EQ(values(), (Values{1, 9, 2, 3}));
  hear(5, 5, 7);
  EXPECT_EQ(history_->last(test_tag)->value.number(), 3);
  EXPECT_EQ(history_->last(test_tag)->happened, series_start + 30s);
}
TEST_F(HistoryTest, TheLimitEndsAReadAndSaysThatThereIsMore) {
  for (std::uint64_t i = 0; i < 10; ++i)
    hear(i + 1, static_cast<int>(i), static_cast<double>(i));
  EXPECT_TRUE(raw(0, 100, 9).has_more);
  EXPECT_EQ(raw(0, 100, 9).times.size(), 9U);
  EXPECT_FALSE(raw(0, 100, 10).has_more);
  EXPECT_EQ(history_->raw(test_tag, series_start, series_start, 0).error().code, Code::invalid);
  EXPECT_EQ(history_->raw(test_tag, series_start + 1s, series_start, 1).error().code,
            Code::invalid);
  EXPECT_EQ(history_->buckets(test_tag, series_start, series_start, 1).error().code, Code::invalid);
}
TEST_F(HistoryTest, BadAndMissingRowsAreCountedApart) {
  hear(1, 0, 4);
  hear(2, 1, 6);
  hear(3, 2, 1000, quality::bad_sensor_failure);
  hear(4, 3, std::nan(""));
  hear(5, 25, 7);
  store(5);
  const auto buckets = history_->buckets(test_tag, series_start, series_start + 30s, 3).value();
  EXPECT_EQ(buckets.count, (std::vector<std::uint64_t>{2, 0, 1}));
  EXPECT_EQ(buckets.bad, (std::vector<std::uint64_t>{2, 0, 0}));
  EXPECT_EQ(buckets.min[0], 4);
  EXPECT_EQ(buckets.max[0], 6);
  EXPECT_EQ(buckets.mean[0], 5);
  EXPECT_TRUE(std::isnan(buckets.mean[1]));
}
TEST_F(HistoryTest, AllKindsComeBackAsTheyWere) {
  const auto check = [&](TagId tag, Kind kind, Scalar value, std::string_view text) {
    Readings readings;
    if (kind == Kind::text) {
      readings.add_text(tag, series_start, text, quality::uncertain);
    } else {
      readings.add(tag, kind, series_start, value, quality::uncertain);
    }
    history_->hear({tag.value + 1U}, series_start, readings);
    for (int round = 0; round < 2; ++round) {
      const auto read = history_->raw(tag, series_start, series_start + 1s, 10).value();
      EXPECT_EQ(read.kind, kind);
      EXPECT_EQ(read.qualities, std::vector<Quality>{quality::uncertain});
      EXPECT_EQ(kind == Kind::text ? read.texts[0] : std::string(text), text);
      EXPECT_EQ(kind == Kind::text ? value : read.values[0], value);
      store(tag.value + 1U);
    }
  };
  check({0}, Kind::number, Scalar::of(0.1), "");
  check({1}, Kind::single, Scalar::of(double{0.1F}), "");
  check({2}, Kind::integer, Scalar::of(std::int64_t{-5}), "");
  check({3}, Kind::natural, Scalar::of(~std::uint64_t{0}), "");
  check({4}, Kind::boolean, Scalar::of(true), "");
  check({5}, Kind::text, Scalar{}, "läuft, \"gut\"");
}
TEST_F(HistoryTest, AKindThatChangesIsReadAsNumbersOrAsTexts) {
  hear(1, 0, 1.5);
  Readings readings;
  readings.add(test_tag, Kind::integer, series_start + 1s, Scalar::of(std::int64_t{2}));
  history_->hear({2}, series_start, readings);
  EXPECT_EQ(values(), (Values{1.5, 2}));
  readings.clear();
  readings.add_text(test_tag, series_start + 2s, "three");
  history_->hear({3}, series_start, readings);
  store(3);
  EXPECT_EQ(raw().texts, (std::vector<std::string>{"1.5", "2", "three"}));
}
// Integers that became numbers, and these texts, had lost digits; a text counted in the mean.
TEST_F(HistoryTest, RowsOfSeveralKindsAreTheSameHoweverTheyLieInTheStore) {
  constexpr std::int64_t large = 9'007'199'254'740'993;  // no double
  Readings readings;
  readings.add(test_tag, Kind::integer, series_start + 2s, Scalar::of(large));
  readings.add(test_tag, Kind::number, series_start + 1s, Scalar::of(0.5));
  history_->hear({1}, series_start, readings);
  readings.clear();
  readings.add_text(test_tag, series_start + 4s, "off");
  history_->hear({2}, series_start, readings);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(raw().texts, (std::vector<std::string>{"0.5", "9007199254740993", "off"}));
    EXPECT_EQ(raw(2, 4).kind, Kind::integer);
    const auto buckets = history_->buckets(test_tag, series_start, series_start + 10s, 1).value();
    EXPECT_EQ(buckets.count[0], 3U);
    EXPECT_EQ(buckets.mean[0], (0.5 + static_cast<double>(large)) / 2);
    store(2);
  }
}
TEST_F(HistoryTest, ADamagedBlockIsAnErrorThatNamesItAndIsCounted) {
  hear(1, 0, 1);
  store(1);
  const std::filesystem::path file = folder_ / Segment::name_of({1, 0});
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(Segment::header_bytes + frame_header_bytes + sizeof(Entry));
  bytes << "nothing of that";
  bytes.close();
  const auto read = history_->raw(test_tag, series_start, series_start + 9s, 10);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::corrupt);
  EXPECT_NE(read.error().what.find(file.string() + " is damaged at byte 32"), std::string::npos)
      << read.error().what;
  EXPECT_EQ(history_->figures().bad_blocks, 1U);
}
TEST_F(HistoryTest, OpenRowsAreBounded) {
  HistorySettings settings;
  settings.rows_open_max = 100;
  open(settings);
  for (std::uint64_t i = 1; i <= 2000; ++i) {
    hear(i, static_cast<int>(i), 1);
    EXPECT_LE(history_->figures().rows_open, 101U);
  }
  EXPECT_EQ(values().size(), 2000U);
}
TEST_F(HistoryTest, AStoreThatCannotBeWrittenStopsTakingAndSaysSo) {
  log::set_level(log::Level::error);
  HistorySettings settings;
  settings.rows_waiting_max = 50;
  settings.retry_every = 1ms;
  open(settings);
  ASSERT_TRUE(Database::open(folder_ / catalogue_file, Database::Access::write)
                  .value()
                  .run("DROP TABLE tag_state"));
  for (std::uint64_t i = 1; i <= 100; ++i)
    hear(i, static_cast<int>(i), 1);
  history_->settle_all({100});
  EXPECT_TRUE(history_->is_behind());
  EXPECT_EQ(history_->needs().value, 0U);
  EXPECT_EQ(history_->raw(test_tag, series_start, series_start + 9s, 10).error().code, Code::full);
}

// Everything against a plain map, in a random order of hearing, settling and restarting.
TEST_F(HistoryTest, EqualsAPlainMapWhateverComesInWhateverOrder) {
  std::mt19937_64 random(20261122);
  std::map<int, double> model;
  std::vector<std::pair<int, double>> journal;  // row of input 1, 2, …
  for (int step = 0; step < 4000; ++step) {
    const int second = static_cast<int>(
        random() % 3 == 0 ? random() % 2000 : 100 * 24 * 36 / 4000 * static_cast<unsigned>(step));
    const double value = static_cast<double>(random() % 5);
    journal.emplace_back(second, value);
    model[second] = value;
    hear(journal.size(), second, value);
    if (random() % 500 == 0) history_->settle_all({journal.size()});
    if (random() % 1000 == 0) {
      open();
      for (std::size_t i = 0; i < journal.size(); ++i)
        hear(i + 1, journal[i].first, journal[i].second);
    }
  }
  for (int round = 0; round < 2; ++round) {
    const auto all = raw();
    ASSERT_EQ(all.times.size(), model.size());
    std::size_t row = 0;
    for (const auto& [second, value] : model) {
      EXPECT_EQ(all.times[row], series_start + second * 1s);
      EXPECT_EQ(all.values[row++].number(), value);
    }
    constexpr int wide = 997;
    const auto buckets =
        history_->buckets(test_tag, series_start, series_start + wide * 100s, 100).value();
    for (int b = 0; b < 100; ++b) {
      Statistics expected;
      for (auto at = model.lower_bound(b * wide); at != model.lower_bound((b + 1) * wide); ++at) {
        ++expected.count;
        expected.sum += at->second;
        expected.max = std::fmax(expected.max, at->second);
      }
      const auto i = static_cast<std::size_t>(b);
      EXPECT_EQ(buckets.count[i], expected.count) << b;
      if (expected.count == 0) continue;
      EXPECT_EQ(buckets.max[i], expected.max) << b;
      EXPECT_EQ(buckets.mean[i], expected.sum / static_cast<double>(expected.count)) << b;
    }
    store(journal.size());
  }
}

TEST(Chunk, IsCutAtMidnightAndBeforeRowsThatAreNotLate) {
  Learned all;
  const Instant midnight = to_instant("2026-11-22T00:00:00Z").value();
  for (int i = -2; i < 4; ++i)
    all.rows.add(midnight + i * 1s, Scalar::of(1.0), quality::good, {});
  const auto chunks = make_chunks({}, std::make_shared<Learned>(all), midnight + 1s);
  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_EQ(chunks[0].to(), midnight - 1s);
  EXPECT_EQ(chunks[1].to(), midnight + 1s);
  EXPECT_EQ(chunks[2].from(), midnight + 2s);
}

// What stands of two rows of one time is what was learned last, in memory, stored and read again,
// though the list of late rows began before the one in order.
TEST_F(HistoryTest, ALateRowReplacesOneOfAListThatBeganAfterItsOwn) {
  constexpr int hour = 3600;
  hear(1, 0, 1);
  hear(2, 2 * hour, 2);
  store(2);
  hear(3, hour / 2, 3);  // late
  hear(4, 3 * hour, 4);  // in order
  hear(5, 5 * hour, 5);
  hear(6, 3 * hour, 40);  // late
  EXPECT_EQ(values(), (Values{1, 3, 2, 40, 5}));
  store(6);
  EXPECT_EQ(values(), (Values{1, 3, 2, 40, 5}));
  open();
  EXPECT_EQ(values(), (Values{1, 3, 2, 40, 5}));
}

}  // namespace
}  // namespace millwright::keep
