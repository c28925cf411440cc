#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/memory_files.hpp"
#include "keep/ledger/store.hpp"
#include "keep/ledger/test_facts.hpp"

namespace millwright::keep {

// A ledger on a disk in memory with a key that tests know: what an attacker writes who has the key
// as well.
struct TestLog {
  MemoryDisk disk;
  std::unique_ptr<MemoryFiles> files = std::make_unique<MemoryFiles>(disk);
  std::unique_ptr<Store> store;

  explicit TestLog(std::uint8_t seed, const StoreSettings& settings = {}) {
    const auto signer =
        math::Signer::from_seed("plant.example/ledger", math::KeyKind::note, {seed});
    const std::string text = signer.secret_text() + "\n";
    disk.bytes("/l/key").assign(text.begin(), text.end());
    auto opened = Store::open(*files, "/l", "unused", settings);
    CHECK(opened.has_value());
    store = std::move(*opened);
  }
  // Signs after these.
  void add(const std::vector<Record>& records) {
    for (const Record& record : records)
      CHECK(store->append(record).has_value());
    CHECK(store->commit().has_value());
    CHECK(store->sign().has_value());
  }
  std::string note() const { return store->newest().note; }
};

inline std::vector<Record> numbered_records(std::uint64_t from, std::uint64_t to) {
  std::vector<Record> records;
  for (std::uint64_t n = from; n < to; ++n)
    records.push_back(numbered_record(n));
  return records;
}

}  // namespace millwright::keep
