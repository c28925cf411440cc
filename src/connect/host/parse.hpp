#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace millwright::connect::host {

// What the kernel's files say. Each parser takes the file's text, skips lines that it does not
// understand, and gives nothing when what it looks for is not there. Bound: lines_max lines.
// Thread: any; pure.
constexpr std::size_t lines_max = 10'000;

struct CpuTimes {
  std::uint64_t idle = 0, total = 0;  // ticks since start
};
// /proc/stat: "cpu" for all, "0", "1" … for each core.
std::map<std::string, CpuTimes, std::less<>> parse_stat(std::string_view text);

struct Memory {
  std::uint64_t total = 0, available = 0;  // bytes
};
std::optional<Memory> parse_meminfo(std::string_view text);

struct Traffic {
  std::uint64_t in = 0, out = 0;  // bytes since start: read and written, received and sent
};
// /proc/diskstats: whole disks alone, not their partitions, loops and memory disks.
std::map<std::string, Traffic, std::less<>> parse_diskstats(std::string_view text);
// /proc/net/dev.
std::map<std::string, Traffic, std::less<>> parse_net_dev(std::string_view text);

std::optional<std::array<double, 3>> parse_loadavg(std::string_view text);
std::optional<double> parse_uptime(std::string_view text);
// A file of a thermal zone or sensor: thousandths of a degree Celsius.
std::optional<double> parse_temperature(std::string_view text);

}  // namespace millwright::connect::host
