#include "connect/host/parse.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "base/text.hpp"

namespace millwright::connect::host {
namespace {

constexpr std::size_t words_max = 64;
constexpr std::uint64_t sector_bytes = 512;  // of diskstats, whatever the disk's own are
constexpr std::uint64_t kibibyte = 1024;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (words.size() < words_max) {
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) break;
    line.remove_prefix(start);
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return words;
}

template <class Take>
void each_line(std::string_view text, const Take& take) {
  for (std::size_t i = 0; i < lines_max && !text.empty(); ++i) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

template <class T>
std::optional<T> to_number(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> times(std::string_view word, std::uint64_t unit) {
  const auto number = to_number<std::uint64_t>(word);
  if (!number || *number > std::numeric_limits<std::uint64_t>::max() / unit) return std::nullopt;
  return *number * unit;
}

std::optional<double> to_finite(std::string_view word) {
  const auto number = to_number<double>(word);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// sda, vda, nvme0n1, mmcblk0 are disks; sda1, nvme0n1p2, loop0, ram0, dm-0, md0, sr0 are not: their
// bytes are counted at the disk below, or there is none.
bool is_disk(std::string_view name) {
  for (const std::string_view other : {"loop", "ram", "dm-", "md", "sr", "zram", "fd"}) {
    if (starts_with(name, other)) return false;
  }
  const std::size_t digits = name.find_last_not_of("0123456789");
  const bool ends_with_digit = digits + 1 < name.size();
  if (!ends_with_digit) return true;
  if (digits == std::string_view::npos) return false;
  const bool is_part = name[digits] == 'p' && digits > 0 && is_digit(name[digits - 1]);
  return !is_part && (starts_with(name, "nvme") || starts_with(name, "mmcblk"));
}

// The sum of the counters of a cpu line. Guest time is in user time already (proc(5)).
std::optional<CpuTimes> to_cpu_times(const std::vector<std::string_view>& words) {
  constexpr std::size_t idle = 4, waiting = 5, steal = 8;  // places in the line, from 1
  CpuTimes times;
  for (std::size_t i = 1; i < words.size() && i <= steal; ++i) {
    const auto ticks = to_number<std::uint64_t>(words[i]);
    if (!ticks) return std::nullopt;
    times.total += *ticks;
    if (i == idle || i == waiting) times.idle += *ticks;
  }
  return times;
}

}  // namespace

std::map<std::string, CpuTimes, std::less<>> parse_stat(std::string_view text) {
  std::map<std::string, CpuTimes, std::less<>> found;
  each_line(text, [&](std::string_view line) {
    if (!starts_with(line, "cpu")) return;
    const auto words = words_of(line);
    if (words.size() < 5) return;
    const auto times = to_cpu_times(words);
    if (!times) return;
    const std::string_view core = words[0].substr(3);
    found.emplace(core.empty() ? "cpu" : std::string(core), *times);
  });
  return found;
}

std::optional<Memory> parse_meminfo(std::string_view text) {
  std::optional<std::uint64_t> total, available;
  each_line(text, [&](std::string_view line) {
    const auto words = words_of(line);
    if (words.size() < 2) return;
    if (words[0] == "MemTotal:") total = times(words[1], kibibyte);
    if (words[0] == "MemAvailable:") available = times(words[1], kibibyte);
  });
  if (!total || !available || *total == 0 || *available > *total) return std::nullopt;
  return Memory{*total, *available};
}

std::map<std::string, Traffic, std::less<>> parse_diskstats(std::string_view text) {
  std::map<std::string, Traffic, std::less<>> found;
  each_line(text, [&](std::string_view line) {
    const auto words = words_of(line);
    if (words.size() < 10 || !is_disk(words[2])) return;
    const auto read = times(words[5], sector_bytes);
    const auto written = times(words[9], sector_bytes);
    if (read && written) found.emplace(words[2], Traffic{*read, *written});
  });
  return found;
}

std::map<std::string, Traffic, std::less<>> parse_net_dev(std::string_view text) {
  std::map<std::string, Traffic, std::less<>> found;
  each_line(text, [&](std::string_view line) {
    // The counters may follow the colon without a space.
    const std::size_t colon = line.rfind(':');
    if (colon == std::string_view::npos) return;
    const std::string_view name = trimmed(line.substr(0, colon));
    const auto words = words_of(line.substr(colon + 1));
    if (name.empty() || words.size() < 9) return;
    const auto received = to_number<std::uint64_t>(words[0]);
    const auto sent = to_number<std::uint64_t>(words[8]);
    if (received && sent) found.emplace(name, Traffic{*received, *sent});
  });
  return found;
}

std::optional<std::array<double, 3>> parse_loadavg(std::string_view text) {
  const auto words = words_of(trimmed(text));
  if (words.size() < 3) return std::nullopt;
  std::array<double, 3> load{};
  for (std::size_t i = 0; i < load.size(); ++i) {
    const auto number = to_finite(words[i]);
    if (!number || *number < 0) return std::nullopt;
    load[i] = *number;
  }
  return load;
}

std::optional<double> parse_uptime(std::string_view text) {
  const auto words = words_of(trimmed(text));
  const auto number = words.empty() ? std::nullopt : to_finite(words[0]);
  return number && *number >= 0 ? number : std::nullopt;
}

std::optional<double> parse_temperature(std::string_view text) {
  const auto thousandths = to_number<std::int64_t>(trimmed(text));
  // A sensor that is not there reports absurd values (-274000, 127000 …): nothing hotter than a
  // processor survives.
  if (!thousandths || *thousandths < -60'000 || *thousandths > 126'000) return std::nullopt;
  return static_cast<double>(*thousandths) / 1000;
}

}  // namespace millwright::connect::host
