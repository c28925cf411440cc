// The kernels of the encoder for processors with AVX2, and the reduction (see kernels_avx2.cpp).
#include "math/codec/kernels.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>

namespace millwright::math {

#define MILLWRIGHT_AVX2 __attribute__((target("avx2")))
#define MILLWRIGHT_AVX2_INLINE __attribute__((target("avx2"), always_inline)) inline

std::size_t from_numbers_avx2(const double* in, std::size_t count, const Scale& scale,
                              std::int64_t* out, std::uint16_t* misfits);
Spread spread_avx2(const std::int64_t* in, std::size_t count);
Reduced reduce_avx2(const std::uint32_t* in, std::size_t count);
Gathered gather_avx2(const std::int64_t* times, const double* values, std::size_t count);

namespace {

constexpr double magic = 6755399441055744.0;  // 1.5 * 2^52, as in kernels.cpp
constexpr auto magic_bits = std::bit_cast<std::int64_t>(magic);
constexpr std::size_t four = 4;

struct Fitted {
  __m256i integers;
  unsigned fits;  // a bit a lane
};

MILLWRIGHT_AVX2_INLINE Fitted fit(const double* in, const Scale& scale) {
  const __m256d number = _mm256_loadu_pd(in);
  const __m256d divisor = _mm256_set1_pd(scale.divisor);
  const __m256d multiplier = _mm256_set1_pd(scale.multiplier);
  __m256d whole = _mm256_mul_pd(number, divisor);
  if (scale.multiplier != 1) whole = _mm256_div_pd(whole, multiplier);
  const __m256d high = _mm256_set1_pd(static_cast<double>(scaled_integer_max));
  const __m256d low = _mm256_set1_pd(-static_cast<double>(scaled_integer_max));
  const __m256d inside =
      _mm256_and_pd(_mm256_cmp_pd(whole, low, _CMP_GE_OQ), _mm256_cmp_pd(whole, high, _CMP_LE_OQ));
  const __m256d shifted = _mm256_add_pd(whole, _mm256_set1_pd(magic));
  const __m256i integers =
      _mm256_sub_epi64(_mm256_castpd_si256(shifted), _mm256_set1_epi64x(magic_bits));
  __m256d again = _mm256_sub_pd(shifted, _mm256_set1_pd(magic));
  if (scale.multiplier != 1) again = _mm256_mul_pd(again, multiplier);
  again = _mm256_div_pd(again, divisor);
  if (scale.single) again = _mm256_cvtps_pd(_mm256_cvtpd_ps(again));
  const __m256i same = _mm256_cmpeq_epi64(_mm256_castpd_si256(again), _mm256_castpd_si256(number));
  const __m256d fits = _mm256_and_pd(inside, _mm256_castsi256_pd(same));
  return {integers, static_cast<unsigned>(_mm256_movemask_pd(fits))};
}

MILLWRIGHT_AVX2_INLINE __m256i min_of(__m256i a, __m256i b) {
  return _mm256_blendv_epi8(a, b, _mm256_cmpgt_epi64(a, b));
}
MILLWRIGHT_AVX2_INLINE __m256i max_of(__m256i a, __m256i b) {
  return _mm256_blendv_epi8(b, a, _mm256_cmpgt_epi64(a, b));
}
MILLWRIGHT_AVX2_INLINE std::int64_t least(__m256i value) {
  alignas(32) std::array<std::int64_t, four> lane;
  _mm256_store_si256(reinterpret_cast<__m256i*>(lane.data()), value);
  return std::min(std::min(lane[0], lane[1]), std::min(lane[2], lane[3]));
}
MILLWRIGHT_AVX2_INLINE std::int64_t most(__m256i value) {
  alignas(32) std::array<std::int64_t, four> lane;
  _mm256_store_si256(reinterpret_cast<__m256i*>(lane.data()), value);
  return std::max(std::max(lane[0], lane[1]), std::max(lane[2], lane[3]));
}

}  // namespace

MILLWRIGHT_AVX2 std::size_t from_numbers_avx2(const double* in, std::size_t count,
                                              const Scale& scale, std::int64_t* out,
                                              std::uint16_t* misfits) {
  std::size_t found = 0, i = 0;
  for (; i + four <= count; i += four) {
    const Fitted fitted = fit(in + i, scale);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), fitted.integers);
    if (fitted.fits == 0xf) continue;
    for (std::size_t lane = 0; lane < four; ++lane) {
      if ((fitted.fits >> lane & 1) != 0) continue;
      misfits[found++] = static_cast<std::uint16_t>(i + lane);
      out[i + lane] = i + lane == 0 ? 0 : out[i + lane - 1];
    }
  }
  for (; i < count; ++i) {
    std::uint16_t misfit = 0;
    if (scalar_kernels().from_numbers(in + i, 1, scale, out + i, &misfit) == 0) continue;
    misfits[found++] = static_cast<std::uint16_t>(i);
    out[i] = i == 0 ? 0 : out[i - 1];
  }
  return found;
}

