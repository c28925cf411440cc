#pragma once

#include <vector>

#include "flow/ports/journal.hpp"

namespace millwright::flow {

// A journal that forgets with the process: for scenarios, tests and benches of what stands above
// it.
class MemoryJournal final : public Journal {
 public:
  Result<Sequence> append(ByteView record) override {
    records_.emplace_back(record.begin(), record.end());
    return Sequence{records_.size()};
  }
  Outcome commit() override { return Done{}; }
  Outcome reopen() override { return Done{}; }
  Outcome replay(Sequence after, const Each& each) override {
    for (std::size_t i = after.value; i < records_.size(); ++i)
      TRY(each({i + 1}, records_[i]));
    return Done{};
  }
  Result<std::optional<Snapshot>> newest_snapshot() override { return snapshot_; }
  Outcome keep_snapshot(const Snapshot& snapshot) override {
    snapshot_ = snapshot;
    return Done{};
  }

 private:
  std::vector<Bytes> records_;
  std::optional<Snapshot> snapshot_;
};

}  // namespace millwright::flow
