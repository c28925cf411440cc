#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "model/describe.hpp"

namespace millwright::app {

// The form of a data folder. It goes up when the version before could not read what this one
// writes: then going back needs the backup from before.
// 1: the history as blobs in SQLite. 2: as segment files (docs/formats/segment.md).
inline constexpr std::uint32_t data_format = 2;

// What a data folder says of itself, in millwright.json, for the verbs that work on it from outside
// and for the next start.
struct DataFolder {
  std::uint32_t format = data_format;
  std::string millwright;  // version that started on it last
  std::string plant_file;  // that it started with; absolute
  std::string listen;      // where it listened
  static constexpr auto describe() {
    return record(
        "data_folder", required("format", &DataFolder::format, "", "Form of the data folder."),
        required("millwright", &DataFolder::millwright, "", "Version that started on it last."),
        required("plant_file", &DataFolder::plant_file, "", "Plant file of that start."),
        required("listen", &DataFolder::listen, "", "Where it listened."));
  }
};

// Nothing when nobody started on it yet. Errors: corrupt.
Result<std::optional<DataFolder>> read_data_folder(const std::filesystem::path& folder);
// May this version start on it? Errors: refused, for a newer form or a restore that was cut off.
Outcome check_data_folder(const std::filesystem::path& folder);
// Errors: full, refused.
Outcome write_data_folder(const std::filesystem::path& folder, const DataFolder& about);

// Stands in a folder while a backup is written into it.
inline constexpr const char* restore_mark = "restore.unfinished";

// As root: gives all in the folder to whom the folder belongs, so that the server's own user can
// write it. Else nothing.
void give_to_owner(const std::filesystem::path& folder);

// Whether a server has the folder now.
bool is_in_use(const std::filesystem::path& folder);

}  // namespace millwright::app
