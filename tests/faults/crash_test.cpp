// The power ends at every call that changes the disk, on which segment files and the SQLite
// catalogue lie together: README.md.

#include <gtest/gtest.h>

#include "base/log.hpp"
#include "batches.hpp"
#include "test_rounds.hpp"

namespace millwright::faults {
namespace {

struct Cut {
  MemoryDisk disk;
  Written written;
  std::string where;
};

// Writes batches and keeps what the disk would be, had the power ended at each of its calls.
class Workload {
 public:
  Workload(std::uint64_t batches, std::uint64_t seeds) : batches_(batches), seeds_(seeds) {}

  // `each` is called with the cuts of each batch. A disk that only says that it syncs: `pretend`.
  void run(const std::function<bool(std::vector<Cut>&)>& each, int of_sync = 0) {
    constexpr std::uint64_t batches_of_a_start = 37;
    MemoryDisk disk;
    const auto record = [&](const char* call, std::size_t) {
      ++calls_;
      for (std::uint64_t seed = 0; seed < seeds_; ++seed)
        cuts_.push_back({disk.after_power_cut(calls_ * 1000 + seed + first_seed()), written_,
                         "call " + std::to_string(calls_) + " (" + call + "), seed " +
                             std::to_string(seed) + ", batch " + std::to_string(written_.offered)});
      return call == std::string_view("sync") ? of_sync : 0;
    };
    std::optional<SimulatedStore> simulated;
    for (std::uint64_t number = 1; number <= batches_; ++number) {
      if (number % batches_of_a_start == 1) {
        simulated.reset();
        simulated.emplace(disk, record);
        ASSERT_TRUE(simulated->is_open()) << simulated->trouble();
      }
      written_.offered = number;
      const Outcome written = write_batch(simulated->store(), number);
      ASSERT_TRUE(written) << written.error().what;
      written_.acknowledged = number;
      if (!each(cuts_)) return;
      cuts_.clear();
    }
  }

 private:
  std::uint64_t batches_, seeds_, calls_ = 0;
  Written written_;
  std::vector<Cut> cuts_;
};

// What is wrong with what is left, and when it is opened and the power ends again while it is.
std::string wrong_with(Cut& cut, std::uint64_t again_at) {
  MemoryDisk second;
  bool is_cut_again = false;
  const auto record = [&](const char*, std::size_t number) {
    if (number == again_at) second = cut.disk.after_power_cut(again_at + 1);
    is_cut_again = is_cut_again || number == again_at;
    return 0;
  };
  {
    SimulatedStore left(cut.disk, record);
    if (!left.is_open()) return left.trouble();
    if (std::string wrong = wrong_with(left.store(), cut.written); !wrong.empty()) return wrong;
  }
  if (!is_cut_again) return {};
  SimulatedStore left(second, {});
  if (!left.is_open())
    return "cut again at call " + std::to_string(again_at) + ": " + left.trouble();
  return wrong_with(left.store(), cut.written);
}

TEST(HistoryCrash, ThePowerMayEndAtEveryCallAndABatchIsThereWholeOrNotAtAll) {
  log::set_level(log::Level::error);
  std::uint64_t points = 0;
  Workload(number_from("MILLWRIGHT_BATCHES", 20), rounds(2)).run([&](std::vector<Cut>& cuts) {
    for (Cut& cut : cuts) {
      const std::string wrong = wrong_with(cut, ++points % 16);
      EXPECT_EQ(wrong, "") << cut.where;
      if (!wrong.empty()) return false;
    }
    return true;
  });
  EXPECT_GT(points, 500U);
  RecordProperty("points", std::to_string(points));
  std::printf("%llu points\n", static_cast<unsigned long long>(points));
}

// The control: a disk that says that it synced and did not must be caught by the same comparison.
TEST(HistoryCrash, ADiskThatOnlySaysItSyncedIsCaught) {
  log::set_level(log::Level::error);
  std::uint64_t points = 0, caught = 0;
  Workload(12, 2).run(
      [&](std::vector<Cut>& cuts) {
        for (Cut& cut : cuts) {
          ++points;
          caught += wrong_with(cut, 1000).empty() ? 0U : 1U;
        }
        return true;
      },
      MemoryFiles::pretend);
  EXPECT_GE(caught, points / 2);
  std::printf("%llu of %llu caught\n", static_cast<unsigned long long>(caught),
              static_cast<unsigned long long>(points));
}

}  // namespace
}  // namespace millwright::faults
