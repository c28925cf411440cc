#include "connect/host/gauge.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "base/text.hpp"

namespace millwright::connect::host {
namespace {

namespace fs = std::filesystem;

enum class Naming : std::uint8_t { never, may, must };

struct Known {
  std::string_view word;
  Quantity quantity;
  Naming naming;
};

constexpr std::array<Known, 13> known_gauges{{
    {"cpu.load", Quantity::cpu_load, Naming::may},
    {"cpu.temperature", Quantity::cpu_temperature, Naming::never},
    {"memory.used", Quantity::memory_used, Naming::never},
    {"memory.available", Quantity::memory_available, Naming::never},
    {"disk.used", Quantity::disk_used, Naming::must},
    {"disk.read", Quantity::disk_read, Naming::may},
    {"disk.written", Quantity::disk_written, Naming::may},
    {"network.received", Quantity::network_received, Naming::may},
    {"network.sent", Quantity::network_sent, Naming::may},
    {"load.1", Quantity::load_1, Naming::never},
    {"load.5", Quantity::load_5, Naming::never},
    {"load.15", Quantity::load_15, Naming::never},
    {"uptime", Quantity::uptime, Naming::never},
}};
constexpr std::size_t file_bytes_max = 1U << 20U;
constexpr std::size_t sensors_max = 1000;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(file_bytes_max, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
  return text;
}

bool is_of_processor(std::string_view name) {
  for (const std::string_view known :
       {"x86_pkg_temp", "cpu", "coretemp", "k10temp", "zenpower", "soc", "acpitz"}) {
    if (name.find(known) != std::string_view::npos) return true;
  }
  return false;
}

// The hottest file `temperature` of the folders whose file `name` tells of a processor.
void hottest(const fs::path& folder, std::string_view name, std::string_view temperature,
             std::optional<double>& found) {
  std::error_code error;
  std::size_t count = 0;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (++count > sensors_max) return;
    const std::string whose = read_file(at->path() / name);
    if (!is_of_processor(trimmed(whose))) continue;
    const auto value = parse_temperature(read_file(at->path() / temperature));
    if (value) found = std::max(found.value_or(*value), *value);
  }
}

Error missing(std::string_view file, std::string_view what) {
  return fail(Code::not_found,
              "this computer's " + std::string(file) + " tells no " + std::string(what));
}

Result<std::optional<double>> cpu_load(const Gauge& gauge, const Snapshot& before,
                                       const Snapshot& now) {
  const std::string_view core = gauge.of.empty() ? std::string_view("cpu") : gauge.of;
  const auto then = before.cpu.find(core), at = now.cpu.find(core);
  if (at == now.cpu.end()) return missing("/proc/stat", "core " + gauge.of);
  if (then == before.cpu.end() || at->second.total <= then->second.total ||
      at->second.idle < then->second.idle)
    return std::optional<double>();
  const auto total = static_cast<double>(at->second.total - then->second.total);
  const auto idle = static_cast<double>(at->second.idle - then->second.idle);
  return std::optional(std::clamp(100 * (1 - idle / total), 0.0, 100.0));
}

using Traffics = std::map<std::string, Traffic, std::less<>>;

std::optional<std::uint64_t> bytes_of(const Traffics& traffics, std::string_view of, bool is_in) {
  std::uint64_t sum = 0;
  bool is_there = false;
  for (const auto& [name, traffic] : traffics) {
    if (of.empty() ? name == "lo" : name != of) continue;
    sum += is_in ? traffic.in : traffic.out;
    is_there = true;
  }
  return is_there ? std::optional(sum) : std::nullopt;
}

Result<std::optional<double>> rate(const Gauge& gauge, const Snapshot& before,
                                   const Snapshot& now) {
  const bool is_disk =
      gauge.quantity == Quantity::disk_read || gauge.quantity == Quantity::disk_written;
  const bool is_in =
      gauge.quantity == Quantity::disk_read || gauge.quantity == Quantity::network_received;
  const auto at = bytes_of(is_disk ? now.disks : now.networks, gauge.of, is_in);
  const auto then = bytes_of(is_disk ? before.disks : before.networks, gauge.of, is_in);
  const std::string what = gauge.of.empty() ? "traffic" : "'" + gauge.of + "'";
  if (!at) return missing(is_disk ? "/proc/diskstats" : "/proc/net/dev", what);
  const double elapsed = seconds(now.at - before.at);
  if (!then || *at < *then || elapsed <= 0) return std::optional<double>();
  return std::optional(static_cast<double>(*at - *then) / elapsed);
}

Result<std::optional<double>> disk_used(const std::string& path) {
  struct statvfs space {};
  if (statvfs(path.c_str(), &space) != 0 || space.f_blocks == 0)
    return fail(Code::not_found, "there is no file system at '" + path + "'");
  // As df counts: what is kept for the administrator is not free for others.
  const auto used = static_cast<double>(space.f_blocks - space.f_bfree);
  const double all = used + static_cast<double>(space.f_bavail);
  return std::optional(all > 0 ? 100 * used / all : 100.0);
}

}  // namespace

