#pragma once

#include <optional>
#include <span>

#include "math/codec/kernels.hpp"

namespace millwright::math {

inline constexpr unsigned decimals_max = 18;
double power_of_ten(unsigned exponent);  // Shape: at most decimals_max.

// The scale of decimals with the fewest places that gives most of the numbers back to the bit,
// as doubles or as 32-bit numbers that were widened (23.4f).
// Shape: at most vector_rows numbers. Returns nothing when most are no short decimals.
std::optional<Scale> decimal_scale(std::span<const double> numbers);

// The scale of numbers that are whole multiples of some base, as those of analog inputs are
// (count * 150 / 27648): looked for in the distances between neighbouring values, then made exact.
// It is a guess from a sample: the caller counts how many of the numbers it gives back.
std::optional<Scale> factor_scale(std::span<const double> numbers);

}  // namespace millwright::math
