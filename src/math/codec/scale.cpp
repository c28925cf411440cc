#include "math/codec/scale.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

namespace millwright::math {
namespace {

constexpr std::size_t decimal_samples = 32;
constexpr std::size_t factor_samples_max = 256;
constexpr std::size_t factor_samples_min = 8;
constexpr std::int64_t term_max = 1 << 24;  // of the fraction of two whole numbers

bool is_single(double number) {
  return std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<float>(number))) ==
         std::bit_cast<std::uint64_t>(number);
}

std::size_t fitting(std::span<const double> numbers, const Scale& scale) {
  std::array<std::int64_t, vector_rows> integers;
  std::array<std::uint16_t, vector_rows> misfits;
  return numbers.size() - best_kernels().from_numbers(numbers.data(), numbers.size(), scale,
                                                      integers.data(), misfits.data());
}

// The greatest common divisor of lengths that are known to within `error`; 0 when there is none
// that is well above the error, which each turn multiplies by a quotient.
double common_divisor(double a, double b, double error) {
  constexpr int turns_max = 64;
  const double nought = 32 * error;
  for (int turn = 0; turn < turns_max && b > nought; ++turn) {
    double rest = std::fmod(a, b);
    if (b - rest <= nought) rest = 0;
    a = b;
    b = rest;
  }
  return a > 2 * nought ? a : 0;
}

// The base of which all values are multiples, to within the rounding of the values: from the short
// distances, whose multiples of the base are small.
double base_of(std::span<const double> sorted, double error) {
  constexpr double short_max = 16;
  double shortest = sorted.back() - sorted.front();
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const double distance = sorted[i] - sorted[i - 1];
    if (distance > error) shortest = std::min(shortest, distance);
  }
  double base = shortest;
  for (std::size_t i = 1; i < sorted.size() && base > 0; ++i) {
    const double distance = sorted[i] - sorted[i - 1];
    if (distance <= error || distance > short_max * shortest) continue;
    base = common_divisor(std::max(base, distance), std::min(base, distance), error);
  }
  return base;
}

// Makes the base sharper by longer and longer distances, whose multiple is already certain.
double sharpened(double base, std::span<const double> sorted, double error) {
  double sharpness = error;  // of base
  for (const double from : {sorted.front(), 0.0}) {
    for (const double value : sorted) {
      const double distance = std::abs(value - from);
      const double multiple = std::nearbyint(distance / base);
      if (multiple < 1 || multiple * sharpness > base / 4) continue;
      if (std::abs(distance - multiple * base) > multiple * sharpness + 2 * error) continue;
      if (error / multiple > sharpness) continue;
      base = distance / multiple;
      sharpness = 2 * error / multiple;
    }
  }
  return base;
}

// The simplest fraction near the base (continued fractions).
std::optional<Scale> fraction_scale(double base, std::span<const double> sample, bool single) {
  double rest = base;
  std::int64_t above = 1, above_before = 0, below = 0, below_before = 1;
  constexpr int turns_max = 24;
  for (int turn = 0; turn < turns_max; ++turn) {
    const double whole = std::floor(rest);
    if (whole > static_cast<double>(term_max)) break;
    const auto w = static_cast<std::int64_t>(whole);
    above_before = std::exchange(above, w * above + above_before);
    below_before = std::exchange(below, w * below + below_before);
    if (above > term_max || below > term_max) break;
    const Scale scale{static_cast<double>(above), static_cast<double>(below), single};
    if (above > 0 && fitting(sample, scale) == sample.size()) return scale;
    if (rest - whole < std::numeric_limits<double>::epsilon() * rest) break;
    rest = 1 / (rest - whole);
  }
  return std::nullopt;
}

// One factor, as a double or a 32-bit number: those next to the base are tried.
std::optional<Scale> product_scale(double base, std::span<const double> sample, bool single) {
  constexpr int near = 4;
  double low = single ? static_cast<double>(static_cast<float>(base)) : base;
  const auto next = [single](double x, double towards) {
    return single ? static_cast<double>(
                        std::nextafter(static_cast<float>(x), static_cast<float>(towards)))
                  : std::nextafter(x, towards);
  };
  for (int i = 0; i < near; ++i)
    low = next(low, 0);
  Scale best{low, 1, single};
  std::size_t best_fitting = 0;
  for (int i = 0; i <= 2 * near; ++i, low = next(low, std::numeric_limits<float>::max())) {
    const std::size_t fits = low > 0 ? fitting(sample, {low, 1, single}) : 0;
    if (fits <= best_fitting) continue;
    best_fitting = fits;
    best.multiplier = low;
  }
  if (best_fitting * 8 < sample.size() * 7) return std::nullopt;
  return best;
}

}  // namespace

double power_of_ten(unsigned exponent) {
  static constexpr std::array<double, decimals_max + 1> powers{
      1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
      1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
  return powers[exponent];
}

std::optional<Scale> decimal_scale(std::span<const double> numbers) {
  std::array<double, decimal_samples> sample;
  std::size_t n = 0, singles = 0;
  const std::size_t stride = (numbers.size() + decimal_samples - 1) / decimal_samples;
  for (std::size_t i = 0; i < numbers.size() && n < sample.size(); i += stride) {
    sample[n] = numbers[i];
    singles += is_single(sample[n]) ? 1U : 0U;
    ++n;
  }
  const std::span<const double> taken(sample.data(), n);
  std::optional<Scale> best;
  std::size_t most = n / 2;  // More than half must fit.
  for (unsigned decimals = 0; decimals <= decimals_max && most < n; ++decimals) {
    for (const bool single : {false, true}) {
      if (single && singles * 4 < n * 3) continue;
      const Scale scale{1, power_of_ten(decimals), single};
      const std::size_t fits = fitting(taken, scale);
      if (fits <= most) continue;
      most = fits;
      best = scale;
    }
  }
  return best;
}

std::optional<Scale> factor_scale(std::span<const double> numbers) {
  std::array<double, factor_samples_max> sample;
  std::size_t n = 0, singles = 0;
  double largest = 0;
  for (std::size_t i = 0; i < numbers.size() && n < sample.size(); ++i) {
    if (!std::isfinite(numbers[i])) continue;
    sample[n++] = numbers[i];
    singles += is_single(numbers[i]) ? 1U : 0U;
    largest = std::max(largest, std::abs(numbers[i]));
  }
  if (n < factor_samples_min || largest == 0) return std::nullopt;
  const bool single = singles * 8 > n * 7;
  // Two values that are each off by half a unit in the last place.
  const double error = largest * std::ldexp(1.0, single ? -23 : -52);
  const std::span<const double> taken(sample.data(), n);
  std::array<double, factor_samples_max> sorted = sample;
  const std::span<double> order(sorted.data(), n);
  std::sort(order.begin(), order.end());
  const double rough = base_of(order, error);
  if (rough == 0 || !std::isfinite(rough) || largest / rough > (1 << 26)) return std::nullopt;
  const double base = sharpened(rough, order, error);
  if (!(base > 0)) return std::nullopt;
  if (const auto scale = fraction_scale(base, taken, single)) return scale;
  return product_scale(base, taken, single);
}

}  // namespace millwright::math
