#pragma once

#include <filesystem>
#include <string>

#include "base/time.hpp"
#include "model/describe.hpp"

namespace millwright::app {

struct BackupSettings {
  std::filesystem::path target, data;
  std::string plant_file;  // empty: the one that the server started with
};
struct BackupReport {
  std::string file;
  std::uint64_t bytes = 0, files = 0;
  std::uint64_t sequence = 0;
  std::string plant_file;
  double seconds = 0;
  static constexpr auto describe() {
    return record("backup", field("file", &BackupReport::file, "", "The backup."),
                  field("bytes", &BackupReport::bytes, "B", "Its size."),
                  field("files", &BackupReport::files, "", "Files inside."),
                  field("sequence", &BackupReport::sequence, "", "The last input inside."),
                  field("plant_file", &BackupReport::plant_file, "",
                        "The plant file inside; empty when there is none."),
                  field("seconds", &BackupReport::seconds, "s", "How long it took."));
  }
};

// Copies a data folder into one file while a server may run on it. What was acknowledged before the
// call is inside. Thread: any.
Result<BackupReport> make_backup(const BackupSettings& settings);

struct RestoreReport {
  std::string data, millwright, plant_file;
  Instant made{};
  std::uint64_t sequence = 0, records = 0, rows = 0, tags = 0;
  std::optional<Instant> from{}, to{};
  static constexpr auto describe() {
    return record(
        "restore", field("data", &RestoreReport::data, "", "The data folder."),
        field("millwright", &RestoreReport::millwright, "", "Version that made the backup."),
        field("plant_file", &RestoreReport::plant_file, "", "The plant file; empty: none."),
        field("made", &RestoreReport::made, "", "When the backup was made."),
        field("sequence", &RestoreReport::sequence, "", "The last input."),
        field("records", &RestoreReport::records, "", "Inputs in the journal."),
        field("rows", &RestoreReport::rows, "", "Readings in the history."),
        field("tags", &RestoreReport::tags, "", "Tags with readings."),
        field("from", &RestoreReport::from, "", "The first of these readings."),
        field("to", &RestoreReport::to, "", "The last of these readings."));
  }
};

// Checks a backup whole, then writes it into an empty or new folder and opens it.
// Errors: corrupt, with the name of the file that was changed; refused, when the folder is not
// empty. Before the backup is known to be good nothing is touched.
Result<RestoreReport> restore_backup(const std::filesystem::path& backup,
                                     const std::filesystem::path& data);

}  // namespace millwright::app
