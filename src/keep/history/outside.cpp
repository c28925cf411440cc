#include "keep/history/outside.hpp"

#include <fcntl.h>
#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <set>

#include "keep/history/catalogue.hpp"

namespace millwright::keep {
namespace {

constexpr int pages_a_step = 2048;    // 8 MiB
constexpr int busy_tries_max = 1000;  // of 10 ms
constexpr int looks_max = 5;          // at a folder that changes while it is read

struct End {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

Outcome copy_pages(sqlite3* from, sqlite3* to) {
  const std::unique_ptr<sqlite3_backup, End> backup(sqlite3_backup_init(to, "main", from, "main"));
  if (!backup) return fail(Code::offline, sqlite3_errmsg(to));
  for (int tries = 0; tries < busy_tries_max;) {
    const int code = sqlite3_backup_step(backup.get(), pages_a_step);
    if (code == SQLITE_DONE) return Done{};
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
      ++tries;
      sqlite3_sleep(10);
      continue;
    }
    if (code != SQLITE_OK)
      return fail(code == SQLITE_FULL ? Code::full : Code::corrupt, sqlite3_errstr(code));
  }
  return fail(Code::timed_out, "it was never free to be read");
}

Outcome copy_catalogue(const std::filesystem::path& file, const std::filesystem::path& to) {
  if (std::filesystem::exists(to)) return fail(Code::refused, to.string() + " is there already");
  Database source = TRY(Database::open(file.string(), Database::Access::read));
  // As long as this transaction is open, every step sees the same moment.
  TRY(source.run("BEGIN; SELECT count(*) FROM sqlite_schema"));
  Database target = TRY(Database::open(to.string(), Database::Access::write));
  const Outcome copied = copy_pages(source.handle(), target.handle());
  if (!copied)
    return fail(copied.error().code,
                "cannot copy " + file.string() + " to " + to.string() + ": " + copied.error().what);
  // One file, without a log beside it.
  return target.run("PRAGMA journal_mode = DELETE");
}

Result<std::shared_ptr<Segment>> opened(Files& files, const std::filesystem::path& folder,
                                        const Catalogue::Listed& listed) {
  if (listed.is_sealed)
    return Segment::open_sealed(files, folder.string(), listed.identity, listed.bytes);
  return Segment::open(files, folder.string(), listed.identity, listed.bytes,
                       Segment::Access::read);
}

// Calls `each` with every segment. While another process writes, one may go between the list and
// the look: then all is begun anew, for which `begin` is called.
Outcome each_segment(const std::filesystem::path& folder, const std::function<void()>& begin,
                     const std::function<Outcome(const Segment&)>& each) {
  Files files;
  for (int look = 1;; ++look) {
    begin();
    Catalogue catalogue =
        TRY(Catalogue::open((folder / catalogue_file).string(), Database::Access::read));
    Outcome all = Done{};
    for (const Catalogue::Listed& listed : TRY(catalogue.segments())) {
      const auto segment = opened(files, folder, listed);
      all = segment ? each(**segment) : Outcome(segment.error());
      if (!all) break;
    }
    if (all || look == looks_max || all.error().code == Code::corrupt) return all;
  }
}

}  // namespace

bool has_history(const std::filesystem::path& folder) {
  return std::filesystem::exists(folder / catalogue_file);
}

Result<HistoryCopy> HistoryCopy::open(const std::filesystem::path& folder,
                                      const std::filesystem::path& catalogue) {
  for (int look = 1;; ++look) {
    HistoryCopy copy;
    TRY(copy_catalogue(folder / catalogue_file, catalogue));
    const Outcome held = copy.hold(folder, catalogue);
    if (held) return copy;
    if (look == looks_max) return held.error();
    std::filesystem::remove(catalogue);
  }
}

Outcome HistoryCopy::hold(const std::filesystem::path& folder,
                          const std::filesystem::path& catalogue) {
  Catalogue copied = TRY(Catalogue::open(catalogue.string(), Database::Access::read));
  for (const Catalogue::Listed& listed : TRY(copied.segments())) {
    const std::string name = Segment::name_of(listed.identity);
    segments_.push_back(
        {name, listed.bytes, TRY(open_file(*files_, (folder / name).string(), O_RDONLY))});
  }
  for (const Catalogue::TagState& state : TRY(copied.tag_states()))
    newest_ = std::max(newest_, state.stored);
  return Done{};
}

std::uint64_t HistoryCopy::bytes() const {
  std::uint64_t all = 0;
  for (const File& file : segments_)
    all += file.bytes;
  return all;
}

Result<HistorySummary> summary_of_history(const std::filesystem::path& folder) {
  HistorySummary summary;
  std::set<std::uint32_t> tags;
  std::int64_t from = 0, to = 0;
  const auto begin = [&] {
    summary = {};
    tags.clear();
    from = std::numeric_limits<std::int64_t>::max();
    to = std::numeric_limits<std::int64_t>::min();
  };
  TRY(each_segment(folder, begin, [&](const Segment& segment) -> Outcome {
    segment.each_entry([&](const Entry& entry) {
      summary.rows += std::uint64_t{entry.good} + entry.other;
      tags.insert(entry.tag);
      from = std::min(from, entry.from);
      to = std::max(to, entry.to);
    });
    return Done{};
  }));
  summary.tags = tags.size();
  if (summary.rows > 0) {
    summary.from = instant(from);
    summary.to = instant(to);
  }
  Catalogue catalogue =
      TRY(Catalogue::open((folder / catalogue_file).string(), Database::Access::read));
  for (const Catalogue::TagState& state : TRY(catalogue.tag_states()))
    summary.newest = std::max(summary.newest, state.stored);
  return summary;
}

Result<std::uint64_t> history_bytes_since(const std::filesystem::path& folder, Instant since) {
  std::uint64_t bytes = 0;
  const auto begin = [&] { bytes = 0; };
  TRY(each_segment(folder, begin, [&](const Segment& segment) -> Outcome {
    segment.each_entry([&](const Entry& entry) {
      if (entry.column == 0 && entry.from >= nanoseconds(since)) bytes += entry.size;
    });
    return Done{};
  }));
  return bytes;
}

Result<HistoryVerified> verify_history(const std::filesystem::path& folder) {
  HistoryVerified verified;
  const auto begin = [&] { verified = {}; };
  TRY(each_segment(folder, begin, [&](const Segment& segment) -> Outcome {
    ++verified.segments;
    verified.bytes += segment.bytes();
    segment.each_entry([&](const Entry&) { ++verified.columns; });
    return segment.verify();
  }));
  return verified;
}

}  // namespace millwright::keep
