#include "net/opcua/back_off.hpp"

#include <algorithm>

namespace millwright::net::opcua {

Duration BackOff::next() {
  // SplitMix64 (Steele, Lea, Flood 2014).
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  mixed ^= mixed >> 31U;
  const double part = 0.5 + 0.5 * static_cast<double>(mixed >> 11U) * 0x1.0p-53;
  const Duration wait = std::chrono::duration_cast<Duration>(bound_ * part);
  bound_ = std::min(bound_ * 2, longest);
  return wait;
}

}  // namespace millwright::net::opcua
