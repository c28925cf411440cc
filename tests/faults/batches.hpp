#pragma once

#include <string>
#include <vector>

#include "base/memory_files.hpp"
#include "keep/history/segment_store.hpp"
#include "memory_vfs.hpp"

namespace millwright::faults {

// Writes a batch to a store, by number from 1: rows of some tags of two groups, of several days,
// now and then late. Each row says which batch it is of, and no two rows of a tag have one time.
Outcome write_batch(keep::SegmentStore& store, std::uint64_t number);

// A store whose files and catalogue lie on one simulated disk.
class SimulatedStore {
 public:
  static constexpr const char* folder = "/simulated";
  SimulatedStore(MemoryDisk& disk, const MemoryFiles::Fault& fault,
                 const MemoryFiles::Fault& reading = {});
  ~SimulatedStore() { store_.reset(); }
  SimulatedStore(const SimulatedStore&) = delete;
  SimulatedStore& operator=(const SimulatedStore&) = delete;

  bool is_open() const { return store_ != nullptr; }
  const std::string& trouble() const { return trouble_; }
  keep::SegmentStore& store() { return *store_; }

 private:
  MemoryFiles files_;  // SQLite's
  SqliteOn sqlite_;
  std::unique_ptr<keep::SegmentStore> store_;
  std::string trouble_;
};

struct Written {
  std::uint64_t acknowledged = 0, offered = 0;  // batches
};
// What is wrong with the batches in a store; empty: all acknowledged ones are there once and whole,
// of those offered after them each is there whole or not at all, and nothing else is.
std::string wrong_with(keep::SegmentStore& store, const Written& written);

}  // namespace millwright::faults
