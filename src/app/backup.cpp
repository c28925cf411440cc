#include "app/backup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "app/data_folder.hpp"
#include "app/progress.hpp"
#include "keep/backup/backup.hpp"
#include "keep/history/catalogue.hpp"
#include "keep/history/outside.hpp"
#include "keep/journal/copy.hpp"
#include "keep/ledger/outside.hpp"

namespace millwright::app {
namespace {

constexpr Duration look_every = 1s;

// A file that is gone when this is.
struct Passing {
  std::filesystem::path path;
  ~Passing() {
    for (const char* end : {"", "-journal", "-wal", "-shm"})
      ::unlink((path.string() + end).c_str());
  }
};

struct OpenedFile {
  int number;
  ~OpenedFile() {
    if (number >= 0) ::close(number);
  }
};

// Nothing happens when the file went away meanwhile: then it does not belong to the data any more.
Outcome add_file(keep::BackupWriter& writer, const std::string& name,
                 const std::filesystem::path& path) {
  const OpenedFile file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
  if (file.number < 0 && errno == ENOENT) return Done{};
  struct stat about {};
  if (file.number < 0 || ::fstat(file.number, &about) != 0)
    return fail(Code::refused, "cannot read " + path.string() +
                                   ": run the backup as the user that runs millwright, or as root");
  return writer.add({name, static_cast<std::uint64_t>(about.st_size), about.st_mode & 0777U},
                    keep::pull_of_file(file.number, path.string()));
}

// The parts that are copied in a way of their own, and what is no data.
bool is_plain(const std::string& name) {
  const auto is_below = [&](std::string_view folder) { return name.starts_with(folder); };
  return !is_below("journal/") && !is_below("history/") && !is_below("ledger/") &&
         !name.ends_with(".new");
}

Outcome add_plain_files(keep::BackupWriter& writer, const std::filesystem::path& data) {
  std::error_code trouble;
  std::vector<std::filesystem::path> found;
  for (std::filesystem::recursive_directory_iterator at(data, trouble), end; !trouble && at != end;
       at.increment(trouble)) {
    if (at->is_regular_file(trouble) && !at->is_symlink(trouble)) found.push_back(at->path());
    if (found.size() > keep::backup_files_max) break;  // the writer says so
    trouble.clear();                                   // of a file that went away
  }
  if (trouble)
    return fail(Code::refused, "cannot read " + data.string() + ": " + trouble.message() +
                                   ". Run the backup as the user that runs millwright, or as root");
  std::sort(found.begin(), found.end());
  for (const auto& path : found) {
    const std::string name = path.lexically_relative(data).generic_string();
    if (is_plain(name)) TRY(add_file(writer, std::string(keep::backup_data) + name, path));
  }
  return Done{};
}

Outcome add_history(keep::BackupWriter& writer, keep::JournalCopy& journal,
                    const BackupSettings& settings, Sequence& newest) {
  const std::filesystem::path folder = settings.data / "history";
  if (!keep::has_history(folder)) return Done{};
  const Passing catalogue{settings.target.string() + ".history.new"};
  const keep::HistoryCopy copy = TRY(keep::HistoryCopy::open(folder, catalogue.path));
  TRY(journal.look());
  newest = copy.newest();
  const std::string inside = std::string(keep::backup_data) + "history/";
  TRY(add_file(writer, inside + std::string(keep::catalogue_file), catalogue.path));
  Progress progress("copying the history");
  auto last_look = std::chrono::steady_clock::now();
  std::uint64_t done = 0;
  for (const keep::HistoryCopy::File& segment : copy.segments()) {
    const keep::Pull pull = keep::pull_of_file(segment.file.number(), segment.name);
    std::uint64_t left = segment.bytes;  // what comes behind is of later
    TRY(writer.add({inside + segment.name, segment.bytes, 0640},
                   [&](std::span<std::uint8_t> to) -> Result<std::size_t> {
                     if (to.size() > left) to = to.first(left);
                     const std::size_t count = to.empty() ? 0 : TRY(pull(to));
                     left -= count;
                     progress.say(done += count, copy.bytes());
                     const auto now = std::chrono::steady_clock::now();
                     if (now - last_look < look_every) return count;
                     last_look = now;
                     TRY(journal.look());
                     return count;
                   }));
  }
  return Done{};
}

// After the snapshot was read and before the journal is taken: the ledger has what the snapshot
// leaves out, and the journal what the ledger has. The checkpoint comes before the records that it
// signs, and those before their tiles.
Outcome add_ledger(keep::BackupWriter& writer, const std::filesystem::path& data) {
  std::vector<std::string> names = TRY(keep::ledger_files(data / "ledger"));
  for (const std::string& name : names)
    TRY(add_file(writer, std::string(keep::backup_data) + "ledger/" + name,
                 data / "ledger" / name));
  return Done{};
}

// Empty: there is none, or it lies in the data folder and is inside with it.
std::string plant_file_of(const BackupSettings& settings, const std::optional<DataFolder>& about) {
  if (!settings.plant_file.empty()) return settings.plant_file;
  if (!about || about->plant_file.empty()) return {};
  std::error_code ignored;
  const auto inside = std::filesystem::relative(about->plant_file, settings.data, ignored);
  const bool is_inside = !inside.empty() && *inside.begin() != "..";
  return is_inside || !std::filesystem::exists(about->plant_file) ? "" : about->plant_file;
}

}  // namespace

Result<BackupReport> make_backup(const BackupSettings& settings) {
  const auto start = std::chrono::steady_clock::now();
  const auto about = TRY(read_data_folder(settings.data));
  keep::JournalCopy journal = TRY(keep::JournalCopy::open(settings.data / "journal"));
  keep::BackupWriter writer = TRY(keep::BackupWriter::create(settings.target));
  Sequence newest;
  TRY(add_history(writer, journal, settings, newest));
  TRY(add_ledger(writer, settings.data));
  const auto taken = TRY(journal.take([&](keep::JournalCopy::File&& file) -> Outcome {
    return writer.add({std::string(keep::backup_data) + "journal/" + file.name, file.bytes.size()},
                      file.bytes);
  }));
  if (taken.last < newest)
    return fail(Code::corrupt, "the journal in " + settings.data.string() +
                                   " ends before the history beside it: start millwright on it, it "
                                   "says what is wrong");
  TRY(add_plain_files(writer, settings.data));
  BackupReport report;
  report.plant_file = plant_file_of(settings, about);
  if (!report.plant_file.empty()) {
    if (!std::filesystem::exists(report.plant_file))
      return fail(Code::not_found, "there is no plant file " + report.plant_file);
    if (std::filesystem::exists(settings.data / keep::backup_plant))
      return fail(Code::invalid, (settings.data / keep::backup_plant).string() +
                                     " is in the backup already: leave --plant out");
    TRY(add_file(writer, std::string(keep::backup_plant), report.plant_file));
  }
  keep::Manifest manifest;
  manifest.millwright = MILLWRIGHT_VERSION;
  manifest.data_format = about ? about->format : data_format;
  manifest.made = std::chrono::system_clock::now();
  manifest.sequence = taken.last.value;
  manifest.snapshot = taken.snapshot.value;
  manifest.plant_file = report.plant_file;
  report.files = TRY(writer.finish(manifest)).files.size();
  report.file = settings.target.string();
  report.bytes = writer.written();
  report.sequence = taken.last.value;
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace millwright::app
