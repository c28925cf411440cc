#include <algorithm>
#include <cstdio>

#include "app/backup.hpp"
#include "app/progress.hpp"
#include "app/verbs.hpp"
#include "app/words.hpp"
#include "model/described_json.hpp"

namespace millwright::app {
namespace {

// In a folder: millwright-2026-11-22T10-07-05Z.tar.
std::filesystem::path name_of(const std::filesystem::path& given) {
  if (!std::filesystem::is_directory(given)) return given;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::string time = to_text(Instant(now));
  std::replace(time.begin(), time.end(), ':', '-');
  return given / ("millwright-" + time + ".tar");
}

}  // namespace

int verb_backup(const std::vector<std::string>& words) {
  Words verb(
      "millwright backup",
      "Copies everything of a plant into one file: journal, history, sign-ins, certificates and "
      "the "
      "plant file. The server may run meanwhile; what it acknowledged before is inside. A file "
      "that "
      "is there is never overwritten. While it works it needs the room of the history once more "
      "beside the target.");
  std::string target, data, plant;
  bool wants_json = false;
  verb.text("TARGET", target, "the backup to write, or a folder in which it gets a name",
            Words::Need::required);
  verb.text("--data", data,
            "the data folder; found by itself where it is ./data or that of the installed "
            "service");
  verb.text("--plant", plant,
            "the plant file to put inside; without it the one that the server started with");
  verb.flag("--json", wants_json, "prints what was done as JSON");
  if (const auto code = verb.read(words)) return *code;
  const auto report = make_backup({name_of(target), data_of_server(data), plant});
  if (!report) return say_failed(report.error());
  if (wants_json) {
    std::printf("%s\n", to_json(*report).c_str());
    return 0;
  }
  std::printf("%s: %s in %llu files, everything up to input %llu, in %.1f s\n",
              report->file.c_str(), bytes_text(report->bytes).c_str(),
              static_cast<unsigned long long>(report->files),
              static_cast<unsigned long long>(report->sequence), report->seconds);
  if (!report->plant_file.empty())
    std::printf("with the plant file %s\n", report->plant_file.c_str());
  return 0;
}

int verb_restore(const std::vector<std::string>& words) {
  Words verb(
      "millwright restore",
      "Checks every byte of a backup, writes it into an empty folder, opens it and says what is in "
      "it. It touches nothing before the whole backup is known to be good.");
  std::string backup, data;
  bool wants_json = false;
  verb.text("BACKUP", backup, "the file that millwright backup wrote", Words::Need::required);
  verb.text("--data", data, "the folder to restore into: empty, or not there yet",
            Words::Need::required);
  verb.flag("--json", wants_json, "prints what is in it as JSON");
  if (const auto code = verb.read(words)) return *code;
  const auto report = restore_backup(backup, data);
  if (!report) return say_failed(report.error());
  if (wants_json) {
    std::printf("%s\n", to_json(*report).c_str());
    return 0;
  }
  std::printf("%s: everything up to input %llu, as it was on %s (millwright %s)\n",
              report->data.c_str(), static_cast<unsigned long long>(report->sequence),
              to_text(report->made).c_str(), report->millwright.c_str());
  std::printf("%llu readings of %llu tags in the history",
              static_cast<unsigned long long>(report->rows),
              static_cast<unsigned long long>(report->tags));
  if (report->from)
    std::printf(", %s to %s", to_text(*report->from).c_str(), to_text(*report->to).c_str());
  std::printf("; %llu inputs in the journal\n", static_cast<unsigned long long>(report->records));
  const std::string plant = report->plant_file.empty() ? "PLANT" : report->plant_file;
  std::printf("start it with: millwright serve %s --data %s\n", plant.c_str(),
              report->data.c_str());
  return 0;
}

}  // namespace millwright::app
