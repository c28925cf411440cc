#include "keep/history/chunk_store.hpp"

namespace millwright::keep {
namespace {

// A look at the statistics reads the index alone, and so a year of a tag a few pages.
constexpr const char* tables = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA cache_size = -16384;
PRAGMA wal_autocheckpoint = 8192;
CREATE TABLE IF NOT EXISTS chunk(
  id INTEGER PRIMARY KEY, tag INTEGER NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL, bad INTEGER NOT NULL,
  min REAL, max REAL, sum REAL NOT NULL, rows BLOB NOT NULL) STRICT;
DROP INDEX IF EXISTS chunk_by_time;
CREATE INDEX IF NOT EXISTS chunk_statistics
  ON chunk(tag, from_ns, to_ns, first, count, bad, min, max, sum);
CREATE TABLE IF NOT EXISTS tag_state(
  tag INTEGER PRIMARY KEY, stored INTEGER NOT NULL, newest_ns INTEGER NOT NULL) STRICT;
)sql";

constexpr const char* insert_sql =
    "INSERT INTO chunk(tag, from_ns, to_ns, first, last, count, bad, min, max, sum, rows) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* state_sql = "INSERT OR REPLACE INTO tag_state VALUES(?, ?, ?)";
constexpr const char* find_sql =
    "SELECT id, first, from_ns, to_ns, count, bad, min, max, sum FROM chunk "
    "WHERE tag = ? AND from_ns > ? AND from_ns < ? AND to_ns >= ? ORDER BY from_ns";

std::int64_t number(Sequence sequence) {
  return static_cast<std::int64_t>(sequence.value);
}
Sequence sequence(std::int64_t number) {
  return {static_cast<std::uint64_t>(number)};
}

// SQLite keeps a NaN as NULL.
Statistics statistics_at(const Statement& row, int column) {
  Statistics read;
  read.count = static_cast<std::uint64_t>(row.integer(column));
  read.bad = static_cast<std::uint64_t>(row.integer(column + 1));
  read.min = row.number(column + 2);
  read.max = row.number(column + 3);
  read.sum = row.number(column + 4);
  return read;
}

}  // namespace

Result<std::unique_ptr<ChunkStore>> ChunkStore::open(const std::filesystem::path& file) {
  std::error_code ignored;  // opening the file says what is wrong
  std::filesystem::create_directories(file.parent_path(), ignored);
  Database writer = TRY(Database::open(file.string(), Database::Access::write));
  TRY(writer.run(tables));
  return std::unique_ptr<ChunkStore>(new ChunkStore(file, std::move(writer)));
}

Outcome ChunkStore::write(std::span<const Handover> handovers) {
  TRY(writer_.run("BEGIN IMMEDIATE"));
  Outcome written = write_chunks(handovers);
  if (written) written = writer_.run("COMMIT");
  if (!written) static_cast<void>(writer_.run("ROLLBACK"));
  return written;
}

Outcome ChunkStore::write_chunks(std::span<const Handover> handovers) {
  Statement insert = TRY(writer_.prepare(insert_sql));
  Statement state = TRY(writer_.prepare(state_sql));
  for (const Handover& handover : handovers) {
    for (const auto& chunk : handover.chunks) {
      const Bytes rows = encode(chunk->rows);
      const Statistics& about = chunk->statistics;
      insert.bind(1, std::int64_t{chunk->tag.value})
          .bind(2, nanoseconds(chunk->from()))
          .bind(3, nanoseconds(chunk->to()))
          .bind(4, number(chunk->first))
          .bind(5, number(chunk->last))
          .bind(6, static_cast<std::int64_t>(about.count))
          .bind(7, static_cast<std::int64_t>(about.bad))
          .bind(8, about.min)
          .bind(9, about.max)
          .bind(10, about.sum)
          .bind(11, rows);
      TRY(insert.step());
    }
    state.bind(1, std::int64_t{handover.tag.value})
        .bind(2, number(handover.last))
        .bind(3, nanoseconds(handover.newest));
    TRY(state.step());
  }
  return Done{};
}

Result<std::vector<ChunkStore::Found>> ChunkStore::find(TagId tag, Instant from, Instant to) const {
  std::unique_ptr<Reading> reading = TRY(borrow());
  // No chunk is longer than a day.
  const std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  const std::int64_t day = Chunk::span_max.count();
  const std::int64_t earliest = nanoseconds(from) < lowest + day ? lowest : nanoseconds(from) - day;
  reading->find.bind(1, std::int64_t{tag.value})
      .bind(2, earliest)
      .bind(3, nanoseconds(to))
      .bind(4, nanoseconds(from));
  std::vector<Found> found;
  const Outcome outcome = [&]() -> Outcome {
    while (TRY(reading->find.step())) {
      const Statement& row = reading->find;
      found.push_back({row.integer(0), sequence(row.integer(1)), instant(row.integer(2)),
                       instant(row.integer(3)), statistics_at(row, 4)});
    }
    return Done{};
  }();
  give_back(std::move(reading));
  TRY(Outcome(outcome));
  return found;
}

Result<Rows> ChunkStore::load(std::int64_t id) const {
  std::unique_ptr<Reading> reading = TRY(borrow());
  Result<Rows> rows = [&]() -> Result<Rows> {
    reading->load.bind(1, id);
    if (!TRY(reading->load.step())) return fail(Code::corrupt, "it is gone");
    return decode(reading->load.bytes(0));
  }();
  reading->load.reset();
  give_back(std::move(reading));
  if (rows) return rows;
  return fail(rows.error().code, "block " + std::to_string(id) + " of " + file_.string() +
                                     " cannot be read: " + rows.error().what);
}

Result<std::vector<ChunkStore::TagState>> ChunkStore::tag_states() const {
  Database database = TRY(Database::open(file_.string(), Database::Access::read));
  Statement all = TRY(database.prepare("SELECT tag, stored, newest_ns FROM tag_state"));
  std::vector<TagState> states;
  while (TRY(all.step()))
    states.push_back({TagId{static_cast<std::uint32_t>(all.integer(0))}, sequence(all.integer(1)),
                      instant(all.integer(2))});
  return states;
}

// Waits when readers_max threads read already.
Result<std::unique_ptr<ChunkStore::Reading>> ChunkStore::borrow() const {
  std::unique_lock lock(mutex_);
  has_reader_.wait(lock, [&] { return !idle_.empty() || readers_ < readers_max; });
  if (!idle_.empty()) {
    std::unique_ptr<Reading> reading = std::move(idle_.back());
    idle_.pop_back();
    return reading;
  }
  Database database = TRY(Database::open(file_.string(), Database::Access::read));
  Statement find = TRY(database.prepare(find_sql));
  Statement load = TRY(database.prepare("SELECT rows FROM chunk WHERE id = ?"));
  ++readers_;
  return std::make_unique<Reading>(Reading{std::move(database), std::move(find), std::move(load)});
}

void ChunkStore::give_back(std::unique_ptr<Reading> reading) const {
  {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(reading));
  }
  has_reader_.notify_one();
}

}  // namespace millwright::keep
