#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "model/describe.hpp"

namespace millwright::keep {

// What GET /api/v1/store answers.
struct StoreAnswer {
  std::uint64_t rows = 0, segments = 0, bytes = 0, rows_open = 0, disk_free = 0;
  std::uint64_t host_bytes_written = 0;
  std::optional<double> bytes_per_row, bytes_per_day, disk_max, days_until_full, written_per_stored,
      host_bytes_per_day, years_of_wear, days_until_loss;
  std::optional<Instant> oldest_day;
  std::optional<std::string> trouble;

  static constexpr auto describe() {
    using T = StoreAnswer;
    return record(
        "store", field("rows", &T::rows, "", "Readings in the history's files."),
        field("segments", &T::segments, "", "Files they lie in."),
        field("bytes", &T::bytes, "B", "What these take."),
        field("rows_open", &T::rows_open, "", "Readings that are in memory and in the journal."),
        field("bytes_per_row", &T::bytes_per_row, "B", "bytes / rows."),
        field("oldest_day", &T::oldest_day, "", "From when on there are readings."),
        field("bytes_per_day", &T::bytes_per_day, "B",
              "What a day takes, by the last seven that are over."),
        field("disk_max", &T::disk_max, "B", "The limit of the plant file."),
        field("disk_free", &T::disk_free, "B", "What is free on the disk."),
        field("days_until_full", &T::days_until_full, "d",
              "Until the limit or the disk is reached; null when never, or not known yet."),
        field("days_until_loss", &T::days_until_loss, "d",
              "How long all is kept safe on this disk when nothing leaves it: no file of the "
              "journal or the history goes."),
        field("host_bytes_written", &T::host_bytes_written, "B",
              "What this program wrote to disks since its start, with journal and ledger."),
        field("host_bytes_per_day", &T::host_bytes_per_day, "B",
              "The same a day, by the last ten minutes."),
        field("written_per_stored", &T::written_per_stored, "",
              "Bytes written to the disk for each byte that the history grew by."),
        field("years_of_wear", &T::years_of_wear, "a",
              "Until the disk's endurance is used up at this rate."),
        field("trouble", &T::trouble, "", "Why nothing is stored, when that is so."));
  }
};

}  // namespace millwright::keep
