#include "math/codec/block.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <string>
#include <vector>

#include "math/codec/examples.hpp"

namespace millwright::math {
namespace {

using examples::Dice;

// A group of tags of all types: most share their times, one has its own.
struct Group {
  std::vector<std::int64_t> times, own_times, integers;
  std::vector<double> numbers, list_values;
  std::vector<std::uint64_t> naturals;
  std::vector<std::uint8_t> booleans;
  std::vector<std::string> words;
  std::vector<std::string_view> texts;
  std::vector<std::uint32_t> codes, lengths;
  std::vector<std::int64_t> copied_times;

  explicit Group(std::size_t rows) {
    Dice dice(rows);
    times = examples::times(rows, rows);
    copied_times = times;
    own_times = examples::times(rows + 1, rows);
    numbers = examples::analog(rows, rows, {60, 0.01, 0.1, 0.05, 1});
    for (std::size_t i = 0; i < rows; ++i) {
      integers.push_back(static_cast<std::int64_t>(i / 100) - 5);
      naturals.push_back(dice.bits());
      booleans.push_back(i / 50 % 2 == 0 ? 1 : 0);
      words.push_back("order " + std::to_string(i / 30));
      codes.push_back(i == 2 || i / 7 % 9 == 3 ? 0x80310000 : i / 40 % 5 == 1 ? 0x40900000 : 0);
      lengths.push_back(static_cast<std::uint32_t>(i % 4));
      for (std::size_t k = 0; k < i % 4; ++k)
        list_values.push_back(static_cast<double>(i + k) / 4);
    }
    texts.assign(words.begin(), words.end());
  }