MILLWRIGHT_AVX2 Spread spread_avx2(const std::int64_t* in, std::size_t count) {
  if (count < 2 * four + 1) return scalar_kernels().spread(in, count);
  const auto at = [](const std::int64_t* from) { return reinterpret_cast<const __m256i*>(from); };
  __m256i min = _mm256_loadu_si256(at(in)), max = min;
  __m256i step_min = _mm256_sub_epi64(_mm256_loadu_si256(at(in + 1)), min);
  __m256i step_max = step_min, same = _mm256_setzero_si256();
  const __m256i none = _mm256_setzero_si256();
  std::size_t i = 1;
  for (; i + four <= count; i += four) {
    const __m256i value = _mm256_loadu_si256(at(in + i));
    const __m256i step = _mm256_sub_epi64(value, _mm256_loadu_si256(at(in + i - 1)));
    min = min_of(min, value);
    max = max_of(max, value);
    step_min = min_of(step_min, step);
    step_max = max_of(step_max, step);
    same = _mm256_sub_epi64(same, _mm256_cmpeq_epi64(step, none));
  }
  alignas(32) std::array<std::int64_t, four> equal;
  _mm256_store_si256(reinterpret_cast<__m256i*>(equal.data()), same);
  const auto unchanged = static_cast<std::size_t>(equal[0] + equal[1] + equal[2] + equal[3]);
  Spread s{least(min), most(max), least(step_min), most(step_max),
           static_cast<std::uint32_t>(i - 1 - unchanged)};
  const Spread rest = scalar_kernels().spread(in + i - 1, count - i + 1);
  s.min = std::min(s.min, rest.min);
  s.max = std::max(s.max, rest.max);
  s.changes += rest.changes;
  if (count - i > 0) {
    s.step_min = std::min(s.step_min, rest.step_min);
    s.step_max = std::max(s.step_max, rest.step_max);
  }
  return s;
}

MILLWRIGHT_AVX2 Reduced reduce_avx2(const std::uint32_t* in, std::size_t count) {
  constexpr std::size_t eight = 8;
  if (count < eight) return scalar_kernels().reduce(in, count);
  __m256i min = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in)), max = min;
  __m256i sum = _mm256_setzero_si256();
  const __m256i low = _mm256_set1_epi64x(0xffffffff);
  std::size_t i = 0;
  for (; i + eight <= count; i += eight) {
    const __m256i value = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + i));
    min = _mm256_min_epu32(min, value);
    max = _mm256_max_epu32(max, value);
    sum = _mm256_add_epi64(sum, _mm256_and_si256(value, low));
    sum = _mm256_add_epi64(sum, _mm256_srli_epi64(value, 32));
  }
  alignas(32) std::array<std::uint32_t, eight> mins, maxs;
  alignas(32) std::array<std::uint64_t, four> sums;
  _mm256_store_si256(reinterpret_cast<__m256i*>(mins.data()), min);
  _mm256_store_si256(reinterpret_cast<__m256i*>(maxs.data()), max);
  _mm256_store_si256(reinterpret_cast<__m256i*>(sums.data()), sum);
  Reduced r{*std::min_element(mins.begin(), mins.end()),
            *std::max_element(maxs.begin(), maxs.end()), sums[0] + sums[1] + sums[2] + sums[3]};
  if (i == count) return r;
  const Reduced rest = scalar_kernels().reduce(in + i, count - i);
  return {std::min(r.min, rest.min), std::max(r.max, rest.max), r.sum + rest.sum};
}

