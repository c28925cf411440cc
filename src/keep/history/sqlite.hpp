#pragma once

#include <memory>
#include <string>

#include "base/bytes.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace millwright::keep {

// A prepared statement. Columns count from 0, parameters from 1. Thread: as its database.
class Statement {
 public:
  Statement(sqlite3* database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}

  Statement& bind(int parameter, std::int64_t number);
  Statement& bind(int parameter, double number);
  Statement& bind(int parameter, ByteView bytes);  // must live until the step
  // True: there is a row. False: there is none, and the statement can be bound again.
  Result<bool> step();
  void reset();

  std::int64_t integer(int column) const;
  double number(int column) const;   // NaN for NULL
  ByteView bytes(int column) const;  // until the next step

 private:
  struct End {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, End> statement_;
};

// A connection to an SQLite file. One thread at a time.
class Database {
 public:
  enum class Access : std::uint8_t { read, write };
  static Result<Database> open(const std::string& path, Access access);
  Outcome run(const std::string& sql);
  Result<Statement> prepare(const std::string& sql);
  // For the calls of SQLite that have no other form here.
  sqlite3* handle() const { return database_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace millwright::keep
