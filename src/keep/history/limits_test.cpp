// What cannot be stored as it is must not stop what can.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "keep/history/history.hpp"
#include "math/codec/block.hpp"

namespace millwright::keep {
namespace {

constexpr TagId test_tag{3};
constexpr Instant series_start = instant(1'700'000'000'000'000'000);

class HistoryLimits : public ::testing::Test {
 protected:
  HistoryLimits() {
    folder_ = std::filesystem::temp_directory_path() /
              ("millwright-limits-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    history_ = History::open(folder_).value();
  }
  ~HistoryLimits() override {
    history_.reset();
    std::filesystem::remove_all(folder_);
  }
  // What stands in the way of the store; empty when all is stored.
  std::string stored(const Readings& readings) {
    history_->hear({1}, series_start, readings);
    history_->settle_all({1});
    while (history_->figures().rows_waiting > 0 && history_->figures().trouble.empty())
      std::this_thread::yield();
    return history_->figures().trouble;
  }

  std::filesystem::path folder_;
  std::unique_ptr<History> history_;
};

// Such a row, of the year 2116 or later, was in a batch that could never be written, and with it
// all that came after.
TEST_F(HistoryLimits, ARowOfATimeThatCannotBeKeptIsLeftOut) {
  Readings readings;
  for (const std::int64_t at :
       {std::int64_t{math::block_time_max}, -math::block_time_max,
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()})
    readings.add(test_tag, Kind::number, instant(at), Scalar::of(1.0));
  readings.add(test_tag, Kind::number, series_start, Scalar::of(2.0));
  readings.add(test_tag, Kind::number, instant(math::block_time_max - 1), Scalar::of(3.0));
  EXPECT_EQ(stored(readings), "");
  const auto read = history_->raw(test_tag, Instant::min(), Instant::max(), 10).value();
  EXPECT_EQ(read.times, (std::vector<Instant>{series_start, instant(math::block_time_max - 1)}));
  EXPECT_EQ(history_->figures().rows, 2U);
}

// 8192 different texts of 3 kB are more than a column of a block can have.
TEST_F(HistoryLimits, LongTextsAreStoredInSmallerChunks) {
  Readings readings;
  const auto text_of = [](int row) {
    return std::to_string(row) + std::string(3000, static_cast<char>('a' + row % 26));
  };
  constexpr int rows = 8000;
  for (int row = 0; row < rows; ++row)
    readings.add_text(test_tag, series_start + row * 1s, text_of(row));
  EXPECT_EQ(stored(readings), "");
  const auto read = history_->raw(test_tag, Instant::min(), Instant::max(), rows).value();
  ASSERT_EQ(read.texts.size(), std::size_t{rows});
  for (int row = 0; row < rows; ++row)
    ASSERT_EQ(read.texts[static_cast<std::size_t>(row)], text_of(row));
}

TEST_F(HistoryLimits, ATextThatIsTooLongIsKeptAsFarAsItFits) {
  Readings readings;
  readings.add_text(test_tag, series_start, std::string(math::text_bytes_max + 1, 'x'));
  EXPECT_EQ(stored(readings), "");
  const auto read = history_->raw(test_tag, Instant::min(), Instant::max(), 1).value();
  EXPECT_EQ(read.texts, std::vector<std::string>{std::string(math::text_bytes_max, 'x')});
}

}  // namespace
}  // namespace millwright::keep