MILLWRIGHT_AVX2 Gathered gather_avx2(const std::int64_t* times, const double* values,
                                     std::size_t count) {
  if (count <= four) return scalar_kernels().gather(times, values, count);
  __m256d sum = _mm256_setzero_pd(), held = sum, odd = sum, min = _mm256_set1_pd(values[0]);
  __m256d max = min;
  __m256i same = _mm256_setzero_si256();
  std::size_t i = 0;
  for (; i + four < count; i += four) {
    const __m256d value = _mm256_loadu_pd(values + i);
    const __m256i gap =
        _mm256_sub_epi64(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(times + i + 1)),
                         _mm256_loadu_si256(reinterpret_cast<const __m256i*>(times + i)));
    const __m256d gap_number =
        _mm256_sub_pd(_mm256_castsi256_pd(_mm256_add_epi64(gap, _mm256_set1_epi64x(magic_bits))),
                      _mm256_set1_pd(magic));
    sum = _mm256_add_pd(sum, value);
    odd = _mm256_add_pd(odd, _mm256_sub_pd(value, value));
    min = _mm256_blendv_pd(min, value, _mm256_cmp_pd(value, min, _CMP_LT_OQ));
    max = _mm256_blendv_pd(max, value, _mm256_cmp_pd(value, max, _CMP_GT_OQ));
    held = _mm256_add_pd(held, _mm256_mul_pd(value, gap_number));
    const __m256d equal = _mm256_cmp_pd(value, _mm256_loadu_pd(values + i + 1), _CMP_EQ_OQ);
    same = _mm256_sub_epi64(same, _mm256_castpd_si256(equal));
  }
  alignas(32) std::array<double, four> sums, odds, mins, maxs, helds;
  alignas(32) std::array<std::int64_t, four> sames;
  _mm256_store_pd(sums.data(), sum);
  _mm256_store_pd(odds.data(), odd);
  _mm256_store_pd(mins.data(), min);
  _mm256_store_pd(maxs.data(), max);
  _mm256_store_pd(helds.data(), held);
  _mm256_store_si256(reinterpret_cast<__m256i*>(sames.data()), same);
  Gathered g;
  g.transitions = i - static_cast<std::size_t>(sames[0] + sames[1] + sames[2] + sames[3]);
  for (; i + 1 < count; ++i) {
    const double value = values[i];
    sums[0] += value;
    odds[0] += value - value;
    mins[0] = value < mins[0] ? value : mins[0];
    maxs[0] = value > maxs[0] ? value : maxs[0];
    helds[0] += value * static_cast<double>(times[i + 1] - times[i]);
    g.transitions += value != values[i + 1] ? 1U : 0U;
  }
  const double last = values[count - 1];
  g.sum = (sums[0] + sums[1]) + (sums[2] + sums[3]) + last;
  g.odd = (odds[0] + odds[1]) + (odds[2] + odds[3]) + (last - last);
  g.held = (helds[0] + helds[1]) + (helds[2] + helds[3]);
  g.min = std::min(*std::min_element(mins.begin(), mins.end()), last);
  g.max = std::max(*std::max_element(maxs.begin(), maxs.end()), last);
  return g;
}

}  // namespace millwright::math

#endif
