#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace millwright {

using namespace std::chrono_literals;

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::sys_time<Duration>;  // UTC: when something was so

// For measuring how long something took. Instant and Monotonic do not mix.
struct MonotonicTag {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicTag>;
  static constexpr bool is_steady = true;
};
using Monotonic = std::chrono::time_point<MonotonicTag>;

constexpr std::int64_t nanoseconds(Instant at) {
  return at.time_since_epoch().count();
}
constexpr Instant instant(std::int64_t nanoseconds_utc) {
  return Instant(Duration(nanoseconds_utc));
}
constexpr double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

// "2026-11-22T08:57:11.25Z": as many decimals as are needed, at most nine.
std::string to_text(Instant at);

// Reads the RFC 3339 form, with "Z" or an offset.
// Errors: invalid, with what was found.
Result<Instant> to_instant(std::string_view text);

// "250 ms", "1 h 30 min": the form of the plant file. to_duration(to_text(d)) = d.
std::string to_text(Duration d);

// Reads one or more numbers with a unit (ns, us, ms, s, min, h, d).
// Errors: invalid, with what was found and what is expected.
Result<Duration> to_duration(std::string_view text);

}  // namespace millwright