  std::vector<ColumnIn> columns() const {
    return {{70, times, std::span<const double>(numbers), {}},
            {20, times, std::span<const std::int64_t>(integers), codes},
            {30, copied_times, std::span<const std::uint64_t>(naturals), {}},
            {40, times, std::span<const std::uint8_t>(booleans), codes},
            {50, own_times, std::span<const std::string_view>(texts), {}},
            {60, times, ListsIn{lengths, list_values}, codes}};
  }
};

Bytes block_of(const Group& group, Form form = Form::packed) {
  Bytes out{1, 2, 3};  // A block may lie anywhere.
  EXPECT_TRUE(write_block(group.columns(), out, form));
  out.erase(out.begin(), out.begin() + 3);
  return out;
}

template <class T, class View>
std::vector<T> all_of(const View& column) {
  std::vector<T> out(column.count() * vector_rows);
  for (std::size_t v = 0; v < column.count(); ++v)
    EXPECT_TRUE(column.decode(v, std::span(out).subspan(v * vector_rows)));
  out.resize(column.rows());
  return out;
}

void expect_holds(const Block& block, const Group& group) {
  Bytes room;
  const auto column = [&](std::uint64_t id) {
    return block.column(block.find(id).value(), room).value();
  };
  EXPECT_EQ(all_of<double>(column(70).numbers()), group.numbers);
  EXPECT_FALSE(column(70).codes.has_value());
  EXPECT_EQ(all_of<std::int64_t>(column(20).integers()), group.integers);
  EXPECT_EQ(all_of<std::uint32_t>(*column(20).codes), group.codes);
  EXPECT_EQ(all_of<std::uint64_t>(column(30).integers()), group.naturals);
  EXPECT_EQ(all_of<std::uint8_t>(column(40).integers()), group.booleans);
  const Column texts = column(50);
  EXPECT_EQ(all_of<std::string_view>(texts.texts()), group.texts);
  const Column lists = column(60);
  std::vector<std::uint32_t> lengths(vector_rows);
  EXPECT_EQ(lists.lists().decode(0, lengths).value(), 0U);
  EXPECT_EQ(all_of<double>(lists.lists().values()), group.list_values);
  for (const std::uint64_t id : {50U, 60U}) {
    const auto described = block.describe(block.find(id).value());
    const Times times = block.times(described.times, room).value();
    EXPECT_EQ(all_of<std::int64_t>(static_cast<const Integers&>(times)),
              id == 50 ? group.own_times : group.times);
  }
}

TEST(Block, GivesEveryColumnBackInBothForms) {
  for (const std::size_t rows : {5U, 1024U, 1025U, 3000U, 8192U}) {
    const Group group(rows);
    for (const Form form : {Form::packed, Form::warm}) {
      const Bytes bytes = block_of(group, form);
      const Block block = Block::open(bytes).value();
      EXPECT_EQ(block.columns(), 6U);
      EXPECT_EQ(block.time_columns(), 2U) << "equal times are kept once";
      EXPECT_FALSE(block.find(45).has_value());
      expect_holds(block, group);
      Bytes other;
      ASSERT_TRUE(rewrite_block(block, form == Form::warm ? Form::packed : Form::warm, other));
      expect_holds(Block::open(other).value(), group);
      Bytes again;
      ASSERT_TRUE(rewrite_block(Block::open(other).value(), form, again));
      EXPECT_EQ(again, bytes) << "there and back is the same block";
    }
  }
}

TEST(Block, TellsStatisticsOfColumnsAndVectorsWithoutDecoding) {
  const Group group(3000);
  const Bytes bytes = block_of(group);
  const Block block = Block::open(bytes).value();
  for (const ColumnIn& in : group.columns()) {
    const std::size_t i = block.find(in.id).value();
    std::vector<Statistics> vectors(column_vectors_max);
    ASSERT_EQ(block.vector_statistics(i, vectors).value(), 3U);
    Statistics whole;
    for (std::size_t v = 0; v < 3; ++v)
      whole.append(vectors[v]);
    EXPECT_EQ(block.statistics(i).value(), whole);
    const auto expected = std::visit(
        [&](const auto& values) { return statistics_of(in.times, values, in.codes); }, in.values);
    EXPECT_EQ(whole.good, expected.good);
    EXPECT_EQ(whole.transitions, expected.transitions);
    EXPECT_EQ(whole.bad_held, expected.bad_held);
    EXPECT_EQ(whole.max, expected.max);
    EXPECT_NEAR(whole.integral, expected.integral, std::abs(expected.integral) * 1e-12);
  }
}

TEST(Block, FindsTheVectorOfATime) {
  const Group group(3000);
  const Bytes bytes = block_of(group);
  Bytes room;
  const Times times = Block::open(bytes).value().times(0, room).value();
  EXPECT_EQ(times.vector_at(times.from() - 1), 0U);
  EXPECT_EQ(times.vector_at(group.times[1023]), 0U);
  EXPECT_EQ(times.vector_at(group.times[1023] + 1), 1U);
  EXPECT_EQ(times.vector_at(group.times[2999]), 2U);
  EXPECT_EQ(times.vector_at(times.until() + 1), times.count());
}

TEST(Block, RefusesColumnsThatCannotBe) {
  const std::vector<std::int64_t> times{1, 2, 3}, backwards{3, 2, 1}, none;
  const std::vector<std::int64_t> many(column_rows_max + 1);
  const std::vector<double> values{1, 2, 3}, two{1, 2};
  const std::vector<std::uint32_t> lengths{1, 1, 2};
  const auto trouble = [](const std::vector<ColumnIn>& columns) {
    Bytes out{7};
    const Outcome written = write_block(columns, out);
    EXPECT_EQ(out, Bytes{7}) << "nothing is left behind";
    return written ? "" : written.error().what;
  };
  const std::span<const double> three(values);
  EXPECT_EQ(trouble({{1, backwards, three, {}}}), "column 1 has times that are not in order");
  EXPECT_EQ(trouble({{2, none, three.first(0), {}}}), "column 2 has no rows");
  EXPECT_EQ(trouble({{3, times, std::span<const double>(two), {}}}),
            "column 3 has not as many values or status codes as times");
  EXPECT_EQ(trouble({{4, many, std::span<const std::int64_t>(many), {}}}),
            "column 4 has 8193 rows; a block takes 8192");
  EXPECT_EQ(trouble({{5, times, three, {}}, {5, times, three, {}}}), "column 5 is there twice");
  EXPECT_EQ(trouble({{6, times, ListsIn{lengths, values}, {}}}),
            "column 6 has lists whose lengths do not add up to their values");
}

// What a reader asks of a block; true when all of it could be read.
bool is_readable(ByteView bytes) {
  const auto block = Block::open(bytes);
  if (!block) return false;
  Bytes room;
  bool all = true;
  std::vector<Statistics> vectors(column_vectors_max);
  for (std::size_t i = 0; i < block->time_columns(); ++i)
    all = block->times(i, room).has_value() && all;
  for (std::size_t i = 0; i < block->columns(); ++i) {
    all = block->column(i, room).has_value() && all;
    all = block->vector_statistics(i, vectors).has_value() && all;
  }
  return all;
}

TEST(Block, EveryFlippedBitAndEveryCutIsFound) {
  const Group group(24);
  for (const Form form : {Form::packed, Form::warm}) {
    const Bytes bytes = block_of(group, form);
    ASSERT_TRUE(is_readable(bytes));
    Bytes flipped = bytes;
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      ASSERT_FALSE(is_readable(flipped)) << "bit " << bit;
      flipped[bit / 8] = bytes[bit / 8];
    }
    for (std::size_t size = 0; size < bytes.size(); ++size)
      ASSERT_FALSE(is_readable(ByteView(bytes).first(size))) << size << " bytes";
  }
}

}  // namespace
}  // namespace millwright::math
