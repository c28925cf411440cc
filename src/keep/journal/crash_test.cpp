// The power ends, or a call fails, at every place of a short workload.

#include <gtest/gtest.h>

#include "base/log.hpp"
#include "base/memory_files.hpp"
#include "keep/journal/journal.hpp"

namespace millwright::keep {
namespace {

constexpr std::uint64_t group_count = 14;
constexpr std::uint64_t seeds = 24;
const JournalSettings small_settings{2048, 64U << 10U, 1U << 20U};

// What record number n of a run holds: different sizes, so that records and groups cross sectors.
std::string content(std::uint64_t n, std::uint64_t attempt) {
  return std::to_string(n) + "/" + std::to_string(attempt) + ":" +
         std::string(n * 173 % 700, static_cast<char>('a' + n % 26));
}

struct Worked {
  std::vector<std::string> acknowledged;  // record 1, 2, …
  std::vector<std::string> offered;       // the group that was open when it ended
  std::uint64_t failures = 0;
};

// Appends and commits groups of one to three records, with a snapshot at every third group. Goes on
// after failures by reopening when `keeps_on`.
Worked work(MemoryDisk& disk, MemoryFiles::Fault fault, bool keeps_on) {
  log::set_level(log::Level::error);  // every torn group is worth a line, but not a thousand
  Worked run;
  auto opened =
      Journal::open("/j", small_settings, std::make_unique<MemoryFiles>(disk, std::move(fault)));
  if (!opened) return run;
  const std::unique_ptr<Journal> journal = std::move(opened).value();
  for (std::uint64_t group = 1; group <= group_count; ++group) {
    run.offered.clear();
    bool is_good = true;
    for (std::uint64_t i = 0; i <= group % 3; ++i) {
      run.offered.push_back(content(run.acknowledged.size() + i + 1, run.failures));
      is_good = is_good && journal->append(as_bytes(run.offered.back())).has_value();
    }
    if (is_good && journal->commit()) {
      run.acknowledged.insert(run.acknowledged.end(), run.offered.begin(), run.offered.end());
      run.offered.clear();
      const Sequence at = journal->durable();
      EXPECT_EQ(at.value, run.acknowledged.size());
      if (group % 3 == 0) static_cast<void>(journal->keep_snapshot({at, Bytes(300, 9)}));
      continue;
    }
    if (!keeps_on) return run;
    ++run.failures;
    static_cast<void>(journal->reopen());
  }
  run.offered.clear();
  return run;
}

// Everything acknowledged is there, in its place, as it was; of the open group a first part may be.
void check(MemoryDisk& disk, const Worked& run, const std::string& where) {
  auto opened = Journal::open("/j", small_settings, std::make_unique<MemoryFiles>(disk));
  ASSERT_TRUE(opened) << where << ": " << opened.error().what;
  Journal& journal = **opened;
  std::vector<std::string> all = run.acknowledged;
  all.insert(all.end(), run.offered.begin(), run.offered.end());
  const auto snapshot = journal.newest_snapshot();
  ASSERT_TRUE(snapshot) << where;
  const Sequence from = *snapshot ? (*snapshot)->at : Sequence{0};
  std::uint64_t read = from.value;
  const Outcome replayed = journal.replay(from, [&](Sequence at, ByteView bytes) -> Outcome {
    EXPECT_EQ(at.value, ++read) << where;
    if (at.value > all.size()) return fail(Code::corrupt, "more than was ever offered");
    EXPECT_EQ(std::string(bytes.begin(), bytes.end()), all[at.value - 1]) << where;
    return Done{};
  });
  ASSERT_TRUE(replayed) << where << ": " << replayed.error().what;
  ASSERT_GE(read, run.acknowledged.size()) << where;
  ASSERT_EQ(journal.append(as_bytes("next"))->value, read + 1) << where;
  ASSERT_TRUE(journal.commit()) << where;
}

std::size_t calls_of_whole_run() {
  MemoryDisk disk;
  std::size_t calls = 0;
  work(
      disk, [&](const char*, std::size_t number) { return calls = number + 1, 0; }, false);
  return calls;
}

TEST(JournalCrash, ThePowerMayEndAtEveryCallAndNothingAcknowledgedIsLost) {
  const std::size_t calls = calls_of_whole_run();
  ASSERT_GT(calls, 80U);
  for (std::size_t end = 0; end <= calls; ++end) {
    MemoryDisk disk;
    const Worked run = work(
        disk, [&](const char*, std::size_t number) { return number >= end ? EIO : 0; }, false);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      MemoryDisk left = disk.after_power_cut(seed);
      check(left, run,
            "power ends at call " + std::to_string(end) + ", seed " + std::to_string(seed));
      if (HasFatalFailure()) return;
    }
  }
}
TEST(JournalCrash, ThePowerMayEndAgainAtEveryCallOfTheNextOpening) {
  const std::size_t calls = calls_of_whole_run();
  for (std::size_t end = 0; end <= calls; ++end) {
    MemoryDisk disk;
    const Worked run = work(
        disk, [&](const char*, std::size_t number) { return number >= end ? EIO : 0; }, false);
    for (std::size_t again = 0; again < 8; ++again) {
      const std::uint64_t seed = end * 31 + again;
      MemoryDisk second = disk.after_power_cut(seed);
      static_cast<void>(Journal::open(
          "/j", small_settings,
          std::make_unique<MemoryFiles>(
              second, [&](const char*, std::size_t number) { return number >= again ? EIO : 0; })));
      MemoryDisk left = second.after_power_cut(seed + 1);
      check(left, run,
            "power ends at call " + std::to_string(end) + ", then at " + std::to_string(again) +
                ", seed " + std::to_string(seed));
      if (HasFatalFailure()) return;
    }
  }
}
TEST(JournalCrash, AnyOneCallMayFailAndTheJournalGoesOnWithoutLoss) {
  const std::size_t calls = calls_of_whole_run();
  for (const int why : {EIO, ENOSPC, EINTR, MemoryFiles::half, MemoryFiles::forget}) {
    for (std::size_t bad = 0; bad < calls; ++bad) {
      MemoryDisk disk;
      const Worked run = work(
          disk, [&](const char*, std::size_t number) { return number == bad ? why : 0; }, true);
      const std::string where =
          "call " + std::to_string(bad) + " fails with " + std::to_string(why);
      EXPECT_LE(run.failures, 1U) << where;
      MemoryDisk left = disk.after_power_cut(bad + 1);
      check(left, run, where + ", then the power ends");
      check(disk, run, where);
      if (HasFatalFailure()) return;
    }
  }
}
// The control: a disk that says that it synced and did not must be caught by the same comparison.
TEST(JournalCrash, ADiskThatOnlySaysItSyncedLosesWhatWasAcknowledged) {
  MemoryDisk disk;
  const Worked run = work(
      disk,
      [](const char* call, std::size_t number) {
        return number > 10 && call == std::string_view("sync") ? MemoryFiles::pretend : 0;
      },
      false);
  std::size_t caught = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    MemoryDisk left = disk.after_power_cut(seed);
    auto opened = Journal::open("/j", small_settings, std::make_unique<MemoryFiles>(left));
    if (!opened || (*opened)->durable().value < run.acknowledged.size()) ++caught;
  }
  EXPECT_GE(caught, seeds * 6 / 10);
}

}  // namespace
}  // namespace millwright::keep
