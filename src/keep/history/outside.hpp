#pragma once

#include <filesystem>
#include <functional>

#include "base/time.hpp"
#include "model/ids.hpp"

namespace millwright::keep {

// What can be done with the file of a history while another process writes it. Thread: any.

// Copies the history as it is at one moment into a file that is not there yet. The other process
// goes on writing; what it writes meanwhile is not in the copy and stays in the file's log (-wal)
// until the copy is done. Calls `each` with the bytes done and of all, a few times a second at
// least. Errors: refused (the target is there), corrupt, full, offline; what `each` says.
using CopyProgress = std::function<Outcome(std::uint64_t done, std::uint64_t all)>;
Outcome copy_history(const std::filesystem::path& file, const std::filesystem::path& to,
                     const CopyProgress& each);

struct HistorySummary {
  std::uint64_t rows = 0, tags = 0;
  Instant from{}, to{};  // of the rows; equal when there are none
  Sequence newest;       // the greatest input that a row came from
};
// Looks at every block's head.
Result<HistorySummary> summary_of_history(const std::filesystem::path& file);

// Bytes that came to the history with rows of `since` and later, newest blocks first, of at most
// 200,000 blocks: about how fast it grows.
Result<std::uint64_t> history_bytes_since(const std::filesystem::path& file, Instant since);

inline constexpr std::string_view history_file = "history.db";

}  // namespace millwright::keep
