#include "math/codec/codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "math/codec/examples.hpp"

namespace millwright::math {
namespace {

using examples::Dice;
using examples::Scaling;

// Each way of writing: both sets of kernels must give the same bytes, both layouts the same values.
Bytes written(const std::function<void(Bytes&, Encoding)>& write, Layout layout) {
  Bytes slow, fast;
  write(slow, {&scalar_kernels(), layout});
  write(fast, {&best_kernels(), layout});
  EXPECT_EQ(slow, fast) << "the kernels write different bytes";
  return fast;
}

// Writes, reads back with both kernels, compares bit for bit; returns bytes a value.
double round_trip(const std::vector<double>& values) {
  std::size_t size = 0;
  for (const Layout layout : {Layout::planes, Layout::bits}) {
    const Bytes bytes =
        written([&](Bytes& out, Encoding how) { write_numbers(values, out, how); }, layout);
    for (const Kernels* kernels : {&scalar_kernels(), &best_kernels()}) {
      const Numbers column = Numbers::open(bytes, values.size(), *kernels).value();
      std::vector<double> out(vector_rows);
      for (std::size_t v = 0; v < column.count(); ++v) {
        EXPECT_TRUE(column.decode(v, out));
        for (std::size_t i = 0; i < column.rows_of(v); ++i) {
          const double expected = values[v * vector_rows + i];
          EXPECT_EQ(std::bit_cast<std::uint64_t>(out[i]), std::bit_cast<std::uint64_t>(expected))
              << "row " << v * vector_rows + i << ": " << out[i] << " is not " << expected;
          if (testing::Test::HasFailure()) return 0;
        }
      }
    }
    size = bytes.size();
  }
  return static_cast<double>(size) / static_cast<double>(values.size());
}

double round_trip(const std::vector<std::int64_t>& values, Shape shape = Shape::any) {
  std::size_t size = 0;
  for (const Layout layout : {Layout::planes, Layout::bits}) {
    const Bytes bytes = written(
        [&](Bytes& out, Encoding how) {
          shape == Shape::grid ? write_times(values, out, how) : write_integers(values, out, how);
        },
        layout);
    for (const Kernels* kernels : {&scalar_kernels(), &best_kernels()}) {
      const Integers column = Integers::open(bytes, values.size(), *kernels).value();
      std::vector<std::int64_t> out(vector_rows);
      for (std::size_t v = 0; v < column.count(); ++v) {
        EXPECT_TRUE(column.decode(v, std::span<std::int64_t>(out)));
        for (std::size_t i = 0; i < column.rows_of(v); ++i) {
          EXPECT_EQ(out[i], values[v * vector_rows + i]) << "row " << v * vector_rows + i;
          if (testing::Test::HasFailure()) return 0;
        }
      }
    }
    size = bytes.size();
  }
  return static_cast<double>(size) / static_cast<double>(values.size());
}

TEST(Codec, ShortDecimalsTakeTheBitsOfTheirSteps) {
  EXPECT_LT(round_trip(examples::analog(1, 8192, {60, 0.01, 0.05, 0.03, 1})), 0.5);
  EXPECT_LT(round_trip(examples::analog(2, 8192, {5, 0.01, 0.02, 0.01, 3})), 1.1);
}

TEST(Codec, ADecimalThatCameAsA32BitNumberTakesNoMoreThanTheDecimal) {
  const std::vector<double> values = examples::analog(1, 8192, {23.4, 0.01, 0.1, 0.05, 1});
  const double as_double = round_trip(values);
  EXPECT_NEAR(round_trip(examples::widened(values)), as_double, 0.01);
}

TEST(Codec, CountsOfAnAnalogInputTakeTheBitsOfTheCounts) {
  for (const Scaling how : {Scaling::by_fraction, Scaling::by_product, Scaling::in_single})
    EXPECT_LT(round_trip(examples::analog_input(3, 8192, how)), 1.2) << static_cast<int>(how);
}

TEST(Codec, NumbersWhoseBitsAllCountTakeLessThanTheirBits) {
  EXPECT_LT(round_trip(examples::computed(4, 8192)), 7.0);
  EXPECT_LT(round_trip(examples::widened(examples::computed(4, 8192))), 3.3);
}

TEST(Codec, CountersStatesAndSetPointsTakeAFractionOfAByte) {
  EXPECT_LT(round_trip(examples::counter(5, 8192, 30)), 0.15);
  EXPECT_LT(round_trip(examples::held(6, 8192, 6, 300)), 0.05);
  EXPECT_LT(round_trip(examples::held(7, 8192, 40, 3000, 0.5)), 0.02);
}

TEST(Codec, TimesAtOneHertzWithJitterAndMissingRowsCostAboutFiveBits) {
  EXPECT_LE(round_trip(examples::times(8, 8192), Shape::grid), 0.655);
}

TEST(Codec, OddNumbersComeBackToTheBitAmongOthers) {
  using Limits = std::numeric_limits<double>;
  const std::vector<double> odd{-0.0,
                                Limits::infinity(),
                                -Limits::infinity(),
                                Limits::denorm_min(),
                                -Limits::denorm_min(),
                                Limits::max(),
                                Limits::lowest(),
                                Limits::min(),
                                std::bit_cast<double>(0x7ff0000000000001),  // signalling
                                std::bit_cast<double>(0xfff8000000000123),
                                std::bit_cast<double>(0x7ff8000020000000),
                                0.1 + 0.2,
                                1e300,
                                9007199254740993.0};
  for (const std::size_t every : {1U, 3U, 50U, 700U}) {
    std::vector<double> values = examples::analog(9, 2500, {60, 0.01, 0.1, 0.05, 1});
    for (std::size_t i = 0; i < values.size(); i += every)
      values[i] = odd[i / every % odd.size()];
    round_trip(values);
  }
  for (const double value : odd)
    EXPECT_LT(round_trip(std::vector<double>(8192, value)), 0.02);
}

TEST(Codec, EveryNumberOfRowsComesBack) {
  for (const std::size_t rows : {1U, 2U, 3U, 7U, 8U, 9U, 63U, 100U, 1023U, 1024U, 1025U, 5000U}) {
    round_trip(examples::analog(rows, rows, {60, 0.01, 0.1, 0.05, 2}));
    round_trip(examples::times(rows, rows), Shape::grid);
  }
}

TEST(Codec, IntegersOfAnyRangeComeBack) {
  using Limits = std::numeric_limits<std::int64_t>;
  for (unsigned shift = 0; shift < 64; shift += 3) {
    Dice dice(shift);
    std::vector<std::int64_t> noise, walk, jumps;
    std::int64_t at = 0;
    for (std::size_t i = 0; i < 2100; ++i) {
      noise.push_back(static_cast<std::int64_t>(dice.bits()) >> shift);
      at += static_cast<std::int64_t>(dice.bits()) >> (shift / 2 + 32);
      walk.push_back(at * 1000);
      jumps.push_back(dice.below(50) == 0 ? static_cast<std::int64_t>(dice.bits()) >> shift : at);
    }
    for (const Shape shape : {Shape::any, Shape::grid}) {
      round_trip(noise, shape);
      round_trip(walk, shape);
      round_trip(jumps, shape);
    }
  }
  for (const Shape shape : {Shape::any, Shape::grid}) {
    round_trip({Limits::min(), Limits::max(), 0, Limits::max(), Limits::min()}, shape);
    round_trip({Limits::min(), Limits::min() + 2, Limits::max() - 1}, shape);
    round_trip(std::vector<std::int64_t>{0, Limits::max(), 0, Limits::max()}, shape);
  }
}

TEST(Codec, AFewFarValuesDoNotMakeAllOthersWide) {
  std::vector<double> values = examples::analog(10, 8192, {60, 0.01, 0.1, 0.05, 1});
  const double before = round_trip(values);
  for (std::size_t i = 100; i < values.size(); i += 200)
    values[i] = i % 400 == 100 ? 99999.9 : -32768;
  EXPECT_LT(round_trip(values), before + 0.12);
}

TEST(Codec, NaturalsAndBooleansComeBack) {
  Dice dice(11);
  std::vector<std::uint64_t> naturals;
  std::vector<std::uint8_t> booleans;
  for (std::size_t i = 0; i < 3000; ++i) {
    naturals.push_back(dice.bits() >> dice.below(64));
    booleans.push_back(static_cast<std::uint8_t>(dice.below(2)));
  }
  Bytes bytes;
  write_naturals(naturals, bytes);
  std::vector<std::uint64_t> out(vector_rows);
  const Integers column = Integers::open(bytes, naturals.size()).value();
  ASSERT_TRUE(column.decode(1, std::span<std::uint64_t>(out)));
  EXPECT_TRUE(std::equal(out.begin(), out.end(), naturals.begin() + vector_rows));

  Bytes packed;
  write_booleans(booleans, packed);
  EXPECT_LT(packed.size(), booleans.size() / 8 + 40) << "a bit each";
  std::vector<std::uint8_t> truth(vector_rows);
  ASSERT_TRUE(Integers::open(packed, booleans.size()).value().decode(2, truth));
  EXPECT_TRUE(std::equal(truth.begin(), truth.begin() + 3000 - 2 * vector_rows,
                         booleans.begin() + 2 * vector_rows));
}

TEST(Codec, TextsComeBackFromADictionaryOrPlain) {
  Dice dice(12);
  for (const std::uint64_t different : {1U, 5U, 3000U, 100000U}) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < 5000; ++i)
      texts.push_back(std::string(dice.below(9), 'x') + std::to_string(dice.below(different)));
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    Bytes bytes;
    ASSERT_TRUE(write_texts(views, bytes));
    const Texts column = Texts::open(bytes, views.size()).value();
    std::vector<std::string_view> out(vector_rows);
    for (std::size_t v = 0; v < column.count(); ++v) {
      ASSERT_TRUE(column.decode(v, out));
      for (std::size_t i = 0; i < column.rows_of(v); ++i)
        ASSERT_EQ(out[i], views[v * vector_rows + i]);
    }
  }
  Bytes none;
  const std::string too_long(text_bytes_max + 1, 'a');
  EXPECT_FALSE(write_texts(std::vector<std::string_view>{too_long}, none));
}

