#pragma once

#include <vector>

#include "base/time.hpp"
#include "math/simulate/random.hpp"
#include "twin/plant/works.hpp"

namespace millwright::twin {

struct Order {
  std::uint32_t number;
  Product product;
  std::uint32_t colour;
  std::uint32_t count;
  Duration arrives, due;  // since the Monday on which the run begins
};

// What customers want: about 62 orders a week in lots of 6 to 72, two of them rush, due 3 to 10
// working days after they came.
class OrderBook {
 public:
  explicit OrderBook(std::uint64_t seed);
  // The order due soonest of those that are known at `now`; planners look a week ahead.
  Order next(Duration now);

 private:
  void draw_week();

  std::uint64_t seed_;
  std::uint32_t week_ = 0, number_ = 24'000;
  std::vector<Order> open_;  // sorted by due date, the soonest last
};

}  // namespace millwright::twin
