#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "math/aggregate/intervals.hpp"
#include "math/aggregate/samples.hpp"

namespace millwright::math {

struct CounterSettings {
  // The counter counts from zero to below this and starts again (65536 for 16 bits); 0: never.
  double range = 0;
  // A fall that would be a larger step than this after a roll-over is none; 0: half the range.
  double largest_step = 0;
};

struct CounterIncrease {
  double increase = 0;
  std::uint64_t rollovers = 0, resets = 0;
  std::uint64_t ignored = 0;  // falls that are neither
  std::uint64_t steps = 0;    // pairs of good rows that it is from; 0: nothing is known
};

// How far a counter went in each interval. A step counts where its later row lies; the first row
// ever is where counting begins. A fall is a roll-over (range); or, to half or less, a reset: then
// what the counter shows was counted since; any other fall is a correction and counts nothing. Rows
// that are not good are passed over: the next good one tells what was missed.
// Shape:   rows of a counter that counts upwards. Memory grows with intervals alone.
// Errors:  invalid: times that do not rise.
// Thread:  one at a time; pure.
class CounterFold {
 public:
  CounterFold(Intervals intervals, CounterSettings settings);
  Outcome add(const Samples& rows);
  const std::vector<CounterIncrease>& increases() const { return increases_; }  // in time's order

 private:
  void count(CounterIncrease& kept, double value) const;

  Intervals intervals_;
  CounterSettings settings_;
  std::vector<CounterIncrease> increases_;
  std::size_t at_ = 0;
  std::optional<std::int64_t> time_;
  std::optional<double> value_;
};

}  // namespace millwright::math