TEST(Codec, ListsOfNumbersComeBack) {
  Dice dice(13);
  std::vector<std::uint32_t> lengths;
  std::vector<double> values;
  for (std::size_t i = 0; i < 2500; ++i) {
    lengths.push_back(static_cast<std::uint32_t>(dice.below(20)));
    for (std::uint32_t k = 0; k < lengths.back(); ++k)
      values.push_back(static_cast<double>(dice.below(1000)) / 10);
  }
  Bytes bytes;
  ASSERT_TRUE(write_lists({lengths, values}, bytes));
  const Lists column = Lists::open(bytes, lengths.size()).value();
  std::vector<std::uint32_t> out(vector_rows);
  std::vector<double> part(vector_rows);
  std::size_t row = 0, at = 0;
  for (std::size_t v = 0; v < column.count(); ++v) {
    EXPECT_EQ(column.decode(v, out).value(), at);
    for (std::size_t i = 0; i < column.rows_of(v); ++i, ++row) {
      ASSERT_EQ(out[i], lengths[row]);
      at += out[i];
    }
  }
  EXPECT_EQ(column.values().rows(), values.size());
  ASSERT_TRUE(column.values().decode(3, part));
  EXPECT_TRUE(std::equal(part.begin(), part.end(), values.begin() + 3 * vector_rows));
  EXPECT_FALSE(write_lists({lengths, std::span(values).first(1)}, bytes));
}

