#pragma once

#include <cstddef>

namespace millwright {

inline constexpr std::size_t number_text_max = 32;

// Writes the shortest decimal that reads back as the same number; whole numbers below 2^53 with all
// their digits, and without a point. Returns the end. Shape: finite; room for number_text_max.
char* write_number(char* to, double number);

}  // namespace millwright
