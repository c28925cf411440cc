#include "keep/journal/journal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/memory_files.hpp"
#include "keep/journal/segment.hpp"
#include "keep/journal/snapshot.hpp"

namespace millwright::keep {
namespace {

const JournalSettings small_settings{2048, 64U << 10U, 1U << 20U};

Result<std::unique_ptr<Journal>> open_on(MemoryDisk& disk, MemoryFiles::Fault fault = {}) {
  return Journal::open("/j", small_settings, std::make_unique<MemoryFiles>(disk, std::move(fault)));
}
void put(Journal& journal, std::string_view text) {
  ASSERT_TRUE(journal.append(as_bytes(text)));
  const Outcome kept = journal.commit();
  ASSERT_TRUE(kept) << kept.error().what;
}
std::vector<std::string> texts(Journal& journal, Sequence after = {}) {
  std::vector<std::string> all;
  const Outcome read = journal.replay(after, [&](Sequence at, ByteView bytes) -> Outcome {
    EXPECT_EQ(at.value, after.value + all.size() + 1);
    all.emplace_back(bytes.begin(), bytes.end());
    return Done{};
  });
  EXPECT_TRUE(read) << read.error().what;
  return all;
}
std::string name_of(std::uint64_t first) {
  return "/j/" + numbered({first}, segment_suffix);
}
const std::string big(1500, 'x');

TEST(Journal, GivesBackWhatWasCommittedInOrderAfterReopening) {
  MemoryDisk disk;
  {
    const auto journal = open_on(disk).value();
    put(*journal, "one");
    ASSERT_EQ(journal->append(as_bytes("two"))->value, 2U);
    ASSERT_EQ(journal->append(as_bytes(""))->value, 3U);
    ASSERT_TRUE(journal->commit());
    put(*journal, big);
    put(*journal, big);
    EXPECT_EQ(journal->figures().records, 5U);
    EXPECT_EQ(journal->figures().groups, 4U);
  }
  const auto journal = open_on(disk).value();
  EXPECT_EQ(texts(*journal), (std::vector<std::string>{"one", "two", "", big, big}));
  EXPECT_EQ(texts(*journal, {4}), std::vector<std::string>{big});
  EXPECT_EQ(journal->opening().torn_bytes, 0U);
  EXPECT_EQ(journal->append(as_bytes("six"))->value, 6U);
}
TEST(Journal, AGroupLargerThanASegmentGetsAFileOfItsSize) {
  MemoryDisk disk;
  const std::string huge(10'000, 'h');
  put(*open_on(disk).value(), huge);
  put(*open_on(disk).value(), huge);
  EXPECT_EQ(texts(*open_on(disk).value()), (std::vector<std::string>{huge, huge}));
}
TEST(Journal, RefusesAGroupBeyondItsBoundAndStaysUsable) {
  MemoryDisk disk;
  const auto journal = open_on(disk).value();
  EXPECT_EQ(journal->append(Bytes(65'536)).error().code, Code::invalid);
  put(*journal, "fits");
  EXPECT_EQ(texts(*journal), std::vector<std::string>{"fits"});
}
TEST(Journal, TwoOpeningsOfOneFolderAreRefused) {
  MemoryDisk disk;
  const auto journal = open_on(disk).value();
  EXPECT_EQ(open_on(disk).error().code, Code::refused);
}

// Every length that a power cut can leave a file with.
TEST(Journal, AFileCutAtAnyByteOpensWithItsWholeRecords) {
  MemoryDisk whole;
  std::size_t end = 0;
  {
    const auto journal = open_on(whole).value();
    for (const char* text : {"a", "bb", "cccccccc", ""})
      put(*journal, text);
    end = segment::header_size + segment::room_of(1) + segment::room_of(2) + segment::room_of(8) +
          segment::room_of(0);
  }
  const std::vector<std::size_t> ends{24, 24 + 25, 56 + 26, 88 + 32, 120 + 24};
  for (std::size_t cut = segment::header_size; cut <= end; ++cut) {
    MemoryDisk disk;
    const Bytes& bytes = whole.bytes(name_of(1));
    disk.bytes(name_of(1)).assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut));
    const auto journal = open_on(disk).value();
    const auto expected = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), cut) -
                                                   ends.begin() - 1);
    EXPECT_EQ(texts(*journal).size(), expected) << cut;
    put(*journal, "after");
    EXPECT_EQ(texts(*journal).size(), expected + 1) << cut;
  }
}
TEST(Journal, AnyFlippedBitBeforeTheLastGroupIsAnErrorThatNamesFileAndPlace) {
  MemoryDisk whole;
  put(*open_on(whole).value(), "first");
  put(*open_on(whole).value(), "second");
  put(*open_on(whole).value(), "third");
  const std::size_t last_group = segment::header_size + segment::room_of(5) + segment::room_of(6);
  for (std::size_t bit = 0; bit < last_group * 8; ++bit) {
    MemoryDisk disk;
    Bytes& bytes = disk.bytes(name_of(1));
    bytes = whole.bytes(name_of(1));
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto journal = open_on(disk);
    if (journal) {  // Only the zeros that fill a record up may differ.
      EXPECT_EQ(texts(**journal), (std::vector<std::string>{"first", "second", "third"})) << bit;
      EXPECT_TRUE((bit / 8 >= 53 && bit / 8 < 56) || (bit / 8 >= 86 && bit / 8 < 88)) << bit;
      continue;
    }
    EXPECT_EQ(journal.error().code, Code::corrupt);
    EXPECT_NE(journal.error().what.find(name_of(1) + " is damaged at byte"), std::string::npos);
  }
}
TEST(Journal, ATornGroupIsCutAndReported) {
  MemoryDisk disk;
  put(*open_on(disk).value(), "kept");
  const std::size_t end = segment::header_size + segment::room_of(4);
  disk.bytes(name_of(1))[end + 300] = 7;  // a later sector of a write whose first one is missing
  const auto journal = open_on(disk).value();
  EXPECT_EQ(journal->opening().torn_file, name_of(1));
  EXPECT_EQ(journal->opening().torn_bytes, small_settings.segment_bytes - end);
  EXPECT_EQ(texts(*journal), std::vector<std::string>{"kept"});
}
TEST(Journal, AMissingSegmentIsAnError) {
  MemoryDisk disk;
  {
    const auto journal = open_on(disk).value();
    for (int i = 0; i < 3; ++i)
      put(*journal, big);
  }
  MemoryFiles(disk).unlink(name_of(2));
  const auto journal = open_on(disk);
  ASSERT_FALSE(journal);
  EXPECT_NE(journal.error().what.find("begins with record 3, but 2 is expected"),
            std::string::npos);
}

TEST(Journal, KeepsTheTwoNewestSnapshotsAndOnlyTheSegmentsAfterTheOlder) {
  MemoryDisk disk;
  const auto journal = open_on(disk).value();
  for (std::uint64_t i = 1; i <= 4; ++i) {
    put(*journal, big);
    ASSERT_TRUE(journal->keep_snapshot({{i}, Bytes(10, static_cast<std::uint8_t>(i))}));
  }
  EXPECT_EQ(disk.names(),
            (std::vector<std::string>{"/j/00000000000000000003.snapshot", name_of(4),
                                      "/j/00000000000000000004.snapshot", "/j/lock"}));
  const auto newest = journal->newest_snapshot().value();
  EXPECT_EQ(newest->at.value, 4U);
  EXPECT_EQ(newest->bytes, Bytes(10, 4));
  EXPECT_EQ(journal->replay({2}, {}).error().code, Code::corrupt);
}
TEST(Journal, KeepsTheSegmentsThatAStoreNeedsBesideTheSnapshots) {
  MemoryDisk disk;
  auto journal = open_on(disk).value();
  for (std::uint64_t i = 1; i <= 6; ++i) {
    put(*journal, big);
    ASSERT_TRUE(journal->keep_snapshot({{i}, Bytes(10, 1), Sequence{i < 3 ? 0 : i - 2}}));
  }
  // The older of the two snapshots is 5, which needs what comes after 3.
  std::uint64_t first = 0;
  const auto note = [&](Sequence sequence, ByteView) -> Outcome {
    if (first == 0) first = sequence.value;
    return Done{};
  };
  ASSERT_TRUE(journal->replay({3}, note));
  EXPECT_EQ(first, 4U);
  EXPECT_FALSE(journal->replay({2}, note));
  journal.reset();
  journal = open_on(disk).value();  // the need is in the file
  EXPECT_EQ(journal->newest_snapshot().value()->needs, Sequence{4});
  put(*journal, big);
  ASSERT_TRUE(journal->keep_snapshot({{7}, Bytes(10, 1), Sequence{5}}));
  EXPECT_TRUE(journal->replay({4}, note));
  EXPECT_FALSE(journal->replay({3}, note));
}
TEST(Journal, ASnapshotOfTheFirstFormIsRead) {
  Bytes file;
  Writer out(file);
  out.raw(as_bytes(std::string_view("MWSNAP\n\x01", 8)));
  out.fixed(std::uint64_t{7});
  out.fixed(std::uint64_t{3});
  out.fixed(std::uint32_t{0});
  const Bytes content{1, 2, 3};
  out.fixed(crc32c(content, crc32c(ByteView(file).first(24))));
  out.raw(content);
  const auto snapshot = snapshot_of(file);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->at, Sequence{7});
  EXPECT_EQ(snapshot->needs, Sequence{7});
  EXPECT_EQ(snapshot->bytes, content);
}
TEST(Journal, ADamagedSnapshotGivesWayToTheOneBefore) {
  MemoryDisk whole;
  {
    const auto journal = open_on(whole).value();
    put(*journal, "a");
    ASSERT_TRUE(journal->keep_snapshot({{1}, Bytes(20, 1)}));
    put(*journal, "b");
    ASSERT_TRUE(journal->keep_snapshot({{2}, Bytes(20, 2)}));
  }
  const std::string newest = "/j/" + numbered({2}, snapshot_suffix);
  const std::size_t size = whole.bytes(newest).size();
  for (std::size_t bit = 0; bit < size * 8; ++bit) {
    if (bit / 32 == 6) continue;  // four bytes that say nothing
    MemoryDisk disk = whole.after_power_cut(1);
    disk.bytes(newest)[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto journal = open_on(disk).value();
    EXPECT_EQ(journal->newest_snapshot().value()->at.value, 1U) << bit;
    EXPECT_EQ(journal->opening().broken_snapshots, std::vector<std::string>{newest});
    EXPECT_EQ(texts(*journal, {1}), std::vector<std::string>{"b"});
  }
}
TEST(Journal, RecordsMissingBehindASnapshotAreAnError) {
  MemoryDisk disk;
  {
    const auto journal = open_on(disk).value();
    put(*journal, "a");
    put(*journal, "b");
    ASSERT_TRUE(journal->keep_snapshot({{2}, Bytes(20, 2)}));
  }
  disk.bytes(name_of(1)).resize(segment::header_size + segment::room_of(1));
  EXPECT_NE(open_on(disk).error().what.find("records up to 1, but a snapshot at 2"),
            std::string::npos);
}

TEST(Journal, ADiskThatIsFullIsSaidAndForgivenWhenThereIsRoomAgain) {
  MemoryDisk disk;
  bool is_full = false;
  const auto journal = open_on(disk, [&](const char* call, std::size_t) {
                         return is_full && call == std::string_view("allocate") ? ENOSPC : 0;
                       }).value();
  put(*journal, big);
  is_full = true;
  ASSERT_TRUE(journal->append(as_bytes(big)));
  const Outcome refused = journal->commit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::full);
  EXPECT_NE(refused.error().what.find("Make room on that disk"), std::string::npos);
  put(*journal, "small");  // fits into what was set aside
  is_full = false;
  put(*journal, big);
  EXPECT_EQ(texts(*journal), (std::vector<std::string>{big, "small", big}));
}
TEST(Journal, AFailedSyncStopsAcknowledgementUntilReopened) {
  MemoryDisk disk;
  bool is_failing = false;
  const auto journal = open_on(disk, [&](const char* call, std::size_t) {
                         return is_failing && call == std::string_view("sync") ? EIO : 0;
                       }).value();
  put(*journal, "kept");
  is_failing = true;
  ASSERT_TRUE(journal->append(as_bytes("lost")));
  EXPECT_EQ(journal->commit().error().code, Code::corrupt);
  is_failing = false;
  EXPECT_EQ(journal->append(as_bytes("no")).error().code, Code::corrupt);
  EXPECT_EQ(journal->commit().error().code, Code::corrupt);
  ASSERT_TRUE(journal->reopen());
  put(*journal, "again");
  EXPECT_EQ(texts(*journal), (std::vector<std::string>{"kept", "again"}));
}
TEST(Journal, ReopeningFindsThatAnAcknowledgedRecordIsGone) {
  MemoryDisk disk;
  bool is_failing = false;
  const auto journal =
      open_on(disk, [&](const char*, std::size_t) { return is_failing ? EIO : 0; }).value();
  put(*journal, "kept");
  is_failing = true;
  ASSERT_TRUE(journal->append(as_bytes("lost")));
  ASSERT_FALSE(journal->commit());
  is_failing = false;
  disk.bytes(name_of(1))[segment::header_size + 1] ^= 1U;
  EXPECT_EQ(journal->reopen().error().code, Code::corrupt);
  EXPECT_EQ(journal->append(as_bytes("no")).error().code, Code::corrupt);
}
TEST(Journal, ReopeningForgetsTheOpenGroup) {
  MemoryDisk disk;
  const auto journal = open_on(disk).value();
  ASSERT_TRUE(journal->append(as_bytes("never committed")));
  ASSERT_TRUE(journal->reopen());
  put(*journal, "one");
  EXPECT_EQ(texts(*journal), std::vector<std::string>{"one"});
}

TEST(Journal, WorksOnTheFilesOfThisMachine) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("millwright-journal-" + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  {
    const auto journal = Journal::open(folder / "deep", small_settings).value();
    EXPECT_EQ(Journal::open(folder / "deep", small_settings).error().code, Code::refused);
    for (int i = 0; i < 5; ++i)
      put(*journal, big);
    ASSERT_TRUE(journal->keep_snapshot({{5}, Bytes(100, 5)}));
    put(*journal, "six");
  }
  const auto journal = Journal::open(folder / "deep", small_settings).value();
  EXPECT_EQ(texts(*journal, {5}), std::vector<std::string>{"six"});
  EXPECT_EQ(journal->newest_snapshot().value()->bytes, Bytes(100, 5));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace millwright::keep