TEST(Codec, LeastMostAndSumOfPackedNumbersAreThoseOfTheNumbers) {
  const std::vector<std::vector<double>> columns{
      examples::analog(14, 3000, {60, 0.5, 0.1, 0.05, 1}),
      examples::widened(examples::analog(14, 3000, {60, 0.01, 0.1, 0.05, 1})),
      examples::counter(15, 3000, 10), examples::computed(16, 3000),
      examples::held(17, 3000, 5, 100, 0.5)};
  for (const auto& values : columns) {
    Bytes bytes;
    write_numbers(values, bytes);
    const Numbers column = Numbers::open(bytes, values.size()).value();
    for (std::size_t v = 0; v < column.count(); ++v) {
      const auto* const from = values.data() + v * vector_rows;
      const std::size_t rows = column.rows_of(v);
      const auto summary = column.summary(v).value();
      EXPECT_EQ(summary.min, *std::min_element(from, from + rows));
      EXPECT_EQ(summary.max, *std::max_element(from, from + rows));
      double sum = 0;
      for (std::size_t i = 0; i < rows; ++i)
        sum += from[i];
      EXPECT_NEAR(summary.sum, sum, std::abs(sum) * 1e-13);
      EXPECT_EQ(summary.count, rows);
    }
  }
}

TEST(Codec, ColumnsThatAreCutOrDamagedAreRefusedOrReadWithinTheirBytes) {
  Bytes bytes;
  write_numbers(examples::analog(18, 3000, {60, 0.01, 0.1, 0.05, 1}), bytes);
  std::vector<double> out(vector_rows);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(Numbers::open(ByteView(bytes).first(size), 3000));
  Dice dice(19);
  for (int turn = 0; turn < 2000; ++turn) {
    Bytes damaged = bytes;
    damaged[dice.below(40)] ^= static_cast<std::uint8_t>(1U << dice.below(8));
    const auto column = Numbers::open(damaged, 3000);
    if (column) [[maybe_unused]]
      const Outcome ignored = column->decode(0, out);
  }
}

// Multiples of one over a whole number were written as if they were decimals.
TEST(Codec, MultiplesOfOneOverAWholeNumberComeBackToTheBit) {
  for (int divisor = 2; divisor <= 300; ++divisor) {
    std::vector<double> values;
    values.reserve(2000);
    for (int i = 0; i < 2000; ++i)
      values.push_back(static_cast<double>(i - 700) / divisor);
    Bytes bytes;
    write_numbers(values, bytes);
    const auto column = Numbers::open(bytes, values.size());
    ASSERT_TRUE(column);
    for (std::size_t vector = 0; vector < column->count(); ++vector) {
      std::array<double, vector_rows> out{};
      ASSERT_TRUE(column->decode(vector, out));
      for (std::size_t i = 0; i < column->rows_of(vector); ++i)
        ASSERT_EQ(out[i], values[vector * vector_rows + i]) << "divisor " << divisor;
    }
  }
}

}  // namespace
}  // namespace millwright::math
