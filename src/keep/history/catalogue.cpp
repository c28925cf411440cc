#include "keep/history/catalogue.hpp"

namespace millwright::keep {
namespace {

// No write-ahead log: a damaged frame ends it without a word, and what was committed after it,
// which the journal may have no more, would be gone.
constexpr const char* tables = R"sql(
PRAGMA journal_mode = TRUNCATE;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS segment(
  number INTEGER PRIMARY KEY, day INTEGER NOT NULL, bytes INTEGER NOT NULL,
  is_sealed INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tag_state(
  tag INTEGER PRIMARY KEY, stored INTEGER NOT NULL, newest_ns INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS whole(
  id INTEGER PRIMARY KEY, rows INTEGER NOT NULL, sum INTEGER NOT NULL) STRICT;
)sql";
constexpr std::int64_t summed_form = 1;  // user_version: the table `whole` is kept

void add(Catalogue::Whole& whole, char table, std::initializer_list<std::int64_t> row, int count) {
  Bytes bytes;
  Writer out(bytes);
  out.fixed(table);
  for (const std::int64_t number : row)
    out.fixed(number);
  whole.sum ^= crc32c(bytes);
  whole.rows += count;
}
void add(Catalogue::Whole& whole, const Catalogue::Listed& row, int count) {
  add(whole, 's',
      {row.identity.number, row.identity.day, static_cast<std::int64_t>(row.bytes),
       row.is_sealed ? 1 : 0},
      count);
}
void add(Catalogue::Whole& whole, const Catalogue::TagState& row, int count) {
  add(whole, 't',
      {row.tag.value, static_cast<std::int64_t>(row.stored.value), nanoseconds(row.newest)}, count);
}

}  // namespace

Result<Catalogue> Catalogue::open(const std::string& file, Database::Access access) {
  Database database = TRY(Database::open(file, access));
  if (access == Database::Access::write) TRY(database.run(tables));
  Catalogue catalogue(std::move(database));
  TRY(catalogue.database_.run("BEGIN"));
  Outcome good = catalogue.check(file, access);
  if (good) good = catalogue.database_.run("COMMIT");
  if (good) return catalogue;
  static_cast<void>(catalogue.database_.run("ROLLBACK"));  // SQLite may have done it
  return good.error();
}

// SQLite finds what breaks its own pages, not a number that has become another one.
Outcome Catalogue::check(const std::string& file, Database::Access access) {
  const auto damaged = [&](const std::string& what) {
    return fail(Code::corrupt,
                file + " is damaged: " + what + ". Restore the data folder from a backup");
  };
  Statement quick = TRY(database_.prepare("PRAGMA quick_check(1)"));
  const bool has_answer = TRY(quick.step());
  const ByteView answer = has_answer ? quick.bytes(0) : ByteView{};
  const std::string told(answer.begin(), answer.end());
  if (told.find("unable to get the page") != std::string::npos)
    return fail(Code::offline, file + " cannot be read: " + told);
  if (told != "ok") return damaged(told);
  Whole found;
  for (const Listed& listed : TRY(segments()))
    add(found, listed, 1);
  for (const TagState& state : TRY(tag_states()))
    add(found, state, 1);
  Statement version = TRY(database_.prepare("PRAGMA user_version"));
  const std::int64_t form = TRY(version.step()) ? version.integer(0) : 0;
  if (form == 0) {  // of a version that kept no sum, or new
    if (access == Database::Access::read) return Done{};
    TRY(put_whole(found));
    return database_.run("PRAGMA user_version = 1");
  }
  if (form != summed_form) return damaged("its form is " + std::to_string(form));
  if (!(found == TRY(whole()))) return damaged("its rows do not add up");
  return Done{};
}

Result<Catalogue::Whole> Catalogue::whole() {
  Statement all = TRY(database_.prepare("SELECT rows, sum FROM whole WHERE id = 0"));
  Whole out;
  if (!TRY(all.step())) return Whole{-1, 0};
  out.rows = all.integer(0);
  out.sum = static_cast<std::uint32_t>(all.integer(1));
  return out;
}

Outcome Catalogue::put_whole(const Whole& whole) {
  Statement put = TRY(database_.prepare("INSERT OR REPLACE INTO whole VALUES(0, ?, ?)"));
  put.bind(1, whole.rows).bind(2, std::int64_t{whole.sum});
  TRY(put.step());
  return Done{};
}

Result<std::vector<Catalogue::Listed>> Catalogue::segments() {
  Statement all =
      TRY(database_.prepare("SELECT number, day, bytes, is_sealed FROM segment ORDER BY number"));
  std::vector<Listed> out;
  while (TRY(all.step()))
    out.push_back({{static_cast<std::uint32_t>(all.integer(0)), all.integer(1)},
                   static_cast<std::uint64_t>(all.integer(2)),
                   all.integer(3) != 0});
  return out;
}

Result<std::vector<Catalogue::TagState>> Catalogue::tag_states() {
  Statement all = TRY(database_.prepare("SELECT tag, stored, newest_ns FROM tag_state"));
  std::vector<TagState> out;
  while (TRY(all.step()))
    out.push_back({TagId{static_cast<std::uint32_t>(all.integer(0))},
                   Sequence{static_cast<std::uint64_t>(all.integer(1))}, instant(all.integer(2))});
  return out;
}

// What stands in the way of a new row leaves the sum.
Outcome Catalogue::take_out(const Listed& row, Whole& whole) {
  Statement old =
      TRY(database_.prepare("SELECT day, bytes, is_sealed FROM segment WHERE number = ?"));
  old.bind(1, std::int64_t{row.identity.number});
  if (!TRY(old.step())) return Done{};
  add(whole,
      Listed{{row.identity.number, old.integer(0)},
             static_cast<std::uint64_t>(old.integer(1)),
             old.integer(2) != 0},
      -1);
  return Done{};
}
Outcome Catalogue::take_out(TagId tag, Whole& whole) {
  Statement old = TRY(database_.prepare("SELECT stored, newest_ns FROM tag_state WHERE tag = ?"));
  old.bind(1, std::int64_t{tag.value});
  if (!TRY(old.step())) return Done{};
  const Sequence stored{static_cast<std::uint64_t>(old.integer(0))};
  add(whole, TagState{tag, stored, instant(old.integer(1))}, -1);
  return Done{};
}

// Twice is as once.
Outcome Catalogue::put(const Change& change) {
  Whole whole = TRY(this->whole());
  Statement segment = TRY(database_.prepare("INSERT OR REPLACE INTO segment VALUES(?, ?, ?, ?)"));
  for (const Listed& listed : change.segments) {
    TRY(take_out(listed, whole));
    add(whole, listed, 1);
    segment.bind(1, std::int64_t{listed.identity.number})
        .bind(2, listed.identity.day)
        .bind(3, static_cast<std::int64_t>(listed.bytes))
        .bind(4, std::int64_t{listed.is_sealed ? 1 : 0});
    TRY(segment.step());
  }
  Statement gone = TRY(database_.prepare("DELETE FROM segment WHERE number = ?"));
  for (const std::uint32_t number : change.removed) {
    TRY(take_out(Listed{{number, 0}, 0, false}, whole));
    gone.bind(1, std::int64_t{number});
    TRY(gone.step());
  }
  Statement tag = TRY(database_.prepare("INSERT OR REPLACE INTO tag_state VALUES(?, ?, ?)"));
  for (const TagState& state : change.tags) {
    TRY(take_out(state.tag, whole));
    add(whole, state, 1);
    tag.bind(1, std::int64_t{state.tag.value})
        .bind(2, static_cast<std::int64_t>(state.stored.value))
        .bind(3, nanoseconds(state.newest));
    TRY(tag.step());
  }
  return put_whole(whole);
}

Outcome Catalogue::write(const Change& change) {
  TRY(database_.run("BEGIN IMMEDIATE"));
  Outcome written = put(change);
  if (written) written = database_.run("COMMIT");
  if (!written) static_cast<void>(database_.run("ROLLBACK"));
  return written;
}

}  // namespace millwright::keep
