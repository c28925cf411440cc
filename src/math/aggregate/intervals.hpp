#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.hpp"

namespace millwright::math {

// What time is cut into. Forward [low, high); in reverse (low, high], and the time of an interval
// is its high end. Bound: intervals_max; more is invalid.
inline constexpr std::size_t intervals_max = 10'000'000;
class Intervals {
 public:
  struct Interval {
    std::int64_t low, high;
  };
  // From start to end by step, the rest as a shorter last one; 0 or more than the range: one. Start
  // after end: in reverse. Source: OPC 10000-13 5.4.2.2.
  static Result<Intervals> every(std::int64_t start, std::int64_t end, std::int64_t step);
  // Between neighbouring edges, which rise: days of a calendar, shifts.
  static Result<Intervals> between(std::vector<std::int64_t> edges);

  std::size_t size() const { return count_; }
  bool reverse() const { return reverse_; }
  bool shortened(std::size_t index) const;  // the rest that is shorter than the step
  Interval at(std::size_t index) const;     // in the order of time, in reverse too
  bool holds(std::int64_t first, std::int64_t last) const;  // both lie in one and the same

 private:
  Intervals() = default;
  std::int64_t first_ = 0, last_ = 0, step_ = 0;
  std::size_t count_ = 0;
  bool reverse_ = false;
  std::vector<std::int64_t> edges_;
};

}  // namespace millwright::math
