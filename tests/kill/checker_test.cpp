#include "checker.hpp"

#include <gtest/gtest.h>

namespace millwright::kill {
namespace {

// Ten rows were sent, all but the last acknowledged.
Series sent() {
  Series series{"kill0", 10, std::vector<bool>(10, true)};
  series.is_kept.back() = false;
  return series;
}

std::vector<std::string> rows(std::uint64_t count) {
  std::vector<std::string> lines;
  for (std::uint64_t row = 0; row < count; ++row)
    lines.push_back(to_text(time_of(row)) + "," + std::to_string(row) + ",good,");
  return lines;
}

TEST(KillChecker, TakesWhatWasAcknowledgedWithOrWithoutWhatWasNot) {
  EXPECT_EQ(unsure_kept(sent(), 0, 10, rows(9)).value(), 0U);
  EXPECT_EQ(unsure_kept(sent(), 0, 10, rows(10)).value(), 1U);
}
TEST(KillChecker, FindsALostRow) {
  for (std::size_t lost = 0; lost < 9; ++lost) {
    std::vector<std::string> lines = rows(9);
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(lost));
    const auto found = unsure_kept(sent(), 0, 10, lines);
    ASSERT_FALSE(found) << lost;
    EXPECT_NE(found.error().what.find("row " + std::to_string(lost) + " was acknowledged"),
              std::string::npos);
  }
}
TEST(KillChecker, FindsARowThatIsThereTwice) {
  std::vector<std::string> lines = rows(9);
  lines.insert(lines.begin() + 4, lines[4]);
  EXPECT_FALSE(unsure_kept(sent(), 0, 10, lines));
}
TEST(KillChecker, FindsAWrongValueAndOneThatNobodySent) {
  std::vector<std::string> lines = rows(9);
  lines[3] = to_text(time_of(3)) + ",4,good,";
  EXPECT_FALSE(unsure_kept(sent(), 0, 10, lines));
  EXPECT_FALSE(unsure_kept(sent(), 0, 10, rows(11)));
}

}  // namespace
}  // namespace millwright::kill
