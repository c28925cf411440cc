#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "keep/history/segment_store.hpp"

namespace millwright::keep {

struct HistorySettings {
  std::size_t rows_open_max = 2'000'000;      // of all tags; beyond it the longest are handed over
  std::size_t rows_waiting_max = 8'000'000;   // handed over and not stored; see is_behind()
  std::size_t background_rows_max = 500'000;  // the same; beyond it what may wait does
  std::size_t handover_rows = 4096;           // of a tag: then its group is handed over
  std::size_t handover_late_rows = 8192;      // the same of rows older than the newest by an hour
  Duration open_max = 1h;                     // a group that is open for longer is handed over
  std::size_t rows_behind_max = 16'000'000;   // the same, of rows of all tags heard meanwhile
  std::size_t handovers_batch_max = 64;       // groups of one transaction
  std::size_t samples_max = 1'000'000, buckets_max = 20'000;  // of one read
  Duration retry_every = 1s;                                  // after a write that failed
  // A day that is over for so long is written anew when nothing was handed over for idle_after.
  Duration renew_after = 6h, idle_after = 1s;
  // The plant file's limits (limits.hpp). At bytes_max the oldest day goes, or nothing is stored.
  std::optional<std::uint64_t> bytes_max{};
  bool stops_when_full = false;
  std::optional<Duration> keep{};
  SegmentStore::Settings store{};
};

}  // namespace millwright::keep
