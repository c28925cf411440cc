// The data folder and its disk.
#include "app/doctor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "app/data_folder.hpp"
#include "app/progress.hpp"
#include "keep/history/outside.hpp"

namespace millwright::app {
namespace {

constexpr int syncs = 100;
constexpr Duration sync_slow = 10ms;
constexpr std::uint64_t room_least = std::uint64_t{2} << 30U;  // segments, snapshots, a merge
constexpr double days_least = 30;
constexpr std::size_t strangers_named_max = 3;

std::string milliseconds(Duration d) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f ms", seconds(d) * 1000);
  return text.data();
}

// Files that the owner of the folder cannot replace.
std::vector<std::string> strangers_in(const std::filesystem::path& data, uid_t owner) {
  std::vector<std::string> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data, ignored)) {
    struct stat about {};
    if (::lstat(entry.path().c_str(), &about) != 0 || about.st_uid == owner) continue;
    found.push_back(entry.path().string());
    if (found.size() >= strangers_named_max) break;
  }
  return found;
}

}  // namespace

std::vector<Finding> examine_folder(const std::filesystem::path& data) {
  const std::string name = data.string();
  struct stat about {};
  if (::stat(data.c_str(), &about) != 0)
    return {{"data folder", Verdict::warning, "there is no " + name + " yet",
             "The first start makes it. If a plant ran here before, name its folder with --data."}};
  if (::access(data.c_str(), R_OK | W_OK | X_OK) != 0)
    return {{"data folder", Verdict::bad, name + " cannot be written by this user",
             "Run millwright as the user to whom the folder belongs, or give it to that user: "
             "chown -R millwright: " +
                 name}};
  if (const Outcome known = check_data_folder(data); !known)
    return {{"data folder", Verdict::bad, name + " cannot be started on", known.error().what}};
  const auto strangers = strangers_in(data, about.st_uid);
  if (!strangers.empty())
    return {{"data folder", Verdict::bad,
             strangers.front() + " belongs to another user than the folder, and the server may not "
                                 "be able to write it",
             "Give all to the user of the folder: chown -R --reference=" + name + " " + name}};
  if ((about.st_mode & 07U) != 0)
    return {{"data folder", Verdict::warning, "everybody on this computer can look into " + name,
             "chmod o= " + name}};
  return {{"data folder", Verdict::good,
           name + (is_in_use(data) ? " is in use by a millwright that runs" : " can be written"),
           ""}};
}

std::vector<Finding> examine_room(const std::filesystem::path& data) {
  struct statvfs disk {};
  if (::statvfs(std::filesystem::exists(data) ? data.c_str() : ".", &disk) != 0) return {};
  const std::uint64_t room = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  std::string what = bytes_text(room) + " free";
  const auto hour_ago = std::chrono::system_clock::now() - 1h;
  const auto folder = data / "history";
  const auto grown = keep::has_history(folder) ? keep::history_bytes_since(folder, hour_ago)
                                               : Result<std::uint64_t>(std::uint64_t{0});
  double days = -1;
  if (grown && *grown > 0) {
    days = static_cast<double>(room) / (static_cast<double>(*grown) * 24);
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), ", enough for %.0f days at the last hour's %s", days,
                  bytes_text(*grown).c_str());
    what += text.data();
  } else {
    what += ", and no readings of the last hour are stored to say how long that lasts";
  }
  if (room < room_least)
    return {{"room", Verdict::bad, what,
             "Make room on that disk or use a larger one: below 2 GB millwright cannot start a new "
             "part of its journal, and at 0 it acknowledges nothing."}};
  if (days >= 0 && days < days_least)
    return {{"room", Verdict::warning, what,
             "Plan a larger disk, or record fewer tags or less often."}};
  return {{"room", Verdict::good, what, ""}};
}

std::vector<Finding> examine_disk(const std::filesystem::path& data) {
  const std::string name = (data / ".doctor.new").string();
  const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return {};  // examine_folder says why
  std::vector<Duration> took;
  const std::array<char, 4096> page{};
  bool is_good = true;
  for (int i = 0; i < syncs && is_good; ++i) {
    const auto start = std::chrono::steady_clock::now();
    is_good = ::pwrite(file, page.data(), page.size(), off_t{i} * 4096) == std::ssize(page) &&
              ::fdatasync(file) == 0;
    took.emplace_back(std::chrono::steady_clock::now() - start);
  }
  ::close(file);
  ::unlink(name.c_str());
  if (!is_good)
    return {{"disk", Verdict::bad, "a page could not be put on stable storage in " + data.string(),
             "Look at the messages of the kernel (dmesg) about this disk, and make room on it."}};
  std::sort(took.begin(), took.end());
  const Duration middle = took[took.size() / 2], most = took[took.size() * 99 / 100];
  const std::string what = "fdatasync takes " + milliseconds(middle) + " in the middle, " +
                           milliseconds(most) + " at the 99th of 100";
  if (most > sync_slow)
    return {{"disk", Verdict::warning, what,
             "Readings are acknowledged only then: above 10 ms use an SSD with power-loss "
             "protection, or a disk that no other program loads."}};
  return {{"disk", Verdict::good, what, ""}};
}

std::vector<Finding> examine(const DoctorSettings& settings) {
  std::string plant = settings.plant_file, listen = settings.listen;
  if (const auto about = read_data_folder(settings.data); about && *about) {
    if (plant.empty()) plant = (*about)->plant_file;
    if (listen.empty()) listen = (*about)->listen;
  }
  std::vector<Finding> all;
  const auto add = [&](std::vector<Finding> some) {
    all.insert(all.end(), some.begin(), some.end());
  };
  add(examine_folder(settings.data));
  add(examine_room(settings.data));
  add(examine_disk(settings.data));
  add(examine_machine());
  add(examine_port(listen.empty() ? "127.0.0.1:8080" : listen, is_in_use(settings.data)));
  add(examine_plant(plant));
  add(examine_libraries());
  return all;
}

}  // namespace millwright::app
