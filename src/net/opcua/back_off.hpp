#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace millwright::net::opcua {

// How long to wait before the next try: twice as long each time up to a bound, and each time a
// random part of it (from half to all), so that many clients of one server do not come back at the
// same moment. It never gives up. Thread: its owner's.
class BackOff {
 public:
  static constexpr Duration first = 500ms, longest = 30s;

  explicit BackOff(std::uint64_t seed) : state_(seed) {}
  Duration next();
  void reset() { bound_ = first; }

 private:
  std::uint64_t state_;
  Duration bound_ = first;
};

}  // namespace millwright::net::opcua
