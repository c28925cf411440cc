#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>

#include "base/memory_files.hpp"
#include "keep/history/first_form.hpp"
#include "keep/history/history.hpp"
#include "keep/history/outside.hpp"

namespace millwright::keep {
namespace {

const Instant series_start = to_instant("2026-11-22T06:00:00Z").value();

class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("millwright-segment-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  operator const std::filesystem::path&() const { return path_; }  // NOLINT: it is one

 private:
  std::filesystem::path path_;
};

// A whole list. Its rows may still be changed.
struct Made {
  std::shared_ptr<Learned> list = std::make_shared<Learned>();
  TagId tag{};

  Rows& rows() const { return list->rows; }
  Chunk chunk() const { return {tag, list, 0, list->rows.size()}; }
  GroupHandover handover(std::uint64_t input) const {
    return {{tag, {input}, chunk().to(), {chunk()}}};
  }
};

Made made(std::uint32_t tag, Kind kind, std::size_t rows, std::uint64_t seed = 1) {
  std::mt19937_64 random(seed);
  Made out;
  out.tag = {tag};
  out.list->first = out.list->last = {seed};
  out.rows().kind = kind;
  for (std::size_t row = 0; row < rows; ++row) {
    const Instant at = series_start + static_cast<std::int64_t>(row) * 1s;
    const Quality quality = random() % 50 == 0 ? quality::bad : quality::good;
    const auto whole = static_cast<std::int64_t>(random() % 1000);
    Scalar value = Scalar::of(static_cast<double>(whole) / 10);
    if (kind == Kind::single)
      value = Scalar::of(static_cast<double>(static_cast<float>(whole) / 10.0F));
    if (kind == Kind::integer) value = Scalar::of(-whole);
    if (kind == Kind::natural) value = Scalar::of(static_cast<std::uint64_t>(whole));
    if (kind == Kind::boolean) value = Scalar::of(whole % 2 == 0);
    out.rows().add(at, value, quality, kind == Kind::text ? "step " + std::to_string(whole) : "");
  }
  return out;
}

void expect_equal(const Rows& a, const Rows& b, const std::string& where) {
  EXPECT_EQ(a.kind, b.kind) << where;
  EXPECT_EQ(a.times, b.times) << where;
  EXPECT_EQ(a.values, b.values) << where;
  EXPECT_EQ(a.qualities, b.qualities) << where;
  EXPECT_EQ(a.texts, b.texts) << where;
}

TEST(Frame, ColumnsOfEveryKindReadBackWholeAndByVector) {
  std::vector<Made> lists;
  std::vector<Chunk> chunks;
  for (std::uint32_t kind = 0; kind <= static_cast<std::uint32_t>(Kind::text); ++kind) {
    // Tags come in any order.
    lists.push_back(made((kind * 7 + 3) % 10, static_cast<Kind>(kind), 2500, kind + 1));
    chunks.push_back(lists.back().chunk());
  }
  Bytes bytes;
  std::vector<Entry> entries;
  ASSERT_TRUE(write_frame(chunks, 0, bytes, entries));
  ASSERT_EQ(entries.size(), chunks.size());
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const std::string where = "kind " + std::to_string(i);
    const auto entry = std::find_if(entries.begin(), entries.end(), [&](const Entry& one) {
      return one.tag == lists[i].tag.value;
    });
    ASSERT_NE(entry, entries.end()) << where;
    const auto column = FrameColumn::open(ByteView(bytes), *entry);
    ASSERT_TRUE(column) << where << column.error().what;
    expect_equal(column->all().value(), lists[i].rows(), where);
    const Statistics expected = statistics_of(lists[i].rows());
    const Statistics found = entry->statistics();
    EXPECT_EQ(found.count, expected.count) << where;
    EXPECT_EQ(found.bad, expected.bad) << where;
    ASSERT_EQ(column->vectors(), 3U) << where;
    EXPECT_EQ(column->ends(2).from, series_start + 2048s) << where;
    if (static_cast<Kind>(i) == Kind::text) continue;
    EXPECT_EQ(found.min, expected.min) << where;
    EXPECT_EQ(found.max, expected.max) << where;
    EXPECT_NEAR(found.sum, expected.sum, std::abs(expected.sum) * 1e-12) << where;
  }
}

TEST(Frame, AnyFlippedBitIsFoundOrHarmless) {
  const std::vector<Made> lists{made(1, Kind::number, 40, 1), made(2, Kind::text, 40, 2)};
  const std::vector<Chunk> chunks{lists[0].chunk(), lists[1].chunk()};
  Bytes bytes;
  std::vector<Entry> entries;
  ASSERT_TRUE(write_frame(chunks, 0, bytes, entries));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto column = FrameColumn::open(ByteView(bytes), entries[i]);
      if (!column) continue;
      const auto rows = column->all();
      if (rows) expect_equal(*rows, lists[i].rows(), "bit " + std::to_string(bit));
    }
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
  }
}

