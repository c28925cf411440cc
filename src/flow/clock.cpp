#include "flow/clock.hpp"

namespace millwright::flow {

Instant RealClock::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Monotonic RealClock::elapsed() const {
  return Monotonic(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

}  // namespace millwright::flow
