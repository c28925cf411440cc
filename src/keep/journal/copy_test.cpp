#include "keep/journal/copy.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "keep/journal/journal.hpp"

namespace millwright::keep {
namespace {

// A journal in a folder of its own, in small segments.
class Copy : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "copy-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    JournalSettings settings;
    settings.segment_bytes = 4096;
    journal_ = std::move(*Journal::open(folder_ / "journal", settings));
  }
  void TearDown() override {
    journal_.reset();
    std::filesystem::remove_all(folder_);
  }

  void write(int records) {
    for (int i = 0; i < records; ++i) {
      ASSERT_TRUE(journal_->append(Bytes(200, static_cast<std::uint8_t>(i))).has_value());
      ASSERT_TRUE(journal_->commit().has_value());
    }
  }
  void snapshot() {
    ASSERT_TRUE(journal_->keep_snapshot({journal_->durable(), Bytes(10, 1)}).has_value());
  }
  // Writes what is taken into a folder and opens it as a journal.
  Result<std::unique_ptr<Journal>> opened(JournalCopy& copy) {
    const std::filesystem::path to = folder_ / "copied";
    std::filesystem::create_directories(to);
    taken_ = TRY(copy.take([&](JournalCopy::File&& file) -> Outcome {
      std::ofstream(to / file.name, std::ios::binary)
          .write(reinterpret_cast<const char*>(file.bytes.data()), std::ssize(file.bytes));
      return Done{};
    }));
    return Journal::open(to);
  }

  std::filesystem::path folder_;
  std::unique_ptr<Journal> journal_;
  JournalCopy::Taken taken_;
};

TEST_F(Copy, OfAJournalInUseHasAllThatIsDurable) {
  write(50);
  auto copy = JournalCopy::open(folder_ / "journal");
  ASSERT_TRUE(copy.has_value()) << copy.error().what;
  write(30);
  const auto copied = opened(*copy);
  ASSERT_TRUE(copied.has_value()) << copied.error().what;
  EXPECT_EQ((*copied)->durable().value, 80U);
  EXPECT_EQ(taken_.last.value, 80U);
  std::uint64_t records = 0;
  EXPECT_TRUE((*copied)
                  ->replay({},
                           [&](Sequence, ByteView) -> Outcome {
                             ++records;
                             return Done{};
                           })
                  .has_value());
  EXPECT_EQ(records, 80U);
}

// The history is copied after open(): it holds what this snapshot leaves out, perhaps not what a
// later one does.
TEST_F(Copy, KeepsTheSnapshotOfItsBeginningThoughTheJournalDropsIt) {
  write(40);
  snapshot();
  auto copy = JournalCopy::open(folder_ / "journal");
  ASSERT_TRUE(copy.has_value());
  for (int i = 0; i < 3; ++i) {
    write(40);
    ASSERT_TRUE(copy->look().has_value());
    snapshot();
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "journal/00000000000000000040.snapshot"));
  const auto copied = opened(*copy);
  ASSERT_TRUE(copied.has_value()) << copied.error().what;
  EXPECT_EQ(taken_.snapshot.value, 40U);
  EXPECT_EQ((*copied)->durable().value, 160U);
  EXPECT_EQ((*(*copied)->newest_snapshot())->at.value, 40U);
}

TEST_F(Copy, WhatWasMadeAndDroppedUnseenIsAGapThatIsSaid) {
  write(40);
  snapshot();
  auto copy = JournalCopy::open(folder_ / "journal");
  ASSERT_TRUE(copy.has_value());
  for (int i = 0; i < 3; ++i) {
    write(60);
    snapshot();
  }
  const auto copied = opened(*copy);
  ASSERT_FALSE(copied.has_value());
  EXPECT_NE(copied.error().what.find("try the backup again"), std::string::npos);
}

TEST_F(Copy, AFolderWithoutAJournalIsSaidSo) {
  const auto copy = JournalCopy::open(folder_);
  ASSERT_FALSE(copy.has_value());
  EXPECT_NE(copy.error().what.find("there is no journal in"), std::string::npos);
}

}  // namespace
}  // namespace millwright::keep