TEST(Frame, TagsThatWereHeardTogetherShareTheirTimes) {
  std::vector<Made> lists;
  std::vector<Chunk> chunks;
  std::vector<Entry> entries;
  Bytes one, twenty;
  for (std::uint32_t tag = 0; tag < 20; ++tag) {
    lists.push_back(made(tag, Kind::boolean, 4000));
    for (std::size_t row = 0; row < 4000; ++row)  // jitter, so that times cost something
      lists.back().rows().times[row] += static_cast<std::int64_t>(row * 7919 % 17) * 1ms;
    chunks.push_back(lists.back().chunk());
    if (tag > 0) continue;
    ASSERT_TRUE(write_frame(chunks, 0, one, entries));
  }
  entries.clear();
  ASSERT_TRUE(write_frame(chunks, 0, twenty, entries));
  EXPECT_LT(twenty.size(), one.size() * 8);
}

TEST(Segment, ReplacedRowsAreKeptAsModified) {
  Folder folder;
  auto store = SegmentStore::open(folder, {}).value();
  auto list = made(7, Kind::number, 10);
  list.rows().add(series_start + 3s, Scalar::of(77.0), quality::good, {});
  EXPECT_EQ(put_in_order(list.rows()), 1U);
  ASSERT_TRUE(store->add(list.handover(1)));
  ASSERT_TRUE(store->commit());
  const auto standing = store->find({7}, series_start, series_start + 1h);
  ASSERT_EQ(standing.size(), 1U);
  EXPECT_EQ(standing[0].entry.good + standing[0].entry.other, 10U);
  const auto modified = store->find({7}, series_start, series_start + 1h, Segment::Rows::modified);
  ASSERT_EQ(modified.size(), 1U);
  const auto rows = modified[0].segment->column(modified[0].entry).value().all().value();
  EXPECT_EQ(rows.times, std::vector<Instant>{series_start + 3s});
}

// Each day has its segment; days that are left behind get an index, and a late row a segment more.
TEST(Segment, DaysAreSealedAndReadTheSameAfterARestart) {
  Folder folder;
  std::vector<double> sums;
  for (int round = 0; round < 2; ++round) {
    auto store = SegmentStore::open(folder, {.growing_max = 2}).value();
    for (std::uint64_t day = 0; day < 5 && round == 0; ++day) {
      auto list = made(7, Kind::number, 100, day + 1);
      for (Instant& at : list.rows().times)
        at += static_cast<std::int64_t>(day % 4) * 24h;
      ASSERT_TRUE(store->add(list.handover(day + 1)));
      ASSERT_TRUE(store->commit());
      sums.push_back(statistics_of(list.rows()).sum);
    }
    const auto found = store->find({7}, series_start, series_start + 5 * 24h);
    ASSERT_EQ(found.size(), 5U);
    double sum = 0;
    std::size_t sealed = 0;
    for (const auto& one : found) {
      sum += statistics_of(one.segment->column(one.entry).value().all().value()).sum;
      sealed += one.segment->is_sealed() ? 1U : 0U;
    }
    EXPECT_EQ(sealed, 3U);
    EXPECT_NEAR(sum, sums[0] + sums[1] + sums[2] + sums[3] + sums[4], 1e-6);
    EXPECT_EQ(store->find({7}, series_start + 24h, series_start + 25h).size(), 1U);
    EXPECT_EQ(store->find({8}, series_start, series_start + 5 * 24h).size(), 0U);
  }
  const auto verified = verify_history(folder);
  ASSERT_TRUE(verified) << verified.error().what;
  EXPECT_EQ(verified->columns, 5U);
}

