// Single bits of what lies on the disk are turned: README.md.

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/log.hpp"
#include "batches.hpp"
#include "test_rounds.hpp"

namespace millwright::faults {
namespace {

struct Tally {
  std::uint64_t flips = 0, refused = 0, told = 0, harmless = 0;
};

// An error for a person, not rows that are missing or others.
bool is_told(const std::string& wrong) {
  return wrong.find("backup") != std::string::npos;
}

void flip(MemoryDisk& disk, const std::string& name, std::uint64_t bit) {
  disk.bytes(name)[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
}

void flip_bits(const MemoryDisk& whole, const Written& written) {
  std::map<std::string, Tally> tallies;
  std::mt19937_64 random(first_seed());
  const std::vector<std::string> names = whole.names();
  const std::string catalogue =
      std::string(SimulatedStore::folder) + "/" + std::string(keep::catalogue_file);
  for (std::uint64_t round = 0; round < rounds(300); ++round) {
    MemoryDisk disk = whole.after_power_cut(1);  // nothing is open: an equal disk
    const std::string name = random() % 3 == 0 ? catalogue : names[random() % names.size()];
    if (disk.bytes(name).empty()) continue;
    const std::uint64_t bit = random() % (disk.bytes(name).size() * 8);
    flip(disk, name, bit);
    Tally& tally = tallies[name.substr(name.rfind('.'))];
    ++tally.flips;
    SimulatedStore store(disk, {});
    if (!store.is_open()) {
      ++tally.refused;
      EXPECT_TRUE(is_told(store.trouble())) << name << " bit " << bit << ": " << store.trouble();
      continue;
    }
    const std::string wrong = wrong_with(store.store(), written);
    EXPECT_TRUE(wrong.empty() || is_told(wrong)) << name << " bit " << bit << ": " << wrong;
    ++(wrong.empty() ? tally.harmless : tally.told);
  }
  for (const auto& [name, tally] : tallies)
    std::printf("%s: %llu flips, %llu refused at the start, %llu told by a read, %llu harmless\n",
                name.c_str(), static_cast<unsigned long long>(tally.flips),
                static_cast<unsigned long long>(tally.refused),
                static_cast<unsigned long long>(tally.told),
                static_cast<unsigned long long>(tally.harmless));
}

TEST(HistoryBits, ATurnedBitIsToldOrHarmlessAfterAnEnd) {
  log::set_level(log::Level::error);
  MemoryDisk disk;
  {
    SimulatedStore store(disk, {});
    for (std::uint64_t number = 1; number <= 30; ++number)
      ASSERT_TRUE(write_batch(store.store(), number));
  }
  flip_bits(disk, {30, 30});
}
TEST(HistoryBits, ATurnedBitIsToldOrHarmlessAfterAPowerCut) {
  log::set_level(log::Level::error);
  MemoryDisk disk;
  SimulatedStore store(disk, {});
  for (std::uint64_t number = 1; number <= 30; ++number)
    ASSERT_TRUE(write_batch(store.store(), number));
  flip_bits(disk.after_power_cut(1), {30, 30});
}

}  // namespace
}  // namespace millwright::faults
