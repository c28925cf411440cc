// Durable commits a second and bytes a second of the journal, beside the raw fdatasync of the same
// disk in the same run.
//
//   keep_journal_bench FOLDER [SECONDS]

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "keep/journal/journal.hpp"

namespace {

using namespace millwright;
using keep::Journal;
using Clock = std::chrono::steady_clock;

constexpr long tmpfs = 0x01021994;
constexpr std::size_t syncs_max = 2'000;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// "ext4 on vda" from the kernel's list of mounts.
std::string device_of(const std::filesystem::path& folder) {
  struct stat about {};
  if (::stat(folder.c_str(), &about) != 0) return "unknown";
  const std::string id =
      std::to_string(major(about.st_dev)) + ":" + std::to_string(minor(about.st_dev));
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    std::vector<std::string> words;
    for (const std::string_view word : split(line, ' '))
      words.emplace_back(word);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() > 3 && words[2] == id && words.end() - dash > 2)
      return dash[1] + " on " + dash[2];
  }
  return "unknown";
}

struct Raw {
  double p50, p99;  // milliseconds
};
Raw raw_sync(const std::filesystem::path& folder, std::size_t bytes) {
  const std::string path = folder / "raw";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0640);
  CHECK(file >= 0 && ::posix_fallocate(file, 0, 64 << 20) == 0 && ::fsync(file) == 0);
  const Bytes block(bytes, 0x5a);
  std::vector<double> took;
  for (std::size_t i = 0; i < syncs_max && i * bytes < (64U << 20U); ++i) {
    const auto start = Clock::now();
    CHECK(::pwrite(file, block.data(), bytes, static_cast<off_t>(i * bytes)) > 0);
    CHECK(::fdatasync(file) == 0);
    took.push_back(1e3 * seconds_since(start));
  }
  ::close(file);
  ::unlink(path.c_str());
  std::sort(took.begin(), took.end());
  return {took[took.size() / 2], took[took.size() * 99 / 100]};
}

void run(const std::filesystem::path& folder, std::size_t group_bytes, double run_seconds) {
  const Raw raw = raw_sync(folder, group_bytes);
  std::filesystem::remove_all(folder / "journal");
  const auto journal = Journal::open(folder / "journal").value();
  const Bytes record(std::min<std::size_t>(group_bytes, 16 << 10) - 24, 0x5a);
  std::vector<double> took;
  const auto start = Clock::now();
  const std::clock_t cpu = std::clock();
  while (seconds_since(start) < run_seconds) {
    const auto begin = Clock::now();
    for (std::size_t bytes = 0; bytes < group_bytes; bytes += record.size() + 24)
      CHECK(journal->append(record).has_value());
    CHECK(journal->commit().has_value());
    took.push_back(1e3 * seconds_since(begin));
    // Keeps the folder small: what a snapshot stands for is removed.
    if (took.size() % 4096 == 0)
      CHECK(journal->keep_snapshot({journal->durable(), {}}).has_value());
  }
  const double all = seconds_since(start);
  const double cpu_us = 1e6 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC /
                        static_cast<double>(took.size());
  std::sort(took.begin(), took.end());
  std::printf("%8zu %12.0f %9.1f %9.3f %9.3f %9.0f %12.3f %9.3f\n", group_bytes,
              static_cast<double>(took.size()) / all,
              static_cast<double>(journal->figures().bytes) / all / 1e6, took[took.size() / 2],
              took[took.size() * 99 / 100], cpu_us, raw.p50, raw.p99);
}

}  // namespace

int main(int count, char** words) {
  double run_seconds = 3;
  if (count < 2 || count > 3 ||
      (count == 3 && std::from_chars(words[2], words[2] + std::strlen(words[2]), run_seconds).ec !=
                         std::errc{})) {
    std::fprintf(stderr, "use: %s FOLDER [SECONDS]\n", words[0]);
    return 2;
  }
  const std::filesystem::path folder = std::filesystem::path(words[1]) / "journal-bench";
  std::filesystem::create_directories(folder);
  struct statfs about {};
  if (::statfs(folder.c_str(), &about) != 0 || about.f_type == tmpfs) {
    std::fprintf(stderr, "%s is in memory: name a folder on a disk\n", words[1]);
    return 1;
  }
  std::printf("%s: %s\n", words[1], device_of(folder).c_str());
  std::printf("%8s %12s %9s %9s %9s %9s %12s %9s\n", "group B", "commits/s", "MB/s", "p50 ms",
              "p99 ms", "CPU us", "raw p50 ms", "raw p99");
  for (const std::size_t group_bytes : {4U << 10U, 16U << 10U, 64U << 10U, 256U << 10U, 1U << 20U})
    run(folder, group_bytes, run_seconds);
  std::filesystem::remove_all(folder);
  return 0;
}