TEST(Segment, WhatWasNeverCommittedIsCutAndStrangersAreRemoved) {
  Folder folder;
  const std::filesystem::path file = std::filesystem::path(folder) / Segment::name_of({1, 0});
  std::uintmax_t size = 0;
  {
    auto store = SegmentStore::open(folder, {}).value();
    const auto list = made(7, Kind::number, 100);
    ASSERT_TRUE(store->add(list.handover(1)));
    ASSERT_TRUE(store->commit());
    size = std::filesystem::file_size(file);
  }
  std::ofstream(file, std::ios::app) << "half a frame";
  std::ofstream(std::filesystem::path(folder) / Segment::name_of({9, 0})) << "unlisted";
  auto store = SegmentStore::open(folder, {}).value();
  EXPECT_EQ(std::filesystem::file_size(file), size);
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(folder) / Segment::name_of({9, 0})));
  EXPECT_EQ(store->find({7}, series_start, series_start + 1h).size(), 1U);
}

// Bits of every file, one after the other: found by the start or by the read, or harmless.
TEST(Segment, AFlippedBitInAFileIsNeverAWrongValue) {
  Folder folder;
  const auto list = made(7, Kind::number, 300);
  {
    auto store = SegmentStore::open(folder, {.growing_max = 0}).value();  // sealed at once
    ASSERT_TRUE(store->add(list.handover(1)));
    ASSERT_TRUE(store->commit());
  }
  const std::filesystem::path file =
      std::filesystem::path(folder) /
      Segment::name_of({1, nanoseconds(series_start) / 86'400'000'000'000});
  const auto size = std::filesystem::file_size(file);
  std::mt19937_64 random(7);
  std::size_t noticed = 0;
  for (int flip = 0; flip < 400; ++flip) {
    const std::uint64_t bit = random() % (size * 8);
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(static_cast<std::streamoff>(bit / 8));
    const int before = bytes.get();
    bytes.seekp(static_cast<std::streamoff>(bit / 8));
    bytes.put(static_cast<char>(before ^ (1 << bit % 8)));
    bytes.close();
    const auto store = SegmentStore::open(folder, {.growing_max = 0});
    bool is_noticed = !store;
    if (store) {
      for (const auto& found : (*store)->find({7}, series_start, series_start + 1h)) {
        const auto column = found.segment->column(found.entry);
        const auto rows = column ? column->all() : Result<Rows>(column.error());
        is_noticed = is_noticed || !rows;
        if (rows) expect_equal(*rows, list.rows(), "bit " + std::to_string(bit));
      }
    }
    noticed += is_noticed ? 1U : 0U;
    std::fstream back(file, std::ios::in | std::ios::out | std::ios::binary);
    back.seekp(static_cast<std::streamoff>(bit / 8));
    back.put(static_cast<char>(before));
  }
  EXPECT_GT(noticed, 350U);
}

// A history written by the version before (0.1.0, form 1).
TEST(FirstForm, IsTakenOverOnceAndReadsTheSame) {
  Folder folder;
  const std::filesystem::path old = std::filesystem::path(folder) / first_form_file;
  std::filesystem::copy("src/keep/history/testdata/first_form.db", old);
  const Instant start = to_instant("2026-09-21T13:46:40Z").value();
  for (int round = 0; round < 2; ++round) {
    const auto history = History::open(folder).value();
    EXPECT_FALSE(std::filesystem::exists(old));
    std::size_t rows = 0;
    bool has_replaced = false;
    for (std::uint32_t tag = 0; tag < 20; ++tag) {
      const auto samples = history->raw({tag}, start - 72h, start + 72h, 10'000);
      ASSERT_TRUE(samples) << samples.error().what;
      rows += samples->times.size();
      for (std::size_t i = 0; i < samples->times.size(); ++i)
        has_replaced =
            has_replaced || (samples->kind == Kind::number && samples->values[i].number() == 99.5);
    }
    EXPECT_EQ(rows, 12'001U);
    EXPECT_TRUE(has_replaced);
    EXPECT_GT(history->newest_stored().value, 0U);
  }
}

TEST(FirstForm, ATakeOverThatWasCutOffIsBegunAnew) {
  Folder folder;
  {
    auto store = SegmentStore::open(folder, {}).value();
    const auto list = made(0, Kind::number, 5);
    ASSERT_TRUE(store->add(list.handover(1)));
    ASSERT_TRUE(store->commit());
  }
  std::filesystem::copy("src/keep/history/testdata/first_form.db",
                        std::filesystem::path(folder) / first_form_file);
  const auto history = History::open(folder).value();
  EXPECT_EQ(summary_of_history(folder)->rows, 12'002U);  // with the one that was replaced
}

}  // namespace
}  // namespace millwright::keep
