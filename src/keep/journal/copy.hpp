#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/files.hpp"
#include "model/ids.hpp"

namespace millwright::keep {

// A journal as it is to be copied while another process writes it. It needs no lock and disturbs
// nobody: files that the other process removes meanwhile are held open. One thread.
//
// Why the copy fits a copy of the history made between open() and take(): what the snapshot leaves
// out is in the history copied after open(), or in a segment that was there at open(), for the
// journal drops no record that a store may lack; and the history stores only what the journal has,
// so take() after it reaches further than the history does.
class JournalCopy {
 public:
  // Reads the newest whole snapshot and holds the segments.
  // Errors: not_found, when there is no journal; offline, from the system.
  static Result<JournalCopy> open(const std::filesystem::path& folder);
  // Holds segments that came since. Call it at least every minute: what was made and dropped
  // between two calls would be missing, and take() would say so.
  Outcome look();

  struct File {
    std::string name;  // in the folder of the journal
    Bytes bytes;
  };
  using Each = std::function<Outcome(File&&)>;
  // Gives the snapshot, then each segment, the last one up to its last whole record. Errors:
  // corrupt, with name and place; what `each` says.
  struct Taken {
    Sequence snapshot, last;  // 0: no snapshot; the last record
  };
  Result<Taken> take(const Each& each);

 private:
  explicit JournalCopy(std::string folder)
      : folder_(std::move(folder)), files_(std::make_unique<Files>()) {}
  Outcome read_snapshot();
  Result<Bytes> bytes_of(const std::string& name) const;
  Result<Sequence> take_segment(Sequence first, bool is_last, const Each& each);

  std::string folder_;
  std::unique_ptr<Files> files_;
  Sequence snapshot_;
  Bytes snapshot_bytes_;
  std::map<Sequence, OpenFile> held_;
};

}  // namespace millwright::keep
