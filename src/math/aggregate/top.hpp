#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace millwright::math {

enum class Rank : unsigned char { largest, smallest };

// Which of the values are the k largest or smallest, the most extreme first; equal ones in their
// order. What is not a number takes no part.
std::vector<std::size_t> top(std::span<const double> values, std::size_t count, Rank rank);

}  // namespace millwright::math
