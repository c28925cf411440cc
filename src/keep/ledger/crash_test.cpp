// The power ends, or a call fails, at every place of a short workload.

#include <gtest/gtest.h>

#include <algorithm>

#include "base/log.hpp"
#include "keep/ledger/test_log.hpp"
#include "keep/ledger/verify.hpp"

namespace millwright::keep {
namespace {

constexpr std::uint64_t seeds = 4;
constexpr std::uint64_t groups = 12,
                        group_records = 60;  // 720: one full file of 512, and a tile more
const StoreSettings small{512, 1U << 20U};

struct Worked {
  std::uint64_t committed = 0, offered = 0, signed_records = 0, failures = 0;
  std::string note;  // the newest that was signed: an auditor may have it
};

Worked work(MemoryDisk& disk, MemoryFiles::Fault fault, bool keeps_on) {
  log::set_level(log::Level::error);  // every torn write is worth a line, but not a thousand
  Worked run;
  MemoryFiles files(disk, std::move(fault));
  auto opened = Store::open(files, "/l", "plant.example/ledger", small);
  if (!opened) return run;
  Store& store = **opened;
  for (std::uint64_t group = 0; group < groups; ++group) {
    bool is_good = true;
    const std::uint64_t from = store.size();
    run.offered = from + group_records;
    for (std::uint64_t n = from; n < run.offered && is_good; ++n)
      is_good = store.append(numbered_record(n)).has_value();
    is_good = is_good && store.commit();
    if (is_good) run.committed = store.size();
    if (is_good && group % 3 == 1) is_good = store.sign().has_value();
    if (store.newest().size > run.signed_records) {
      run.signed_records = store.newest().size;
      run.note = store.newest().note;
    }
    if (is_good) continue;
    if (!keeps_on) return run;
    ++run.failures;
    EXPECT_TRUE(store.reopen());
    EXPECT_GE(store.size(), run.committed);
  }
  return run;
}

// Everything committed is there, in its place, as it was; every checkpoint that anybody saw holds.
void check(MemoryDisk& disk, const Worked& run, const std::string& where) {
  MemoryFiles files(disk);
  auto opened = Store::open(files, "/l", "plant.example/ledger", small);
  ASSERT_TRUE(opened) << where << ": " << opened.error().what;
  Store& store = **opened;
  ASSERT_GE(store.size(), run.committed) << where;
  ASSERT_LE(store.size(), std::max(run.offered, run.committed)) << where;
  const std::uint64_t next = store.size();
  for (std::uint64_t n = 0; n < next; n += 59)
    ASSERT_EQ(store.read(n)->leaf, numbered_record(n).leaf) << where;
  ASSERT_TRUE(store.append(numbered_record(next)) && store.commit() && store.sign()) << where;
  Audit audit{store.key(), {}, {}};
  if (!run.note.empty()) audit.trusted.push_back(run.note);
  const auto report = verify_ledger(files, "/l", audit);
  ASSERT_TRUE(report) << where;
  ASSERT_TRUE(report->problems.empty()) << where << ": " << report->problems.front();
  ASSERT_EQ(report->records, next + 1) << where;
}

std::size_t calls_of_whole_run() {
  MemoryDisk disk;
  std::size_t calls = 0;
  work(
      disk, [&](const char*, std::size_t number) { return calls = number + 1, 0; }, false);
  return calls;
}

TEST(LedgerCrash, ThePowerMayEndAtEveryCallAndNothingCommittedOrSignedIsLost) {
  const std::size_t calls = calls_of_whole_run();
  ASSERT_GT(calls, 60U);
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

TEST(LedgerCrash, AnyOneCallMayFailAndTheLedgerGoesOnWithoutLoss) {
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

// The control: a disk that says that it synced and did not is caught by the same comparison.
TEST(LedgerCrash, ADiskThatOnlySaysItSyncedLosesWhatWasCommitted) {
  std::size_t caught = 0;
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    MemoryDisk disk;
    const Worked run = work(
        disk,
        [](const char* call, std::size_t number) {
          return number > 12 && call == std::string_view("sync") ? MemoryFiles::pretend : 0;
        },
        false);
    MemoryDisk left = disk.after_power_cut(seed);
    MemoryFiles files(left);
    const auto opened = Store::open(files, "/l", "plant.example/ledger", small);
    if (!opened || (*opened)->size() < run.committed) ++caught;
  }
  EXPECT_GE(caught, 16U);
}

}  // namespace
}  // namespace millwright::keep
