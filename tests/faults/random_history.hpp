#pragma once

#include <string>
#include <vector>

#include "keep/history/history.hpp"
#include "plain_history.hpp"

namespace millwright::faults {

struct Heard {
  TagId tag;
  Row row;
};

// One thing that is done to a history. The input's number of what is heard is its place in the
// list, from 1.
struct Operation {
  enum class What : std::uint8_t { hear, settle, settle_all, store, reopen, finish, read };
  What what = What::hear;
  Instant learned;              // of hear
  std::vector<Heard> rows{};    // of hear
  unsigned replay_percent = 0;  // of reopen and finish: how far before what is needed it begins
  TagId tag{};                  // of read
  Instant from, to;             // of read
  std::size_t count = 1;        // of read: its limit, and its buckets
};

struct RandomHistory {
  keep::HistorySettings settings;
  std::vector<std::string> groups;  // of each tag
  std::vector<Operation> operations;
};

// The same for the same seed, everywhere.
RandomHistory history_of(std::uint64_t seed);

// A line for each operation, for a person.
std::string text_of(const std::vector<Operation>& operations);

}  // namespace millwright::faults
