#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "app/backup.hpp"
#include "app/data_folder.hpp"
#include "app/progress.hpp"
#include "keep/backup/backup.hpp"
#include "keep/history/history.hpp"
#include "keep/history/outside.hpp"
#include "keep/journal/journal.hpp"

namespace millwright::app {
namespace {

Error trouble(const std::string& doing, const std::filesystem::path& path) {
  const int number = errno;
  return fail(
      number == ENOSPC ? Code::full : Code::refused,
      "cannot " + doing + " " + path.string() + ": " + std::generic_category().message(number));
}

// Writes the files of a backup below a folder, each on stable storage.
class FolderSink final : public keep::BackupSink {
 public:
  explicit FolderSink(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ~FolderSink() override {
    if (file_ >= 0) ::close(file_);
  }

  Outcome begin(const std::string& name, std::uint64_t, std::uint32_t mode) override {
    path_ = folder_ /
            (name.starts_with(keep::backup_data) ? name.substr(keep::backup_data.size()) : name);
    std::error_code why;
    std::filesystem::create_directories(path_.parent_path(), why);
    // Owner and group alone: a secret never becomes readable by all.
    const mode_t allowed = (mode & 0750U) | 0600U;
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, allowed);
    if (file_ < 0) return trouble("make", path_);
    return Done{};
  }
  Outcome more(ByteView bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = ::write(file_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return trouble("write", path_);
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return Done{};
  }
  Outcome end() override {
    const bool is_kept = ::fsync(file_) == 0;
    ::close(std::exchange(file_, -1));
    if (!is_kept) return trouble("sync", path_);
    return Done{};
  }

 private:
  std::filesystem::path folder_, path_;
  int file_ = -1;
};

Result<keep::Manifest> read_file(const std::filesystem::path& backup, keep::BackupSink* sink,
                                 const std::string& doing) {
  const int file = ::open(backup.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about {};
  if (file < 0 || ::fstat(file, &about) != 0) return trouble("read", backup);
  const keep::Pull pull = keep::pull_of_file(file, backup.string());
  Progress progress(doing);
  std::uint64_t done = 0;
  auto manifest = keep::read_backup(
      [&](std::span<std::uint8_t> to) -> Result<std::size_t> {
        const std::size_t count = TRY(pull(to));
        progress.say(done += count, static_cast<std::uint64_t>(about.st_size));
        return count;
      },
      sink);
  ::close(file);
  if (manifest) return manifest;
  return fail(manifest.error().code, "the backup " + backup.string() +
                                         " is not good: " + manifest.error().what +
                                         ". Nothing is taken from it; use another backup");
}

Outcome check_manifest(const keep::Manifest& manifest) {
  if (manifest.data_format > data_format)
    return fail(Code::refused, "the backup was made by millwright " + manifest.millwright +
                                   ", whose data this version (" MILLWRIGHT_VERSION
                                   ") cannot read: install that version or a later one");
  for (const keep::BackedUpFile& file : manifest.files) {
    if (!file.name.starts_with(keep::backup_data) && file.name != keep::backup_plant)
      return fail(Code::corrupt, file.name + " belongs to no backup of millwright");
  }
  return Done{};
}

Outcome take_empty_folder(const std::filesystem::path& data) {
  std::error_code why;
  std::filesystem::create_directories(data, why);
  if (why) return fail(Code::refused, "cannot make " + data.string() + ": " + why.message());
  const bool is_empty = std::filesystem::is_empty(data, why);
  if (why) return fail(Code::refused, "cannot read " + data.string() + ": " + why.message());
  if (!is_empty)
    return fail(Code::refused, data.string() +
                                   " is not empty, and a restore replaces nothing: name an empty "
                                   "folder or a new one, or move what is there aside");
  const int mark =
      ::open((data / restore_mark).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (mark < 0) return trouble("write", data / restore_mark);
  ::fsync(mark);
  ::close(mark);
  return Done{};
}

// The stores are opened as a server opens them.
Outcome look_into(const std::filesystem::path& data, RestoreReport& report) {
  const auto journal = TRY(keep::Journal::open(data / "journal"));
  const auto history = TRY(keep::History::open(data / "history"));
  if (journal->durable().value != report.sequence || journal->durable() < history->newest_stored())
    return fail(Code::corrupt, "what was restored does not fit together: the journal ends at " +
                                   std::to_string(journal->durable().value) + ", expected " +
                                   std::to_string(report.sequence));
  const auto summary = TRY(keep::summary_of_history(data / "history"));
  report.records = journal->opening().records;
  report.rows = summary.rows;
  report.tags = summary.tags;
  if (summary.rows > 0) {
    report.from = summary.from;
    report.to = summary.to;
  }
  return Done{};
}

}  // namespace

Result<RestoreReport> restore_backup(const std::filesystem::path& backup,
                                     const std::filesystem::path& data) {
  const keep::Manifest good = TRY(read_file(backup, nullptr, "checking the backup"));
  TRY(check_manifest(good));
  TRY(take_empty_folder(data));
  {
    FolderSink sink(data);
    const keep::Manifest written = TRY(read_file(backup, &sink, "restoring"));
    if (written.sequence != good.sequence || written.files.size() != good.files.size())
      return fail(Code::corrupt, backup.string() + " was changed while it was read");
  }
  RestoreReport report;
  report.data = data.string();
  report.millwright = good.millwright;
  report.made = good.made;
  report.sequence = good.sequence;
  const std::filesystem::path plant = data / keep::backup_plant;
  if (std::filesystem::exists(plant)) report.plant_file = plant.string();
  TRY(look_into(data, report));
  give_to_owner(data);
  std::error_code why;
  std::filesystem::remove(data / restore_mark, why);
  if (why) return fail(Code::refused, "cannot remove " + (data / restore_mark).string());
  return report;
}

}  // namespace millwright::app
