#include "keep/history/outside.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "keep/history/catalogue.hpp"
#include "keep/history/history.hpp"

namespace millwright::keep {
namespace {

const Instant series_start = instant(1'700'000'000'000'000'000);

// A history that is in use while it is looked at from outside.
class HistoryOutside : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "outside-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    history_ = History::open(folder_ / "history").value();
  }
  void TearDown() override {
    history_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::filesystem::path file() const { return folder_ / "history"; }

  // So many rows of a tag, a second apart, each an input of its own; stored.
  void write(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t input = from; input <= to; ++input) {
      Readings readings;
      readings.add(TagId{3}, Kind::number, series_start + static_cast<std::int64_t>(input) * 1s,
                   Scalar::of(1.0), quality::good);
      history_->hear({input}, series_start, readings);
    }
    history_->settle_all({to});
    for (; history_->needs() < Sequence{to}; history_->settle({to}))
      std::this_thread::yield();
  }

  std::filesystem::path folder_;
  std::unique_ptr<History> history_;
};

TEST_F(HistoryOutside, ACopyHoldsOneMoment) {
  write(1, 5000);
  const std::filesystem::path target = folder_ / "copy";
  std::filesystem::create_directories(target);
  const auto copy = HistoryCopy::open(file(), target / catalogue_file);
  ASSERT_TRUE(copy.has_value()) << copy.error().what;
  EXPECT_EQ(copy->newest().value, 5000U);
  write(5001, 9000);  // as the server would, meanwhile
  for (const HistoryCopy::File& segment : copy->segments()) {
    Bytes bytes(segment.bytes);
    Files files;
    ASSERT_TRUE(read_at(files, segment.file.number(), 0, bytes));
    std::ofstream(target / segment.name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  const auto summary = summary_of_history(target);
  ASSERT_TRUE(summary.has_value()) << summary.error().what;
  EXPECT_EQ(summary->rows, 5000U);
  EXPECT_EQ(summary->tags, 1U);
  EXPECT_EQ(summary->newest.value, 5000U);
  EXPECT_EQ(summary->from, series_start + 1s);
  EXPECT_EQ(summary->to, series_start + 5000s);
  EXPECT_EQ(summary_of_history(file())->rows, 9000U);
}

TEST_F(HistoryOutside, ACopyReplacesNothing) {
  write(1, 1);
  ASSERT_TRUE(HistoryCopy::open(file(), folder_ / "copy.db").has_value());
  EXPECT_FALSE(HistoryCopy::open(file(), folder_ / "copy.db").has_value());
}

TEST_F(HistoryOutside, GrowthCountsOnlyWhatIsNewEnough) {
  write(1, 3000);
  const auto all = history_bytes_since(file(), series_start);
  const auto none = history_bytes_since(file(), series_start + 4000s);
  ASSERT_TRUE(all.has_value() && none.has_value());
  EXPECT_GT(*all, 0U);
  EXPECT_EQ(*none, 0U);
}

TEST_F(HistoryOutside, AnEmptyHistoryHasNoRows) {
  const auto summary = summary_of_history(file());
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->rows, 0U);
}

}  // namespace
}  // namespace millwright::keep
