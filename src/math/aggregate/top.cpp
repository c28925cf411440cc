#include "math/aggregate/top.hpp"

#include <algorithm>
#include <cmath>

namespace millwright::math {

std::vector<std::size_t> top(std::span<const double> values, std::size_t count, Rank rank) {
  std::vector<std::size_t> order;
  order.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) order.push_back(i);
  const auto before = [&](std::size_t a, std::size_t b) {
    if (values[a] == values[b]) return a < b;
    return rank == Rank::largest ? values[a] > values[b] : values[a] < values[b];
  };
  const std::size_t kept = std::min(count, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                    before);
  order.resize(kept);
  return order;
}

}  // namespace millwright::math
