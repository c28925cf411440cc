#include "keep/history/sqlite.hpp"

#include <sqlite3.h>

#include <limits>

namespace millwright::keep {
namespace {

constexpr int busy_milliseconds_max = 10'000;

Error trouble(sqlite3* database) {
  const int code = sqlite3_errcode(database) & 0xff;
  const char* const name = sqlite3_db_filename(database, "main");
  const std::string what =
      std::string(name == nullptr ? "the store" : name) + ": " + sqlite3_errmsg(database);
  if (code == SQLITE_FULL) return fail(Code::full, what + ". Make room on that disk");
  // Our own statements have no mistakes: the schema that they meet is not ours.
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR)
    return fail(Code::corrupt, what + ". Restore the data folder from a backup");
  return fail(Code::offline, what);
}

}  // namespace

void Statement::End::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}
Statement& Statement::bind(int parameter, std::int64_t number) {
  CHECK(sqlite3_bind_int64(statement_.get(), parameter, number) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind(int parameter, double number) {
  CHECK(sqlite3_bind_double(statement_.get(), parameter, number) == SQLITE_OK);
  return *this;
}
Statement& Statement::bind(int parameter, ByteView bytes) {
  CHECK(sqlite3_bind_blob64(statement_.get(), parameter, bytes.data(), bytes.size(),
                            SQLITE_STATIC) == SQLITE_OK);
  return *this;
}
Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    const Error error = trouble(database_);
    reset();
    return error;
  }
  reset();
  return false;
}
void Statement::reset() {
  sqlite3_reset(statement_.get());
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
double Statement::number(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL)
    return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(statement_.get(), column);
}
ByteView Statement::bytes(int column) const {
  const auto* data =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Result<Database> Database::open(const std::string& path, Access access) {
  sqlite3* raw = nullptr;
  // Who reads may have to take back first what a write that never ended left.
  const int flags = SQLITE_OPEN_READWRITE | (access == Access::read ? 0 : SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  CHECK(raw != nullptr);
  Database database(raw);
  if (code != SQLITE_OK) return trouble(raw);
  sqlite3_busy_timeout(raw, busy_milliseconds_max);
  return database;
}

Outcome Database::run(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return trouble(database_.get());
  return Done{};
}

Result<Statement> Database::prepare(const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &raw, nullptr) != SQLITE_OK)
    return trouble(database_.get());
  return Statement(database_.get(), raw);
}

}  // namespace millwright::keep
