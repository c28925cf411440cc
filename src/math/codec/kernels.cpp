#include "math/codec/kernels.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace millwright::math {
namespace {

constexpr std::size_t lanes = 8;
constexpr std::size_t slots = vector_rows / lanes;

std::uint32_t mask_of(unsigned width) {
  return width >= 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << width) - 1;
}

void unpack(const std::uint8_t* in, unsigned width, std::uint32_t* out) {
  const std::uint32_t mask = mask_of(width);
  for (std::size_t slot = 0; slot < slots; ++slot) {
    const std::size_t bit = slot * width, word = bit / 32;
    const bool is_split = bit % 32 + width > 32;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      std::uint32_t low = 0, high = 0;
      if (width > 0) std::memcpy(&low, in + 4 * (word * lanes + lane), 4);
      if (is_split) std::memcpy(&high, in + 4 * ((word + 1) * lanes + lane), 4);
      const std::uint64_t both = low | std::uint64_t{high} << 32;
      out[slot * lanes + lane] = static_cast<std::uint32_t>(both >> (bit % 32)) & mask;
    }
  }
}

void pack(const std::uint32_t* in, unsigned width, std::uint8_t* out) {
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    std::uint64_t waiting = 0;
    unsigned bits = 0;
    std::size_t word = 0;
    for (std::size_t slot = 0; slot < slots; ++slot) {
      waiting |= std::uint64_t{in[slot * lanes + lane] & mask_of(width)} << bits;
      bits += width;
      if (bits < 32) continue;
      const auto full = static_cast<std::uint32_t>(waiting);
      std::memcpy(out + 4 * (word++ * lanes + lane), &full, 4);
      waiting >>= 32;
      bits -= 32;
    }
  }
}

void prefix_sum(std::uint32_t* values, std::size_t count) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i)
    values[i] = sum += values[i];
}

void to_integers(const std::uint32_t* in, std::size_t count, const Line& line, std::int64_t* out) {
  std::uint64_t base = line.base;
  for (std::size_t i = 0; i < count; ++i, base += line.step)
    out[i] = static_cast<std::int64_t>(base + line.unit * in[i]);
}

// 1.5 * 2^52: added to a double of less than 2^51 it leaves the nearest integer in the low bits.
constexpr double magic = 6755399441055744.0;
constexpr auto magic_bits = std::bit_cast<std::uint64_t>(magic);

double number_of(std::uint64_t integer, const Scale& scale) {
  const double whole = std::bit_cast<double>(integer + magic_bits) - magic;
  const double number = whole * scale.multiplier / scale.divisor;
  return scale.single ? static_cast<double>(static_cast<float>(number)) : number;
}

void to_numbers(const std::uint32_t* in, std::size_t count, const Line& line, const Scale& scale,
                double* out) {
  std::uint64_t base = line.base;
  for (std::size_t i = 0; i < count; ++i, base += line.step)
    out[i] = number_of(base + line.unit * in[i], scale);
}

void scaled(const std::int64_t* in, std::size_t count, const Scale& scale, double* out) {
  for (std::size_t i = 0; i < count; ++i)
    out[i] = number_of(static_cast<std::uint64_t>(in[i]), scale);
}

std::size_t from_numbers(const double* in, std::size_t count, const Scale& scale, std::int64_t* out,
                         std::uint16_t* misfits) {
  std::size_t misfits_count = 0;
  std::int64_t before = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double whole = in[i] * scale.divisor / scale.multiplier;
    const std::uint64_t integer = std::bit_cast<std::uint64_t>(whole + magic) - magic_bits;
    const bool fits = whole >= -static_cast<double>(scaled_integer_max) &&
                      whole <= static_cast<double>(scaled_integer_max) &&
                      std::bit_cast<std::uint64_t>(number_of(integer, scale)) ==
                          std::bit_cast<std::uint64_t>(in[i]);
    if (fits)
      before = static_cast<std::int64_t>(integer);
    else
      misfits[misfits_count++] = static_cast<std::uint16_t>(i);
    out[i] = before;
  }
  return misfits_count;
}

Spread spread(const std::int64_t* in, std::size_t count) {
  if (count == 0) return {};
  Spread s{.min = in[0], .max = in[0]};
  for (std::size_t i = 1; i < count; ++i) {
    const auto step = static_cast<std::int64_t>(static_cast<std::uint64_t>(in[i]) -
                                                static_cast<std::uint64_t>(in[i - 1]));
    s.min = std::min(s.min, in[i]);
    s.max = std::max(s.max, in[i]);
    s.step_min = i == 1 ? step : std::min(s.step_min, step);
    s.step_max = i == 1 ? step : std::max(s.step_max, step);
    s.changes += step != 0 ? 1 : 0;
  }
  return s;
}

Reduced reduce(const std::uint32_t* in, std::size_t count) {
  if (count == 0) return {};
  Reduced r{in[0], in[0], 0};
  for (std::size_t i = 0; i < count; ++i) {
    r.min = std::min(r.min, in[i]);
    r.max = std::max(r.max, in[i]);
    r.sum += in[i];
  }
  return r;
}

Gathered gather(const std::int64_t* times, const double* values, std::size_t count) {
  constexpr std::size_t four = 4;
  std::array<double, four> sum{}, held{}, odd{}, min{}, max{};
  min.fill(values[0]);
  max.fill(values[0]);
  Gathered g;
  const auto take = [&](std::size_t i, std::size_t lane) {
    const double value = values[i];
    sum[lane] += value;
    odd[lane] += value - value;
    min[lane] = value < min[lane] ? value : min[lane];
    max[lane] = value > max[lane] ? value : max[lane];
    held[lane] += value * static_cast<double>(times[i + 1] - times[i]);
    g.transitions += value != values[i + 1] ? 1U : 0U;
  };
  std::size_t i = 0;
  for (; i + four < count; i += four)
    for (std::size_t lane = 0; lane < four; ++lane)
      take(i + lane, lane);
  for (; i + 1 < count; ++i)
    take(i, 0);
  const double last = values[count - 1];
  g.sum = (sum[0] + sum[1]) + (sum[2] + sum[3]) + last;
  g.odd = (odd[0] + odd[1]) + (odd[2] + odd[3]) + (last - last);
  g.held = (held[0] + held[1]) + (held[2] + held[3]);
  g.min = std::min(*std::min_element(min.begin(), min.end()), last);
  g.max = std::max(*std::max_element(max.begin(), max.end()), last);
  return g;
}

}  // namespace

const Kernels& scalar_kernels() {
  static constexpr Kernels kernels{.unpack = unpack,
                                   .pack = pack,
                                   .prefix_sum = prefix_sum,
                                   .to_integers = to_integers,
                                   .to_numbers = to_numbers,
                                   .scaled = scaled,
                                   .from_numbers = from_numbers,
                                   .spread = spread,
                                   .reduce = reduce,
                                   .gather = gather};
  return kernels;
}

const Kernels& best_kernels() {
  static const Kernels* const best = avx2_kernels() != nullptr ? avx2_kernels() : &scalar_kernels();
  return *best;
}

}  // namespace millwright::math