Result<Gauge> to_gauge(std::string_view address) {
  const std::size_t colon = address.find(':');
  const std::string_view word = address.substr(0, colon);
  const bool has_name = colon != std::string_view::npos;
  std::vector<std::string_view> words;
  for (const Known& known : known_gauges) {
    words.push_back(known.word);
    if (known.word != word) continue;
    const std::string_view name = has_name ? address.substr(colon + 1) : std::string_view();
    if (known.naming == Naming::must && name.empty())
      return fail(Code::invalid, "'" + std::string(address) + "' does not tell of what: write " +
                                     std::string(word) + ":/");
    if (has_name && (known.naming == Naming::never || name.empty()))
      return fail(Code::invalid, "'" + std::string(address) + "': write " + std::string(word) +
                                     " alone" +
                                     (name.empty() ? "" : ", it is of the whole computer"));
    return Gauge{known.quantity, std::string(name)};
  }
  const auto near = nearest(word.substr(0, 64), words);
  std::string expected = near ? "did you mean '" + std::string(*near) + "'?" : "expected one of";
  for (std::size_t i = 0; !near && i < words.size(); ++i)
    expected += " " + std::string(words[i]);
  return fail(Code::invalid, "'" + std::string(address.substr(0, 100)) +
                                 "' is nothing that this computer measures; " + expected);
}

Snapshot read_snapshot(const fs::path& root, Monotonic at) {
  const fs::path proc = root / "proc";
  Snapshot snapshot;
  snapshot.at = at;
  snapshot.cpu = parse_stat(read_file(proc / "stat"));
  snapshot.memory = parse_meminfo(read_file(proc / "meminfo"));
  snapshot.disks = parse_diskstats(read_file(proc / "diskstats"));
  snapshot.networks = parse_net_dev(read_file(proc / "net/dev"));
  snapshot.load = parse_loadavg(read_file(proc / "loadavg"));
  snapshot.uptime = parse_uptime(read_file(proc / "uptime"));
  hottest(root / "sys/class/thermal", "type", "temp", snapshot.temperature);
  if (!snapshot.temperature)
    hottest(root / "sys/class/hwmon", "name", "temp1_input", snapshot.temperature);
  return snapshot;
}

Result<std::optional<double>> measure(const Gauge& gauge, const Snapshot& before,
                                      const Snapshot& now) {
  switch (gauge.quantity) {
    case Quantity::cpu_load:
      return cpu_load(gauge, before, now);
    case Quantity::cpu_temperature:
      if (!now.temperature) return missing("/sys/class/thermal", "temperature of the processor");
      return now.temperature;
    case Quantity::memory_used:
    case Quantity::memory_available: {
      if (!now.memory) return missing("/proc/meminfo", "available memory");
      const auto total = static_cast<double>(now.memory->total);
      const auto available = static_cast<double>(now.memory->available);
      const bool is_share = gauge.quantity == Quantity::memory_used;
      return std::optional(is_share ? 100 * (total - available) / total : available / 0x1p20);
    }
    case Quantity::disk_used:
      return disk_used(gauge.of);
    case Quantity::disk_read:
    case Quantity::disk_written:
    case Quantity::network_received:
    case Quantity::network_sent:
      return rate(gauge, before, now);
    case Quantity::load_1:
    case Quantity::load_5:
    case Quantity::load_15: {
      if (!now.load) return missing("/proc/loadavg", "load");
      constexpr auto first = static_cast<std::size_t>(Quantity::load_1);
      return std::optional((*now.load)[static_cast<std::size_t>(gauge.quantity) - first]);
    }
    case Quantity::uptime:
      if (!now.uptime) return missing("/proc/uptime", "time");
      return now.uptime;
  }
  return std::optional<double>();
}

}  // namespace millwright::connect::host
