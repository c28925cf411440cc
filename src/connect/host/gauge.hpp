#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "connect/host/parse.hpp"

namespace millwright::connect::host {

enum class Quantity : std::uint8_t {
  cpu_load,
  cpu_temperature,
  memory_used,
  memory_available,
  disk_used,
  disk_read,
  disk_written,
  network_received,
  network_sent,
  load_1,
  load_5,
  load_15,
  uptime
};

// What one tag shows: a quantity, and of which core, disk, path or interface.
struct Gauge {
  Quantity quantity = Quantity::cpu_load;
  std::string of;  // empty: of the whole computer
};

// "disk.used:/". Errors: invalid, with the nearest address.
Result<Gauge> to_gauge(std::string_view address);

// What was read at one moment. Empty where a file is absent.
struct Snapshot {
  Monotonic at;
  std::map<std::string, CpuTimes, std::less<>> cpu;
  std::optional<Memory> memory;
  std::map<std::string, Traffic, std::less<>> disks, networks;
  std::optional<std::array<double, 3>> load;
  std::optional<double> uptime, temperature;
};

// Below `root` ("/" but for tests) lie proc and sys. Thread: any.
Snapshot read_snapshot(const std::filesystem::path& root, Monotonic at);

// The value; nothing when it needs another reading before. disk.used asks the file system.
// Errors: not_found, with the file that is missing.
Result<std::optional<double>> measure(const Gauge& gauge, const Snapshot& before,
                                      const Snapshot& now);

}  // namespace millwright::connect::host
