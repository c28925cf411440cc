#include <cstddef>
#include <cstdint>

#include "connect/host/gauge.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millwright::connect::host;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(parse_stat(text));
  static_cast<void>(parse_meminfo(text));
  static_cast<void>(parse_diskstats(text));
  static_cast<void>(parse_net_dev(text));
  static_cast<void>(parse_loadavg(text));
  static_cast<void>(parse_uptime(text));
  static_cast<void>(parse_temperature(text));
  static_cast<void>(to_gauge(text));
  return 0;
}
