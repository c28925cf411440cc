#include "keep/journal/journal.hpp"

#include <fcntl.h>

#include <algorithm>
#include <chrono>

#include "base/log.hpp"
#include "keep/journal/segment.hpp"
#include "keep/journal/snapshot.hpp"

namespace millwright::keep {
namespace {

constexpr std::size_t snapshots_kept = 2;

const segment::Each ignore = [](Sequence, ByteView) -> Outcome { return Done{}; };

}  // namespace

Journal::Journal(std::string folder, const JournalSettings& settings, std::unique_ptr<Files> files)
    : folder_(std::move(folder)), settings_(settings), files_(std::move(files)) {}

Result<Sequence> Journal::append(ByteView record) {
  if (broken_) return fail(Code::corrupt, *broken_);
  if (group_.size() + segment::room_of(record.size()) > settings_.group_bytes_max)
    return fail(Code::invalid, "a group of more than " + std::to_string(settings_.group_bytes_max) +
                                   " bytes does not fit into the journal: send less at once");
  segment::append(group_, next_, record);
  return Sequence{next_.value++};
}

Outcome Journal::commit() {
  if (broken_) return fail(Code::corrupt, *broken_);
  if (group_.empty()) return Done{};
  if (end_ + group_.size() > size_) {
    if (Outcome added = add_segment(group_.size()); !added) {
      const bool is_broken = added.error().code != Code::full;
      return lose_group(std::move(added).error(), is_broken);
    }
  }
  if (Outcome written = write_group(); !written)
    return lose_group(std::move(written).error(), true);
  return Done{};
}

Outcome Journal::write_group() {
  TRY(write_whole(*files_, file_.number(), group_, end_));
  const auto start = std::chrono::steady_clock::now();
  if (files_->sync_data(file_.number()) != 0)
    return file_trouble("put on stable storage", path(segments_.back().name));
  const Duration took = std::chrono::steady_clock::now() - start;
  end_ += group_.size();
  counters_.records += next_.value - 1 - durable_.value;
  counters_.bytes += group_.size();
  ++counters_.groups;
  counters_.sync_last = took.count();
  counters_.sync_max = std::max(counters_.sync_max.load(), took.count());
  counters_.sync_total += took.count();
  durable_ = {next_.value - 1};
  group_.clear();
  return Done{};
}

Error Journal::lose_group(Error why, bool is_broken) {
  group_.clear();
  next_ = {durable_.value + 1};
  if (is_broken) {
    broken_ = "the journal in " + folder_ + " takes nothing more, because what is on the disk is " +
              "not known: " + why.what + ". It goes on when it has been read back";
    return fail(Code::corrupt, *broken_);
  }
  return why;
}

// The segment before is on stable storage whole: a group ends within its segment.
Outcome Journal::add_segment(std::size_t group_bytes) {
  const Sequence first{durable_.value + 1};
  const std::string name = numbered(first, segment_suffix);
  const std::size_t size = std::max(settings_.segment_bytes, segment::header_size + group_bytes);
  OpenFile file = TRY(put_file(*files_, folder_, name, segment::header(first), size));
  // What was set aside and is not needed goes back; it is no harm when that fails.
  if (file_.is_open()) files_->truncate(file_.number(), end_);
  file_ = std::move(file);
  if (segments_.empty() || segments_.back().first != first) segments_.push_back({first, name});
  end_ = segment::header_size;
  size_ = size;
  return Done{};
}

Outcome Journal::reopen() {
  group_.clear();
  next_ = {durable_.value + 1};
  if (!broken_) return Done{};
  const Segment& last = segments_.back();
  file_ = TRY(open_file(*files_, path(last.name), O_RDWR));
  files_->forget_cache(file_.number());
  Bytes bytes = TRY(read_whole(*files_, path(last.name), segment::file_bytes_max));
  if (bytes.size() > end_) bytes.resize(end_);
  const segment::Scan scan =
      TRY(segment::scan(bytes, last.first, segment::Tail::must_be_whole, path(last.name), ignore));
  if (scan.last != durable_)
    return fail(Code::corrupt, path(last.name) + " ends at record " +
                                   std::to_string(scan.last.value) + ", but " +
                                   std::to_string(durable_.value) +
                                   " was acknowledged. Replace "
                                   "the disk and restore the data folder from a backup");
  if (files_->truncate(file_.number(), end_) != 0 || files_->sync(file_.number()) != 0)
    return file_trouble("cut", path(last.name));
  size_ = end_;  // the next group goes to a new segment
  broken_.reset();
  log::info("the journal in " + folder_ + " has been read back and goes on");
  return Done{};
}

Outcome Journal::replay(Sequence after, const Each& each) {
  if (after.value + 1 < segments_.front().first.value)
    return fail(Code::corrupt, "the records from " + std::to_string(after.value + 1) +
                                   " on are gone from " + folder_ +
                                   ", and no whole snapshot stands "
                                   "for them. Restore the data folder from a backup");
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (i + 1 < segments_.size() && segments_[i + 1].first.value <= after.value + 1) continue;
    const std::string name = path(segments_[i].name);
    const Bytes bytes = TRY(read_whole(*files_, name, segment::file_bytes_max));
    TRY(segment::scan(bytes, segments_[i].first, segment::Tail::may_be_torn, name,
                      [&](Sequence sequence, ByteView record) -> Outcome {
                        if (sequence <= after || sequence > durable_) return Done{};
                        return each(sequence, record);
                      }));
  }
  return Done{};
}

Result<std::optional<flow::Journal::Snapshot>> Journal::newest_snapshot() {
  if (snapshots_.empty()) return std::optional<Snapshot>{};
  return read_snapshot(snapshots_.back().at);
}

Outcome Journal::keep_snapshot(const Snapshot& snapshot) {
  CHECK(snapshot.at <= durable_);
  const Bytes bytes = snapshot_bytes(snapshot);
  TRY(put_file(*files_, folder_, numbered(snapshot.at, snapshot_suffix), bytes, 0));
  counters_.bytes += bytes.size();
  std::erase_if(snapshots_, [&](const Kept& kept) { return kept.at >= snapshot.at; });
  snapshots_.push_back({snapshot.at, snapshot.needs.value_or(snapshot.at)});
  drop_needless();
  return Done{};
}

// What cannot be removed now is removed after a later snapshot.
void Journal::drop_needless() {
  for (const std::string& broken : opening_.broken_snapshots) {
    if (broken != path(numbered(snapshots_.back().at, snapshot_suffix))) files_->unlink(broken);
  }
  opening_.broken_snapshots.clear();
  while (snapshots_.size() > snapshots_kept) {
    if (files_->unlink(path(numbered(snapshots_.front().at, snapshot_suffix))) != 0) return;
    snapshots_.erase(snapshots_.begin());
  }
  if (snapshots_.size() < snapshots_kept) return;
  // The oldest goes first, so that what is left has no gap wherever this ends.
  while (segments_.size() > 1 && segments_[1].first.value <= snapshots_.front().needs.value + 1) {
    if (files_->unlink(path(segments_.front().name)) != 0) return;
    segments_.erase(segments_.begin());
  }
  static_cast<void>(sync_folder(*files_, folder_));
}

Journal::Figures Journal::figures() const {
  return {counters_.records,
          counters_.groups,
          counters_.bytes,
          Duration(counters_.sync_last),
          Duration(counters_.sync_max),
          Duration(counters_.sync_total)};
}

}  // namespace millwright::keep
