#include "base/packed.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace millwright {
namespace {

Bytes packed(std::span<const double> values) {
  Bytes bytes;
  Writer out(bytes);
  pack_numbers(out, values);
  return bytes;
}

void expect_same(const std::vector<double>& values) {
  const Bytes bytes = packed(values);
  Reader in(bytes);
  std::vector<double> back;
  ASSERT_TRUE(unpack_numbers(in, values.size(), back));
  EXPECT_TRUE(in.is_at_end());
  ASSERT_EQ(back.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back[i]), std::bit_cast<std::uint64_t>(values[i])) << i;
}

void expect_same(const std::vector<std::int64_t>& values) {
  Bytes bytes;
  Writer out(bytes);
  pack_integers(out, values);
  Reader in(bytes);
  std::vector<std::int64_t> back;
  ASSERT_TRUE(unpack_integers(in, values.size(), back));
  EXPECT_TRUE(in.is_at_end());
  EXPECT_EQ(back, values);
}

TEST(Packed, NumbersComeBackBitByBit) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  expect_same(std::vector<double>{});
  expect_same(std::vector<double>{0.1, 0.2, 0.3, -17.25, 1e6});
  expect_same(std::vector<double>{-0.0, 0.0});
  expect_same(std::vector<double>{1.0 / 3, 2.0 / 3, std::numeric_limits<double>::infinity()});
  expect_same(std::vector<double>{none, 1, none});
  expect_same(std::vector<double>{static_cast<double>(0.1F), static_cast<double>(23.4F)});
  expect_same(std::vector<double>{1e300, 4e-324, 9'007'199'254'740'993.0});
}

TEST(Packed, IntegersComeBackOverTheWholeRange) {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto greatest = std::numeric_limits<std::int64_t>::max();
  expect_same(std::vector<std::int64_t>{});
  expect_same(std::vector<std::int64_t>{5});
  expect_same(std::vector<std::int64_t>{least, greatest, 0, -1, 1});
  expect_same(std::vector<std::int64_t>{greatest, least, greatest, least});
}

TEST(Packed, AnyColumnComesBack) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::vector<double> numbers;
    std::vector<std::int64_t> integers;
    const unsigned shift = seed % 64;
    const double scale = std::pow(10, seed % 12);
    for (std::uint64_t i = random() % 300; i > 0; --i) {
      integers.push_back(static_cast<std::int64_t>(random() >> shift));
      numbers.push_back(static_cast<double>(static_cast<std::int64_t>(random() >> 40)) / scale);
    }
    expect_same(numbers);
    expect_same(integers);
  }
}

TEST(Packed, ASteadyTimeTakesNoRoomAndASensorOfATenthAboutAByteAValue) {
  std::vector<std::int64_t> times;
  std::vector<double> values;
  std::mt19937 random(7);
  for (std::int64_t i = 0; i < 1000; ++i) {
    times.push_back(1'700'000'000'000'000'000 + i * 10'000'000'000);
    values.push_back(std::round(210 + static_cast<double>(random() % 200) / 10) / 10);
  }
  Bytes bytes;
  Writer out(bytes);
  pack_integers(out, times);
  EXPECT_EQ(bytes.size(), 18U);
  EXPECT_LT(packed(values).size(), 1000U);
}

TEST(Packed, WhatMakesNoSenseIsRefusedBeforeItIsMade) {
  Bytes bytes = packed(std::vector<double>{1.5, 2.5, 7.25});
  std::vector<double> back;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Reader cut(ByteView(bytes).first(size));
    EXPECT_FALSE(unpack_numbers(cut, 3, back)) << size;
  }
  Reader many(bytes);
  EXPECT_FALSE(unpack_numbers(many, std::size_t{1} << 60U, back));
  bytes[0] = 9;
  Reader unknown(bytes);
  EXPECT_FALSE(unpack_numbers(unknown, 3, back));
}

}  // namespace
}  // namespace millwright
