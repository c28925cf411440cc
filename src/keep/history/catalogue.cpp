#include "keep/history/catalogue.hpp"

namespace millwright::keep {
namespace {

constexpr const char* tables = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS segment(
  number INTEGER PRIMARY KEY, day INTEGER NOT NULL, bytes INTEGER NOT NULL,
  is_sealed INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS tag_state(
  tag INTEGER PRIMARY KEY, stored INTEGER NOT NULL, newest_ns INTEGER NOT NULL) STRICT;
)sql";

}  // namespace

Result<Catalogue> Catalogue::open(const std::string& file, Database::Access access) {
  Database database = TRY(Database::open(file, access));
  if (access == Database::Access::write) TRY(database.run(tables));
  return Catalogue(std::move(database));
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

Outcome Catalogue::put(const Change& change) {
  Statement segment = TRY(database_.prepare("INSERT OR REPLACE INTO segment VALUES(?, ?, ?, ?)"));
  for (const Listed& listed : change.segments) {
    segment.bind(1, std::int64_t{listed.identity.number})
        .bind(2, listed.identity.day)
        .bind(3, static_cast<std::int64_t>(listed.bytes))
        .bind(4, std::int64_t{listed.is_sealed ? 1 : 0});
    TRY(segment.step());
  }
  Statement gone = TRY(database_.prepare("DELETE FROM segment WHERE number = ?"));
  for (const std::uint32_t number : change.removed) {
    gone.bind(1, std::int64_t{number});
    TRY(gone.step());
  }
  Statement tag = TRY(database_.prepare("INSERT OR REPLACE INTO tag_state VALUES(?, ?, ?)"));
  for (const TagState& state : change.tags) {
    tag.bind(1, std::int64_t{state.tag.value})
        .bind(2, static_cast<std::int64_t>(state.stored.value))
        .bind(3, nanoseconds(state.newest));
    TRY(tag.step());
  }
  return Done{};
}

Outcome Catalogue::write(const Change& change) {
  TRY(database_.run("BEGIN IMMEDIATE"));
  Outcome written = put(change);
  if (written) written = database_.run("COMMIT");
  if (!written) static_cast<void>(database_.run("ROLLBACK"));
  return written;
}

}  // namespace millwright::keep
