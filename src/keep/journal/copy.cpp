#include "keep/journal/copy.hpp"

#include <fcntl.h>

#include <algorithm>

#include "keep/journal/segment.hpp"
#include "keep/journal/snapshot.hpp"

namespace millwright::keep {
namespace {

constexpr std::size_t snapshot_file_bytes_max = (std::size_t{2} << 30U) + 64;
constexpr int looks_max = 5;  // at a folder or file that changes while it is read

Error no_journal(const std::string& folder) {
  return fail(Code::not_found, "there is no journal in " + folder +
                                   ": name the data folder of a server, that is the one with the "
                                   "folders journal and history");
}

}  // namespace

Result<JournalCopy> JournalCopy::open(const std::filesystem::path& folder) {
  JournalCopy copy(folder.string());
  TRY(copy.read_snapshot());
  TRY(copy.look());
  if (copy.held_.empty()) return no_journal(folder.string());
  return copy;
}

// The newest one may be replaced by a newer between the list and the look.
Outcome JournalCopy::read_snapshot() {
  for (int look = 0; look < looks_max; ++look) {
    std::vector<std::string> names;
    if (files_->list(folder_, names) != 0) return no_journal(folder_);
    std::erase_if(names, [](const auto& name) { return !number_of(name, snapshot_suffix); });
    if (names.empty()) return Done{};
    std::sort(names.rbegin(), names.rend());
    for (const std::string& name : names) {
      Result<Bytes> bytes = read_whole(*files_, folder_ + "/" + name, snapshot_file_bytes_max);
      if (!bytes) continue;
      const auto snapshot = snapshot_of(*bytes);
      if (!snapshot || snapshot->at != number_of(name, snapshot_suffix)) continue;
      snapshot_ = snapshot->at;
      snapshot_bytes_ = std::move(*bytes);
      return Done{};
    }
  }
  return fail(Code::corrupt, "no snapshot in " + folder_ +
                                 " is whole: start millwright on this data folder, it says what is "
                                 "wrong");
}

Outcome JournalCopy::look() {
  std::vector<std::string> names;
  if (files_->list(folder_, names) != 0) return no_journal(folder_);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const auto first = number_of(name, segment_suffix);
    if (!first || held_.contains(*first)) continue;
    Result<OpenFile> file = open_file(*files_, folder_ + "/" + name, O_RDONLY);
    if (file) {
      held_.emplace(*first, std::move(*file));
    } else {
      // They go oldest first, when nothing needs them: what is before it is not needed either.
      held_.erase(held_.begin(), held_.lower_bound(*first));
    }
  }
  return Done{};
}

// By its name, for a segment without records may have been replaced by another of the same name; by
// what is held, when it is gone.
Result<Bytes> JournalCopy::bytes_of(const std::string& name) const {
  const std::string path = folder_ + "/" + name;
  Result<Bytes> bytes = read_whole(*files_, path, segment::file_bytes_max);
  if (bytes) return bytes;
  return read_whole(*files_, held_.at(*number_of(name, segment_suffix)), path,
                    segment::file_bytes_max);
}

Result<JournalCopy::Taken> JournalCopy::take(const Each& each) {
  TRY(look());
  if (snapshot_ != Sequence{})
    TRY(each({numbered(snapshot_, snapshot_suffix), std::move(snapshot_bytes_)}));
  Taken taken{snapshot_, {}};
  bool has_begun = false;
  for (auto at = held_.begin(); at != held_.end(); ++at) {
    const auto next = std::next(at);
    const bool is_last = next == held_.end();
    const std::uint64_t wanted = has_begun ? taken.last.value + 1 : snapshot_.value + 1;
    if (has_begun ? at->first.value != wanted : at->first.value > wanted)
      return fail(Code::corrupt, "the journal in " + folder_ + " has no record " +
                                     std::to_string(wanted) +
                                     ": try the backup again; if that does not help, start "
                                     "millwright on this data folder, it says what is wrong");
    taken.last = TRY(take_segment(at->first, is_last, each));
    has_begun = true;
  }
  return taken;
}

// While a segment is written, one look at it may see the end of a group without its beginning: it
// is looked at again, and only then is it damage.
Result<Sequence> JournalCopy::take_segment(Sequence first, bool is_last, const Each& each) {
  const std::string name = numbered(first, segment_suffix);
  const auto tail = is_last ? segment::Tail::may_be_torn : segment::Tail::must_be_whole;
  for (int look = 1;; ++look) {
    Bytes bytes = TRY(bytes_of(name));
    const auto scan = segment::scan(bytes, first, tail, folder_ + "/" + name,
                                    [](Sequence, ByteView) -> Outcome { return Done{}; });
    if (!scan && look < looks_max) continue;
    if (!scan) return scan.error();
    bytes.resize(scan->end);
    TRY(each({name, std::move(bytes)}));
    return scan->last;
  }
}

}  // namespace millwright::keep
