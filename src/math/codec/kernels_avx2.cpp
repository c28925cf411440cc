// The kernels for processors with AVX2. Only functions with the attribute below use its
// instructions, so that nothing that other files share is compiled with them.
#include "math/codec/kernels.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace millwright::math {
namespace {

#define MILLWRIGHT_AVX2 __attribute__((target("avx2")))
#define MILLWRIGHT_AVX2_INLINE __attribute__((target("avx2"), always_inline)) inline

constexpr std::size_t words = 8;    // 32-bit lanes of a register
constexpr std::size_t doubles = 4;  // 64-bit lanes
constexpr std::size_t slots_of_a_word = 32;
constexpr std::size_t turns = vector_rows / words / slots_of_a_word;
constexpr double magic = 6755399441055744.0;  // 1.5 * 2^52, as in kernels.cpp
constexpr auto magic_bits = std::bit_cast<std::int64_t>(magic);

MILLWRIGHT_AVX2_INLINE __m256i load(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}
MILLWRIGHT_AVX2_INLINE void store(void* to, __m256i value) {
  _mm256_storeu_si256(static_cast<__m256i*>(to), value);
}
MILLWRIGHT_AVX2_INLINE __m256i all(std::uint64_t value) {
  return _mm256_set1_epi64x(static_cast<std::int64_t>(value));
}

// Packing: 32 slots of `width` bits are `width` words in each lane, so the shifts of a turn are
// known when this is compiled.

template <unsigned width, std::size_t slot>
MILLWRIGHT_AVX2_INLINE void unpack_slot(const std::uint8_t* in, std::uint32_t* out) {
  constexpr std::size_t word = slot * width / 32;
  constexpr int shift = slot * width % 32;
  __m256i value = _mm256_srli_epi32(load(in + 32 * word), shift);
  if constexpr (shift + width > 32)
    value = _mm256_or_si256(value, _mm256_slli_epi32(load(in + 32 * (word + 1)), 32 - shift));
  if constexpr (width < 32) value = _mm256_and_si256(value, _mm256_set1_epi32((1U << width) - 1));
  store(out + slot * words, value);
}

template <unsigned width, std::size_t... slot>
MILLWRIGHT_AVX2 void unpack_width(const std::uint8_t* in, std::uint32_t* out,
                                  std::index_sequence<slot...> /*slots*/) {
  for (std::size_t turn = 0; turn < turns; ++turn) {
    (unpack_slot<width, slot>(in, out), ...);
    in += std::size_t{32} * width;
    out += words * slots_of_a_word;
  }
}

template <unsigned width>
void unpack_all(const std::uint8_t* in, std::uint32_t* out) {
  if constexpr (width == 0)
    std::fill_n(out, vector_rows, 0U);
  else
    unpack_width<width>(in, out, std::make_index_sequence<slots_of_a_word>{});
}

template <unsigned width, std::size_t slot>
MILLWRIGHT_AVX2_INLINE void pack_slot(const std::uint32_t* in, std::uint8_t* out,
                                      __m256i& waiting) {
  constexpr std::size_t word = slot * width / 32;
  constexpr int shift = slot * width % 32;
  __m256i value = load(in + slot * words);
  if constexpr (width < 32) value = _mm256_and_si256(value, _mm256_set1_epi32((1U << width) - 1));
  const __m256i shifted = _mm256_slli_epi32(value, shift);
  waiting = shift == 0 ? shifted : _mm256_or_si256(waiting, shifted);
  if constexpr (shift + width >= 32) store(out + 32 * word, waiting);
  if constexpr (shift + width > 32) waiting = _mm256_srli_epi32(value, 32 - shift);
}

template <unsigned width, std::size_t... slot>
MILLWRIGHT_AVX2 void pack_width(const std::uint32_t* in, std::uint8_t* out,
                                std::index_sequence<slot...> /*slots*/) {
  for (std::size_t turn = 0; turn < turns; ++turn) {
    __m256i waiting = _mm256_setzero_si256();
    (pack_slot<width, slot>(in, out, waiting), ...);
    in += words * slots_of_a_word;
    out += std::size_t{32} * width;
  }
}

template <unsigned width>
void pack_all(const std::uint32_t* in, std::uint8_t* out) {
  if constexpr (width > 0) pack_width<width>(in, out, std::make_index_sequence<slots_of_a_word>{});
}

constexpr std::size_t widths = 33;

template <std::size_t... width>
void unpack_any(const std::uint8_t* in, unsigned wanted, std::uint32_t* out,
                std::index_sequence<width...> /*widths*/) {
  using Unpack = void (*)(const std::uint8_t*, std::uint32_t*);
  static constexpr std::array<Unpack, widths> table{unpack_all<width>...};
  table[wanted](in, out);
}
template <std::size_t... width>
void pack_any(const std::uint32_t* in, unsigned wanted, std::uint8_t* out,
              std::index_sequence<width...> /*widths*/) {
  using Pack = void (*)(const std::uint32_t*, std::uint8_t*);
  static constexpr std::array<Pack, widths> table{pack_all<width>...};
  table[wanted](in, out);
}

void unpack(const std::uint8_t* in, unsigned width, std::uint32_t* out) {
  unpack_any(in, width, out, std::make_index_sequence<widths>{});
}
void pack(const std::uint32_t* in, unsigned width, std::uint8_t* out) {
  pack_any(in, width, out, std::make_index_sequence<widths>{});
}

MILLWRIGHT_AVX2 void prefix_sum(std::uint32_t* values, std::size_t count) {
  __m256i before = _mm256_setzero_si256();
  std::size_t i = 0;
  for (; i + words <= count; i += words) {
    __m256i x = load(values + i);
    x = _mm256_add_epi32(x, _mm256_slli_si256(x, 4));
    x = _mm256_add_epi32(x, _mm256_slli_si256(x, 8));
    // The sum of the low half goes to every lane of the high half.
    const __m256i low = _mm256_permute2x128_si256(x, x, 0x08);
    x = _mm256_add_epi32(x, _mm256_shuffle_epi32(low, 0xff));
    x = _mm256_add_epi32(x, before);
    store(values + i, x);
    before = _mm256_permutevar8x32_epi32(x, _mm256_set1_epi32(7));
  }
  for (std::uint32_t sum = i == 0 ? 0 : values[i - 1]; i < count; ++i)
    values[i] = sum += values[i];
}

// base + i * step for four neighbours.
MILLWRIGHT_AVX2_INLINE __m256i line_start(const Line& line) {
  const std::uint64_t b = line.base, s = line.step;
  return _mm256_add_epi64(
      all(b), _mm256_setr_epi64x(0, static_cast<std::int64_t>(s), static_cast<std::int64_t>(2 * s),
                                 static_cast<std::int64_t>(3 * s)));
}
MILLWRIGHT_AVX2_INLINE __m256i four(const std::uint32_t* in, __m256i unit) {
  const __m256i wide = _mm256_cvtepu32_epi64(_mm_loadu_si128(reinterpret_cast<const __m128i*>(in)));
  return _mm256_mul_epu32(wide, unit);
}
Line rest_of(const Line& line, std::size_t i) {
  return {line.base + i * line.step, line.step, line.unit};
}

MILLWRIGHT_AVX2 void to_integers(const std::uint32_t* in, std::size_t count, const Line& line,
                                 std::int64_t* out) {
  const __m256i unit = all(line.unit), step = all(doubles * line.step);
  __m256i base = line_start(line);
  std::size_t i = 0;
  for (; i + doubles <= count; i += doubles) {
    store(out + i, _mm256_add_epi64(base, four(in + i, unit)));
    base = _mm256_add_epi64(base, step);
  }
  scalar_kernels().to_integers(in + i, count - i, rest_of(line, i), out + i);
}

// What is done to a whole number is the same operation as in kernels.cpp; multiplying or dividing
// by one changes no bit and is left out.
template <bool multiplies, bool divides, bool single>
MILLWRIGHT_AVX2_INLINE __m256d number_of(__m256i integers, const Scale& scale) {
  __m256d x = _mm256_castsi256_pd(_mm256_add_epi64(integers, _mm256_set1_epi64x(magic_bits)));
  x = _mm256_sub_pd(x, _mm256_set1_pd(magic));
  if constexpr (multiplies) x = _mm256_mul_pd(x, _mm256_set1_pd(scale.multiplier));
  if constexpr (divides) x = _mm256_div_pd(x, _mm256_set1_pd(scale.divisor));
  if constexpr (single) x = _mm256_cvtps_pd(_mm256_cvtpd_ps(x));
  return x;
}

template <bool multiplies, bool divides, bool single>
MILLWRIGHT_AVX2 void to_numbers_as(const std::uint32_t* in, std::size_t count, const Line& line,
                                   const Scale& scale, double* out) {
  const __m256i unit = all(line.unit), step = all(doubles * line.step);
  __m256i base = line_start(line);
  std::size_t i = 0;
  for (; i + doubles <= count; i += doubles) {
    const __m256i integers = _mm256_add_epi64(base, four(in + i, unit));
    _mm256_storeu_pd(out + i, number_of<multiplies, divides, single>(integers, scale));
    base = _mm256_add_epi64(base, step);
  }
  scalar_kernels().to_numbers(in + i, count - i, rest_of(line, i), scale, out + i);
}

template <bool multiplies, bool divides, bool single>
MILLWRIGHT_AVX2 void scaled_as(const std::int64_t* in, std::size_t count, const Scale& scale,
                               double* out) {
  std::size_t i = 0;
  for (; i + doubles <= count; i += doubles)
    _mm256_storeu_pd(out + i, number_of<multiplies, divides, single>(load(in + i), scale));
  scalar_kernels().scaled(in + i, count - i, scale, out + i);
}

std::size_t form_of(const Scale& scale) {
  return (scale.multiplier == 1 ? 0U : 4U) + (scale.divisor == 1 ? 0U : 2U) +
         (scale.single ? 1U : 0U);
}

void to_numbers(const std::uint32_t* in, std::size_t count, const Line& line, const Scale& scale,
                double* out) {
  static constexpr std::array<decltype(&to_numbers), 8> forms{
      to_numbers_as<false, false, false>, to_numbers_as<false, false, true>,
      to_numbers_as<false, true, false>,  to_numbers_as<false, true, true>,
      to_numbers_as<true, false, false>,  to_numbers_as<true, false, true>,
      to_numbers_as<true, true, false>,   to_numbers_as<true, true, true>};
  forms[form_of(scale)](in, count, line, scale, out);
}

void scaled(const std::int64_t* in, std::size_t count, const Scale& scale, double* out) {
  static constexpr std::array<decltype(&scaled), 8> forms{
      scaled_as<false, false, false>, scaled_as<false, false, true>, scaled_as<false, true, false>,
      scaled_as<false, true, true>,   scaled_as<true, false, false>, scaled_as<true, false, true>,
      scaled_as<true, true, false>,   scaled_as<true, true, true>};
  forms[form_of(scale)](in, count, scale, out);
}

}  // namespace

std::size_t from_numbers_avx2(const double* in, std::size_t count, const Scale& scale,
                              std::int64_t* out, std::uint16_t* misfits);
Spread spread_avx2(const std::int64_t* in, std::size_t count);
Reduced reduce_avx2(const std::uint32_t* in, std::size_t count);
Gathered gather_avx2(const std::int64_t* times, const double* values, std::size_t count);

const Kernels* avx2_kernels() {
  static constexpr Kernels kernels{.unpack = unpack,
                                   .pack = pack,
                                   .prefix_sum = prefix_sum,
                                   .to_integers = to_integers,
                                   .to_numbers = to_numbers,
                                   .scaled = scaled,
                                   .from_numbers = from_numbers_avx2,
                                   .spread = spread_avx2,
                                   .reduce = reduce_avx2,
                                   .gather = gather_avx2};
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  return has_avx2 ? &kernels : nullptr;
}

}  // namespace millwright::math

#else

namespace millwright::math {
const Kernels* avx2_kernels() {
  return nullptr;
}
}  // namespace millwright::math

#endif
