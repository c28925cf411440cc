#pragma once

#include <functional>
#include <optional>

#include "base/bytes.hpp"
#include "model/ids.hpp"

namespace millwright::flow {

// Keeps every input in order, on stable storage. One thread at a time: the journal thread.
class Journal {
 public:
  virtual ~Journal() = default;

  // Adds a record to the open group and numbers it.
  // Errors: full (disk), corrupt (an earlier commit failed; nothing more is taken until reopened).
  virtual Result<Sequence> append(ByteView record) = 0;
  // Puts the open group on stable storage (fdatasync). Only then may anyone be told that it is
  // kept.
  virtual Outcome commit() = 0;

  // After a failure: opens and verifies what is stored, and cuts off what was never committed.
  virtual Outcome reopen() = 0;

  // Calls `each` for every record after `after`, in order.
  using Each = std::function<Outcome(Sequence, ByteView)>;
  virtual Outcome replay(Sequence after, const Each& each) = 0;

  struct Snapshot {
    Sequence at;
    Bytes bytes;
    std::optional<Sequence> needs{};  // records after it are needed beside it; absent: after `at`
  };
  // The newest whole snapshot.
  virtual Result<std::optional<Snapshot>> newest_snapshot() = 0;
  // Keeps a snapshot durably; records that it makes needless may go.
  virtual Outcome keep_snapshot(const Snapshot& snapshot) = 0;
};

}  // namespace millwright::flow
