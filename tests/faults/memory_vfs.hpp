#pragma once

#include <string>

#include "base/memory_files.hpp"

namespace millwright::faults {

// While one lives, SQLite's files lie where `files` says: the real SQLite and our own files share
// one simulated disk. Databases that are open go on with the files that they were opened with,
// which have to outlive them. One thread.
class SqliteOn {
 public:
  explicit SqliteOn(Files& files);
  ~SqliteOn();
  SqliteOn(const SqliteOn&) = delete;
  SqliteOn& operator=(const SqliteOn&) = delete;

 private:
  Files* before_;
};

}  // namespace millwright::faults
