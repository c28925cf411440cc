#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/time.hpp"
#include "flow/ports/journal.hpp"

namespace millwright::keep {

struct JournalSettings {
  std::size_t segment_bytes = std::size_t{64} << 20U;    // a file; larger when one group is larger
  std::size_t group_bytes_max = std::size_t{64} << 20U;  // appended and not committed
  std::size_t snapshot_bytes_max = std::size_t{2} << 30U;
};

// The journal in a folder of its own: segments of records, and the two newest snapshots
// (docs/formats/journal.md). Thread: one at a time, but figures() from any.
class Journal final : public flow::Journal {
 public:
  // Reads and checks all that is there, cuts a group whose write never finished, and locks the
  // folder.
  // Errors: refused, when another process has the folder; corrupt, with file and place; full,
  // offline, from the system.
  static Result<std::unique_ptr<Journal>> open(
      const std::filesystem::path& folder, const JournalSettings& settings = {},
      std::unique_ptr<Files> files = std::make_unique<Files>());

  // Errors, besides those of the port: invalid, when the open group would pass group_bytes_max.
  Result<Sequence> append(ByteView record) override;
  // When it fails, the open group is gone and its numbers are given again. `full`: nothing was
  // written, and a later commit may succeed. `corrupt`: what is on the disk is not known, and
  // nothing more is taken until reopen().
  Outcome commit() override;
  Outcome replay(Sequence after, const Each& each) override;
  Result<std::optional<Snapshot>> newest_snapshot() override;
  Outcome keep_snapshot(const Snapshot& snapshot) override;

  // After a failed commit: reads back from the disk what was acknowledged, cuts what was not, and
  // goes on in a new segment.
  // Errors: corrupt, when an acknowledged record cannot be read back.
  Outcome reopen() override;

  // Up to here everything is on stable storage.
  Sequence durable() const { return durable_; }

  struct Opening {  // what open() found
    std::uint64_t records = 0;
    std::size_t torn_bytes = 0;  // cut from the end of torn_file
    std::string torn_file;
    std::vector<std::string> broken_snapshots;
  };
  const Opening& opening() const { return opening_; }

  struct Figures {                                     // since open
    std::uint64_t records = 0, groups = 0, bytes = 0;  // bytes: written, with headers
    Duration sync_last{}, sync_max{}, sync_total{};    // of fdatasync, one a group
  };
  Figures figures() const;

 private:
  struct Segment {
    Sequence first;
    std::string name;
  };

  Journal(std::string folder, const JournalSettings& settings, std::unique_ptr<Files> files);
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  Outcome take_lock();
  Outcome read_folder();
  Outcome read_segments();
  Outcome take_last_segment(std::size_t size_on_disk);
  Result<std::optional<Snapshot>> read_snapshot(Sequence at);
  Outcome add_segment(std::size_t group_bytes);
  Outcome write_group();
  Error lose_group(Error why, bool is_broken);
  void drop_needless();

  std::string folder_;
  JournalSettings settings_;
  std::unique_ptr<Files> files_;
  OpenFile lock_, file_;
  std::vector<Segment> segments_;  // by number; the last one is written
  struct Kept {
    Sequence at, needs;
  };
  std::vector<Kept> snapshots_;  // whole ones, by number
  Bytes group_;
  Sequence durable_, next_{1};
  std::size_t end_ = 0, size_ = 0;  // of the last segment
  std::optional<std::string> broken_;
  Opening opening_;

  struct Counters {
    std::atomic<std::uint64_t> records{0}, groups{0}, bytes{0};
    std::atomic<std::int64_t> sync_last{0}, sync_max{0}, sync_total{0};
  };
  Counters counters_;
};

}  // namespace millwright::keep
