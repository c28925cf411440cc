#include "app/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright::app {
namespace {

constexpr const char* about_name = "millwright.json";
constexpr NodeLimits about_limits{.bytes_max = 65536, .nodes_max = 100, .depth_max = 4};

Error cannot_write(const std::filesystem::path& file) {
  return fail(Code::refused, "cannot write " + file.string() +
                                 ": is the disk full, and may the user that runs millwright write "
                                 "there?");
}

}  // namespace

Result<std::optional<DataFolder>> read_data_folder(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / about_name;
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::optional<DataFolder>{};
  std::ostringstream text;
  text << in.rdbuf();
  const auto node = read_json(text.str(), about_limits);
  if (!node)
    return fail(Code::corrupt, file.string() + " is damaged (" + node.error().what +
                                   "): remove it, the next start writes it anew");
  DataFolder about;
  Problems newer;  // a later version may say more
  load(*node, "", about, newer);
  return std::optional<DataFolder>(about);
}

Outcome check_data_folder(const std::filesystem::path& folder) {
  if (std::filesystem::exists(folder / restore_mark))
    return fail(Code::refused, "a restore into " + folder.string() +
                                   " was cut off: empty the folder and restore again");
  const auto about = TRY(read_data_folder(folder));
  if (!about || about->format <= data_format) return Done{};
  return fail(Code::refused,
              "the data in " + folder.string() + " was written by millwright " + about->millwright +
                  " (form " + std::to_string(about->format) +
                  "), and millwright " MILLWRIGHT_VERSION " knows forms up to " +
                  std::to_string(data_format) + ": install millwright " + about->millwright +
                  " or later, or restore the backup from before the upgrade into an empty folder");
}

Outcome write_data_folder(const std::filesystem::path& folder, const DataFolder& about) {
  const std::filesystem::path file = folder / about_name;
  const std::string beside = file.string() + ".new";
  const int out = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (out < 0) return cannot_write(file);
  const std::string text = to_json(about) + "\n";
  const bool is_kept = ::write(out, text.data(), text.size()) == std::ssize(text) &&
                       ::fsync(out) == 0 && ::rename(beside.c_str(), file.c_str()) == 0;
  ::close(out);
  if (!is_kept) return cannot_write(file);
  return Done{};
}

void give_to_owner(const std::filesystem::path& folder) {
  struct stat about {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &about) != 0) return;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, ignored))
    static_cast<void>(::lchown(entry.path().c_str(), about.st_uid, about.st_gid) == 0);
}

bool is_in_use(const std::filesystem::path& folder) {
  const int lock = ::open((folder / "journal" / "lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (lock < 0) return false;
  const bool is_free = ::flock(lock, LOCK_SH | LOCK_NB) == 0;
  ::close(lock);
  return !is_free;
}

}  // namespace millwright::app
