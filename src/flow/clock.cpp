#include "flow/clock.hpp"

#include "base/check.hpp"

namespace millwright::flow {

Instant RealClock::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Monotonic RealClock::elapsed() const {
  return Monotonic(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

ScaledClock::ScaledClock(Instant start, double rate)
    : start_(start), rate_(rate), began_(RealClock().elapsed()) {
  CHECK(rate > 0);
}

Instant ScaledClock::now() const {
  const auto real = static_cast<double>((elapsed() - began_).count());
  return start_ + Duration(static_cast<std::int64_t>(real * rate_));
}

Monotonic ScaledClock::elapsed() const {
  return RealClock().elapsed();
}

}  // namespace millwright::flow
