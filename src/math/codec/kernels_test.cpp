#include "math/codec/kernels.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "math/codec/examples.hpp"

namespace millwright::math {
namespace {

using examples::Dice;

class Twins : public testing::Test {
 protected:
  void SetUp() override {
    if (avx2_kernels() == nullptr) GTEST_SKIP() << "this processor has no AVX2";
    fast_ = avx2_kernels();
  }
  const Kernels& slow_ = scalar_kernels();
  const Kernels* fast_ = nullptr;
};

const std::array<std::size_t, 10> counts{1, 2, 3, 4, 7, 8, 9, 31, 1023, 1024};

TEST_F(Twins, PackTheSameBytesAndGetTheValuesBackAtEveryWidth) {
  for (unsigned width = 0; width <= 32; ++width) {
    Dice dice(width);
    std::array<std::uint32_t, vector_rows> values;
    for (auto& value : values)
      value = width == 0 ? 0 : static_cast<std::uint32_t>(dice.bits()) >> (32 - width);
    const std::size_t size = std::size_t{128} * width;
    std::vector<std::uint8_t> slow(size), fast(size);
    slow_.pack(values.data(), width, slow.data());
    fast_->pack(values.data(), width, fast.data());
    ASSERT_EQ(slow, fast) << "width " << width;
    std::array<std::uint32_t, vector_rows> from_slow, from_fast;
    slow_.unpack(slow.data(), width, from_slow.data());
    fast_->unpack(slow.data(), width, from_fast.data());
    ASSERT_EQ(from_slow, values) << "width " << width;
    ASSERT_EQ(from_fast, values) << "width " << width;
  }
}

TEST_F(Twins, AgreeOnSumsLinesAndReductions) {
  for (const std::size_t count : counts) {
    Dice dice(count);
    std::vector<std::uint32_t> slow(count);
    for (auto& value : slow)
      value = static_cast<std::uint32_t>(dice.bits());
    const Reduced a = slow_.reduce(slow.data(), count), b = fast_->reduce(slow.data(), count);
    EXPECT_EQ(a.min, b.min);
    EXPECT_EQ(a.max, b.max);
    EXPECT_EQ(a.sum, b.sum);
    for (const std::uint64_t unit : {std::uint64_t{1}, std::uint64_t{0xffffffff}}) {
      const Line line{dice.bits(), dice.bits(), unit};
      std::vector<std::int64_t> from_slow(count), from_fast(count);
      slow_.to_integers(slow.data(), count, line, from_slow.data());
      fast_->to_integers(slow.data(), count, line, from_fast.data());
      EXPECT_EQ(from_slow, from_fast);
    }
    std::vector<std::uint32_t> fast = slow;
    slow_.prefix_sum(slow.data(), count);
    fast_->prefix_sum(fast.data(), count);
    EXPECT_EQ(slow, fast);
  }
}

std::vector<std::uint64_t> bits_of(const std::vector<double>& values) {
  std::vector<std::uint64_t> bits;
  bits.reserve(values.size());
  for (const double value : values)
    bits.push_back(std::bit_cast<std::uint64_t>(value));
  return bits;
}

const std::array<Scale, 7> scales{Scale{1, 1, false},      Scale{1, 10, false},
                                  Scale{1, 1e18, true},    Scale{25, 4608, false},
                                  Scale{150, 27648, true}, Scale{0.0054253472, 1, false},
                                  Scale{1, 100, true}};

TEST_F(Twins, AgreeOnNumbersToTheBit) {
  const std::array<std::int64_t, 8> edges{0,
                                          1,
                                          -1,
                                          scaled_integer_max,
                                          -scaled_integer_max,
                                          std::numeric_limits<std::int64_t>::max(),
                                          std::numeric_limits<std::int64_t>::min(),
                                          27648};
  for (const Scale& scale : scales) {
    for (const std::size_t count : counts) {
      Dice dice(count);
      std::vector<std::int64_t> integers(count);
      std::vector<std::uint32_t> narrow(count);
      for (std::size_t i = 0; i < count; ++i) {
        integers[i] =
            i < edges.size() ? edges[i] : static_cast<std::int64_t>(dice.bits()) >> dice.below(64);
        narrow[i] = static_cast<std::uint32_t>(dice.bits());
      }
      std::vector<double> slow(count), fast(count);
      slow_.scaled(integers.data(), count, scale, slow.data());
      fast_->scaled(integers.data(), count, scale, fast.data());
      EXPECT_EQ(bits_of(slow), bits_of(fast));
      const Line line{dice.bits() >> 20, dice.bits() >> 40, 1 + dice.below(1000)};
      slow_.to_numbers(narrow.data(), count, line, scale, slow.data());
      fast_->to_numbers(narrow.data(), count, line, scale, fast.data());
      EXPECT_EQ(bits_of(slow), bits_of(fast));
    }
  }
}

double odd_number(Dice& dice) {
  using Limits = std::numeric_limits<double>;
  switch (dice.below(12)) {
    case 0:
      return -0.0;
    case 1:
      return dice.below(2) == 0 ? Limits::infinity() : -Limits::infinity();
    case 2:
      return std::bit_cast<double>(0x7ff0000000000001 | dice.bits());  // NaNs of all kinds
    case 3:
      return Limits::denorm_min() * static_cast<double>(dice.below(100));
    case 4:
      return std::bit_cast<double>(dice.bits());
    case 5:
      return 2251799813685247.0 + static_cast<double>(dice.below(3));
    default:
      return std::nearbyint(dice.uniform() * 1000) / 10;
  }
}

TEST_F(Twins, FindTheSameIntegersAndTheSameMisfits) {
  for (const Scale& scale : scales) {
    for (const std::size_t count : counts) {
      Dice dice(count);
      std::vector<double> numbers(count);
      for (double& number : numbers)
        number = odd_number(dice);
      std::vector<std::int64_t> slow(count), fast(count);
      std::vector<std::uint16_t> slow_misfits(count), fast_misfits(count);
      const std::size_t slow_count =
          slow_.from_numbers(numbers.data(), count, scale, slow.data(), slow_misfits.data());
      const std::size_t fast_count =
          fast_->from_numbers(numbers.data(), count, scale, fast.data(), fast_misfits.data());
      EXPECT_EQ(slow_count, fast_count);
      EXPECT_EQ(slow, fast);
      EXPECT_EQ(slow_misfits, fast_misfits);
      std::vector<double> again(count);
      slow_.scaled(slow.data(), count, scale, again.data());
      const std::vector<std::uint64_t> found = bits_of(again), expected = bits_of(numbers);
      std::size_t differ = 0;
      for (std::size_t i = 0; i < count; ++i)
        differ += found[i] != expected[i] ? 1U : 0U;
      EXPECT_EQ(differ, slow_count) << "what is no misfit comes back to the bit";
    }
  }
}

TEST_F(Twins, GatherTheSameStatisticsToTheBit) {
  for (const std::size_t count : counts) {
    for (const bool is_odd : {false, true}) {
      Dice dice(count);
      std::vector<std::int64_t> times(count);
      std::vector<double> values(count);
      std::int64_t at = 1'700'000'000'000'000'000;
      for (std::size_t i = 0; i < count; ++i) {
        times[i] = at += static_cast<std::int64_t>(dice.below(2'000'000'000));
        values[i] = is_odd ? odd_number(dice) : std::nearbyint(dice.normal() * 50) / 10;
      }
      const Gathered a = slow_.gather(times.data(), values.data(), count);
      const Gathered b = fast_->gather(times.data(), values.data(), count);
      EXPECT_EQ(std::isnan(a.odd), std::isnan(b.odd));
      EXPECT_EQ(a.transitions, b.transitions);
      if (std::isnan(a.odd)) continue;  // Then nobody asks for the rest.
      EXPECT_EQ(bits_of({a.min, a.max, a.sum, a.held}), bits_of({b.min, b.max, b.sum, b.held}));
    }
  }
}

TEST_F(Twins, AgreeOnTheSpreadOfValuesAndSteps) {
  for (const std::size_t count : counts) {
    for (const unsigned shift : {0U, 32U, 60U, 63U}) {
      Dice dice(count + shift);
      std::vector<std::int64_t> values(count);
      for (auto& value : values)
        value = static_cast<std::int64_t>(dice.bits()) >> shift;
      const Spread a = slow_.spread(values.data(), count), b = fast_->spread(values.data(), count);
      EXPECT_EQ(a.min, b.min);
      EXPECT_EQ(a.max, b.max);
      EXPECT_EQ(a.step_min, b.step_min);
      EXPECT_EQ(a.step_max, b.step_max);
      EXPECT_EQ(a.changes, b.changes);
    }
  }
}

}  // namespace
}  // namespace millwright::math
