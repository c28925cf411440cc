#include <fcntl.h>

#include <algorithm>

#include "base/log.hpp"
#include "keep/journal/journal.hpp"
#include "keep/journal/segment.hpp"
#include "keep/journal/snapshot.hpp"

namespace millwright::keep {

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& folder,
                                               const JournalSettings& settings,
                                               std::unique_ptr<Files> files) {
  std::unique_ptr<Journal> journal(new Journal(folder.string(), settings, std::move(files)));
  if (journal->files_->make_folder(folder.string()) != 0)
    return file_trouble("make the folder", folder.string());
  TRY(journal->take_lock());
  TRY(journal->read_folder());
  TRY(journal->read_segments());
  return journal;
}

Outcome Journal::take_lock() {
  lock_ = TRY(open_file(*files_, path("lock"), O_RDWR | O_CREAT));
  if (files_->lock(lock_.number()) != 0)
    return fail(Code::refused, "the journal in " + folder_ +
                                   " is in use by another millwright: stop that one first, or give "
                                   "this one a data folder of its own");
  return sync_folder(*files_, folder_);
}

Outcome Journal::read_folder() {
  std::vector<std::string> names;
  if (files_->list(folder_, names) != 0) return file_trouble("list", folder_);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (name.ends_with(unfinished_suffix)) files_->unlink(path(name));
    if (const auto first = number_of(name, segment_suffix)) segments_.push_back({*first, name});
    if (const auto at = number_of(name, snapshot_suffix)) {
      if (const auto snapshot = TRY(read_snapshot(*at))) {
        snapshots_.push_back({*at, snapshot->needs.value_or(*at)});
        continue;
      }
      opening_.broken_snapshots.push_back(path(name));
      log::warning(path(name) + " is damaged: the snapshot before it is used");
    }
  }
  return Done{};
}

Result<std::optional<flow::Journal::Snapshot>> Journal::read_snapshot(Sequence at) {
  const std::string name = path(numbered(at, snapshot_suffix));
  std::optional<Snapshot> snapshot =
      snapshot_of(TRY(read_whole(*files_, name, settings_.snapshot_bytes_max)));
  if (snapshot && snapshot->at != at) snapshot.reset();
  return snapshot;
}

Outcome Journal::read_segments() {
  if (segments_.empty() && snapshots_.empty() && opening_.broken_snapshots.empty())
    return add_segment(0);
  if (segments_.empty())
    return fail(Code::corrupt, folder_ +
                                   " holds a snapshot but no journal segment. Restore the "
                                   "data folder from a backup");
  durable_ = {segments_.front().first.value - 1};
  std::size_t size_on_disk = 0;
  for (const Segment& part : segments_) {
    const std::string name = path(part.name);
    if (part.first.value != durable_.value + 1)
      return fail(Code::corrupt, name + " begins with record " + std::to_string(part.first.value) +
                                     ", but " + std::to_string(durable_.value + 1) +
                                     " is expected. Restore the data folder from a backup");
    const bool is_last = &part == &segments_.back();
    const Bytes bytes = TRY(read_whole(*files_, name, segment::file_bytes_max));
    const segment::Scan scan = TRY(segment::scan(
        bytes, part.first, is_last ? segment::Tail::may_be_torn : segment::Tail::must_be_whole,
        name, [](Sequence, ByteView) -> Outcome { return Done{}; }));
    opening_.records += scan.last.value - durable_.value;
    durable_ = scan.last;
    end_ = scan.end;
    size_on_disk = bytes.size();
    if (scan.torn_bytes == 0) continue;
    opening_.torn_bytes = scan.torn_bytes;
    opening_.torn_file = name;
  }
  next_ = {durable_.value + 1};
  if (!snapshots_.empty() && snapshots_.back().at > durable_)
    return fail(Code::corrupt, folder_ + " holds records up to " + std::to_string(durable_.value) +
                                   ", but a snapshot at " +
                                   std::to_string(snapshots_.back().at.value) +
                                   ": records are missing. Restore the data folder from a backup");
  return take_last_segment(size_on_disk);
}

Outcome Journal::take_last_segment(std::size_t size_on_disk) {
  const std::string name = path(segments_.back().name);
  file_ = TRY(open_file(*files_, name, O_RDWR));
  size_ = size_on_disk;
  if (opening_.torn_bytes > 0) {
    log::warning(name + ": cut " + std::to_string(opening_.torn_bytes) + " bytes after record " +
                 std::to_string(durable_.value) + ", of a write that never finished");
    size_ = end_;
  }
  if (size_ < end_ || opening_.torn_bytes > 0) {
    if (files_->truncate(file_.number(), end_) != 0) return file_trouble("cut", name);
    size_ = end_;
  }
  // Without room the next group goes to a new segment, and says so when there is none.
  if (size_ < settings_.segment_bytes &&
      files_->allocate(file_.number(), settings_.segment_bytes) == 0)
    size_ = settings_.segment_bytes;
  // Nothing is acknowledged on top of a cut that the disk does not have yet.
  if (files_->sync(file_.number()) != 0) return file_trouble("sync", name);
  return Done{};
}

}  // namespace millwright::keep
