// Each call on the disk fails once, or from one on for a while, and then the power ends: README.md.

#include <gtest/gtest.h>

#include "base/log.hpp"
#include "batches.hpp"
#include "test_rounds.hpp"

namespace millwright::faults {
namespace {

constexpr std::uint64_t batches = 9;
constexpr int tries_max = 4;  // of one batch

struct Fault {
  int why = 0;
  std::size_t first = 0, count = 1;  // calls that fail
  // 0: at the end; else the power also ends after each of so many calls that follow.
  std::size_t cuts = 0;
};

struct Cut {
  MemoryDisk disk;
  Written written;
};

struct Worked {
  Written written;
  std::size_t calls = 0;
  std::uint64_t failures = 0;
  std::string untold;  // a failure without words
  std::vector<Cut> cuts;
};

// Writes batches; one that could not be written is tried again, as keep/history does.
Worked work(MemoryDisk& disk, const Fault& fault, const MemoryFiles::Fault& reading = {}) {
  Worked run;
  const auto ask = [&](const char*, std::size_t) {
    const std::size_t call = run.calls++;
    if (call >= fault.first + fault.count && call < fault.first + fault.count + fault.cuts)
      run.cuts.push_back({disk.after_power_cut(call * 7 + first_seed()), run.written});
    return call >= fault.first && call < fault.first + fault.count ? fault.why : 0;
  };
  std::optional<SimulatedStore> simulated;
  for (int attempt = 0; attempt < tries_max && (!simulated || !simulated->is_open()); ++attempt) {
    simulated.reset();
    simulated.emplace(disk, ask, reading);
    if (!simulated->is_open() && simulated->trouble().empty()) run.untold = "open";
  }
  if (!simulated->is_open()) return run;
  for (std::uint64_t number = 1; number <= batches; ++number) {
    run.written.offered = number;
    Outcome written = Done{};
    for (int attempt = 0; attempt < tries_max; ++attempt) {
      written = write_batch(simulated->store(), number);
      if (written) break;
      ++run.failures;
      if (written.error().what.empty()) run.untold = "write";
    }
    if (!written) return run;
    run.written.acknowledged = number;
  }
  return run;
}

std::size_t calls_of_whole_run() {
  MemoryDisk disk;
  return work(disk, {}).calls;
}

std::string wrong_on(MemoryDisk& disk, const Written& written) {
  SimulatedStore left(disk, {});
  return left.is_open() ? wrong_with(left.store(), written) : left.trouble();
}

std::string name_of(const Fault& fault) {
  return "calls " + std::to_string(fault.first) + " to " +
         std::to_string(fault.first + fault.count - 1U) + " end with " + std::to_string(fault.why);
}

void expect_good(const Fault& fault) {
  MemoryDisk disk;
  Worked run = work(disk, fault);
  EXPECT_EQ(run.written.acknowledged, batches) << name_of(fault) << ": it did not go on";
  EXPECT_EQ(run.untold, "") << name_of(fault);
  MemoryDisk left = disk.after_power_cut(fault.first + first_seed());
  EXPECT_EQ(wrong_on(left, run.written), "") << name_of(fault) << ", then the power ends";
  EXPECT_EQ(wrong_on(disk, run.written), "") << name_of(fault);
  for (std::size_t i = 0; i < run.cuts.size(); ++i)
    EXPECT_EQ(wrong_on(run.cuts[i].disk, run.cuts[i].written), "")
        << name_of(fault) << ", and the power ends " << i << " calls later";
}

TEST(HistoryCalls, AnyOneCallMayFailAndTheStoreGoesOnWithoutLoss) {
  log::set_level(log::Level::error);
  const std::size_t calls = calls_of_whole_run();
  ASSERT_GT(calls, 80U);
  const std::size_t every = rounds(1) > 1 ? 1U : 4U;
  for (const int why : {EIO, ENOSPC, EINTR, MemoryFiles::half, MemoryFiles::forget}) {
    for (std::size_t bad = 0; bad < calls; bad += every) {
      expect_good({why, bad, 1, 0});
      if (HasFailure()) return;
    }
  }
}
TEST(HistoryCalls, AfterACallThatFailedThePowerMayEndAtAnyCallThatFollows) {
  log::set_level(log::Level::error);
  const std::size_t calls = calls_of_whole_run();
  const std::size_t every = rounds(1) > 1 ? 1U : 7U;
  for (const int why : {EIO, MemoryFiles::forget}) {
    for (std::size_t bad = 0; bad < calls; bad += every) {
      expect_good({why, bad, 1, 25});
      if (HasFailure()) return;
    }
  }
}
TEST(HistoryCalls, ADiskMayBeFullForAWhile) {
  log::set_level(log::Level::error);
  const std::size_t calls = calls_of_whole_run();
  const std::size_t every = rounds(1) > 1 ? 1U : 3U;
  for (std::size_t bad = 0; bad < calls; bad += every) {
    expect_good({ENOSPC, bad, 3, 6});
    if (HasFailure()) return;
  }
}
// A read that fails once is an error in words, never other rows.
TEST(HistoryCalls, AnyReadMayFailAndIsAnErrorOrTheRightRows) {
  log::set_level(log::Level::error);
  MemoryDisk disk;
  const Worked run = work(disk, {});
  for (const int why : {EIO, EINTR, MemoryFiles::half}) {
    bool is_reached = true;
    std::uint64_t refused = 0;
    for (std::size_t bad = 0; is_reached; ++bad) {
      is_reached = false;
      // SQLite's and ours are counted apart: both fail at their own call of this number.
      SimulatedStore left(disk, {}, [&](const char*, std::size_t number) {
        is_reached = is_reached || number == bad;
        return number == bad ? why : 0;
      });
      const std::string wrong =
          left.is_open() ? wrong_with(left.store(), run.written) : left.trouble();
      refused += wrong.empty() ? 0U : 1U;
      const bool is_told = wrong.find("Input/output error") != std::string::npos ||
                           wrong.find("disk I/O error") != std::string::npos ||
                           wrong.find("cannot be read") != std::string::npos;
      EXPECT_TRUE(wrong.empty() || (is_told && wrong.find("backup") == std::string::npos))
          << "read " << bad << " ends with " << why << ": " << wrong;
      EXPECT_TRUE(wrong.empty() || why == EIO) << "read " << bad << ": " << wrong;
    }
    EXPECT_GE(refused, why == EIO ? 20U : 0U);
  }
}

}  // namespace
}  // namespace millwright::faults
