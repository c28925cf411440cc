#include "keep/history/outside.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <memory>

#include "keep/history/sqlite.hpp"

namespace millwright::keep {
namespace {

constexpr int pages_a_step = 2048;              // 8 MiB
constexpr int busy_tries_max = 1000;            // of 10 ms
constexpr std::int64_t block_head_bytes = 130;  // a row's other columns and its place in the index
constexpr std::int64_t blocks_looked_at_max = 200'000;

Instant at_or(const Statement& row, int column) {
  return instant(row.integer(column));
}

struct End {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

Outcome copy_pages(sqlite3* from, sqlite3* to, const CopyProgress& each) {
  const std::unique_ptr<sqlite3_backup, End> backup(sqlite3_backup_init(to, "main", from, "main"));
  if (!backup) return fail(Code::offline, sqlite3_errmsg(to));
  for (int tries = 0; tries < busy_tries_max;) {
    const int code = sqlite3_backup_step(backup.get(), pages_a_step);
    const auto all = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup.get()));
    const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(backup.get()));
    constexpr std::uint64_t page_bytes = 4096;
    TRY(each((all - left) * page_bytes, all * page_bytes));
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

}  // namespace

Outcome copy_history(const std::filesystem::path& file, const std::filesystem::path& to,
                     const CopyProgress& each) {
  if (std::filesystem::exists(to)) return fail(Code::refused, to.string() + " is there already");
  Database source = TRY(Database::open(file.string(), Database::Access::read));
  // As long as this transaction is open, every step sees the same moment.
  TRY(source.run("BEGIN; SELECT count(*) FROM sqlite_schema"));
  Database target = TRY(Database::open(to.string(), Database::Access::write));
  const Outcome copied = copy_pages(source.handle(), target.handle(), each);
  if (!copied)
    return fail(copied.error().code,
                "cannot copy " + file.string() + " to " + to.string() + ": " + copied.error().what);
  // One file, without a log beside it.
  return target.run("PRAGMA journal_mode = DELETE");
}

Result<HistorySummary> summary_of_history(const std::filesystem::path& file) {
  Database database = TRY(Database::open(file.string(), Database::Access::read));
  HistorySummary summary;
  Statement chunks = TRY(database.prepare(
      "SELECT total(count + bad), count(DISTINCT tag), min(from_ns), max(to_ns) FROM chunk"));
  if (TRY(chunks.step())) {
    summary.rows = static_cast<std::uint64_t>(chunks.number(0));
    summary.tags = static_cast<std::uint64_t>(chunks.integer(1));
    summary.from = at_or(chunks, 2);
    summary.to = at_or(chunks, 3);
  }
  Statement newest = TRY(database.prepare("SELECT max(stored) FROM tag_state"));
  if (TRY(newest.step())) summary.newest = {static_cast<std::uint64_t>(newest.integer(0))};
  return summary;
}

Result<std::uint64_t> history_bytes_since(const std::filesystem::path& file, Instant since) {
  Database database = TRY(Database::open(file.string(), Database::Access::read));
  Statement blocks = TRY(database.prepare(
      "SELECT total(length(rows) + ?) FROM (SELECT from_ns, rows FROM chunk ORDER BY id DESC "
      "LIMIT ?) WHERE from_ns >= ?"));
  blocks.bind(1, block_head_bytes).bind(2, blocks_looked_at_max).bind(3, nanoseconds(since));
  if (!TRY(blocks.step())) return std::uint64_t{0};
  return static_cast<std::uint64_t>(std::max(0.0, blocks.number(0)));
}

}  // namespace millwright::keep
