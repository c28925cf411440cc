#include "model/readings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace millwright {
namespace {

Readings random_readings(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Readings out(SourceId{static_cast<std::uint32_t>(random() % 100)});
  const std::size_t rows = random() % 200;
  for (std::size_t i = 0; i < rows; ++i) {
    const TagId tag{static_cast<std::uint32_t>(random() % 5)};
    const Kind kind = static_cast<Kind>(random() % 6);
    const Instant at = instant(static_cast<std::int64_t>(random()));
    const Quality quality{static_cast<std::uint32_t>(random())};
    if (kind == Kind::text) {
      out.add_text(tag, at, std::string(random() % 20, 'x'), quality);
    } else {
      out.add(tag, kind, at, Scalar{random()}, quality);
    }
  }
  return out;
}

Bytes bytes_of(const Readings& readings) {
  Bytes bytes;
  Writer out(bytes);
  readings.write(out);
  return bytes;
}

// Bytes of one row as a writer with a mistake would make them.
struct Stored {
  std::uint64_t source = 1, runs = 1, tag = 2, rows = 1;
  std::uint8_t kind = 0;
  std::size_t times = 1, values = 1, qualities = 1;
  std::uint64_t value = 0;
  std::string texts{};
  std::uint64_t form = (std::uint64_t{1} << 32) + 1;  // the present one

  bool is_refused() const {
    Bytes bytes;
    Writer out(bytes);
    if (form != 0) out.variable(form);
    out.variable(source);
    out.variable(runs);
    out.variable(tag);
    out.variable(rows);
    out.fixed(kind);
    out.column(std::span<const Instant>(std::vector<Instant>(times)));
    out.column(std::span<const Scalar>(std::vector<Scalar>(values, Scalar{value})));
    out.column(std::span<const Quality>(std::vector<Quality>(qualities)));
    out.text(texts);
    Reader in(bytes);
    const auto read = Readings::read(in);
    return !read && read.error().code == Code::corrupt;
  }
};

TEST(Readings, RowsOfOneTagAndKindShareARun) {
  Readings readings(SourceId{3});
  readings.add(TagId{1}, Kind::number, instant(10), Scalar::of(1.5));
  readings.add(TagId{1}, Kind::number, instant(5), Scalar::of(2.5), quality::uncertain);
  readings.add_text(TagId{1}, instant(20), "P100");
  readings.add(TagId{2}, Kind::boolean, instant(20), Scalar::of(true));
  ASSERT_EQ(readings.runs().size(), 3U);
  EXPECT_EQ(readings.runs()[0].rows, 2U);
  EXPECT_EQ(readings.times(readings.runs()[0])[1], instant(5));
  EXPECT_EQ(readings.values(readings.runs()[0])[1].number(), 2.5);
  EXPECT_EQ(readings.quality(1), quality::uncertain);
  EXPECT_EQ(readings.text(2), "P100");
  EXPECT_TRUE(readings.value(3).boolean());
}

TEST(Readings, ValuesOfEveryKindAreNumbersExceptText) {
  EXPECT_EQ(as_number(Kind::integer, Scalar::of(std::int64_t{-5})), -5);
  EXPECT_EQ(as_number(Kind::natural, Scalar::of(~std::uint64_t{0})), 18446744073709551615.0);
  EXPECT_EQ(as_number(Kind::boolean, Scalar::of(true)), 1);
  EXPECT_EQ(as_number(Kind::single, Scalar::of(0.5)), 0.5);
  EXPECT_TRUE(std::isnan(as_number(Kind::text, Scalar{})));
}

TEST(Readings, WhatIsWrittenIsReadTheSame) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Readings readings = random_readings(seed);
    const Bytes bytes = bytes_of(readings);
    Reader in(bytes);
    const auto read = Readings::read(in);
    ASSERT_TRUE(read) << "seed " << seed;
    EXPECT_TRUE(in.is_at_end()) << "seed " << seed;
    EXPECT_EQ(bytes_of(*read), bytes) << "seed " << seed;
    ASSERT_EQ(read->rows(), readings.rows()) << "seed " << seed;
    EXPECT_EQ(read->source(), readings.source()) << "seed " << seed;
  }
}

TEST(Readings, BytesThatAreCutOffAnywhereAreRefused) {
  const Bytes bytes = bytes_of(random_readings(7));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Reader in(ByteView(bytes).first(size));
    EXPECT_FALSE(Readings::read(in)) << size;
  }
}

TEST(Readings, ColumnsThatDoNotFitTogetherAreRefused) {
  EXPECT_FALSE(Stored{}.is_refused());
  EXPECT_TRUE((Stored{.rows = 2}.is_refused()));
  EXPECT_TRUE((Stored{.rows = std::uint64_t{1} << 40}.is_refused()));
  EXPECT_TRUE((Stored{.times = 0}.is_refused()));
  EXPECT_TRUE((Stored{.values = 0}.is_refused()));
  EXPECT_TRUE((Stored{.qualities = 3}.is_refused()));
  EXPECT_TRUE((Stored{.runs = 1'000'000}.is_refused()));
  EXPECT_TRUE((Stored{.source = std::uint64_t{1} << 32}.is_refused()));
  EXPECT_TRUE((Stored{.tag = std::uint64_t{1} << 32}.is_refused()));
  EXPECT_TRUE((Stored{.kind = 6}.is_refused()));
}

TEST(Readings, ColumnsOfTheFirstFormAreReadAndJudgedToo) {
  EXPECT_FALSE((Stored{.form = 0}.is_refused()));
  EXPECT_TRUE((Stored{.qualities = 0, .form = 0}.is_refused()));
  EXPECT_TRUE((Stored{.times = 2, .form = 0}.is_refused()));
  EXPECT_TRUE((Stored{.kind = 6, .form = 0}.is_refused()));
}

TEST(Readings, TagsOfOneDeviceShareTheirTimes) {
  Readings readings(SourceId{3});
  for (std::uint32_t tag = 0; tag < 3; ++tag) {
    for (int i = 0; i < 4; ++i)
      readings.add(TagId{tag}, Kind::number, instant(10 * i), Scalar::of(1.0 * i));
  }
  const std::size_t shared = bytes_of(readings).size();
  // A fourth that differs in its last time alone has times of its own.
  for (int i = 0; i < 4; ++i)
    readings.add(TagId{3}, Kind::number, instant(i < 3 ? 10 * i : 31), Scalar::of(1.0));
  readings.add(TagId{4}, Kind::number, instant(0), Scalar::of(1.0));
  Bytes bytes = bytes_of(readings);
  EXPECT_GE(bytes.size(), shared + 9 * 8);
  Reader in(bytes);
  const auto read = Readings::read(in);
  ASSERT_TRUE(read);
  for (const millwright::Run& run : read->runs()) {
    for (std::uint32_t i = 0; i < run.rows; ++i)
      EXPECT_EQ(read->happened(run, run.first + i),
                instant(run.tag == TagId{3} && i == 3
                            ? 31
                            : 10 * int{i == 1} + 20 * int{i == 2} + 30 * int{i == 3}));
  }
  EXPECT_EQ(readings.runs()[0].times, readings.runs()[2].times);
  EXPECT_NE(readings.runs()[2].times, readings.runs()[3].times);
}

TEST(Readings, ColumnsThatAreAddedWholeAreThoseThatWereGiven) {
  Readings readings(SourceId{1});
  readings.add(TagId{9}, Kind::number, instant(1), Scalar::of(9.0), quality::bad);
  const std::vector<Instant> times{instant(5), instant(6)};
  const std::uint32_t place = readings.add_times(times);
  for (std::uint32_t tag = 1; tag < 3; ++tag) {
    const auto values = readings.add_run(TagId{tag}, Kind::number, place, 2);
    values[0] = Scalar::of(1.0);
    values[1] = Scalar::of(2.0 * tag);
  }
  readings.set_quality(4, quality::uncertain);
  readings.add(TagId{3}, Kind::number, instant(5), Scalar::of(3.0));
  Bytes bytes = bytes_of(readings);
  Reader in(bytes);
  const auto read = Readings::read(in);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->rows(), 6U);
  EXPECT_EQ(read->happened(read->runs()[2], 4), instant(6));
  EXPECT_EQ(read->value(4).number(), 4.0);
  EXPECT_EQ(read->quality(3), quality::good);
  EXPECT_EQ(read->quality(4), quality::uncertain);
  EXPECT_EQ(read->quality(0), quality::bad);
  EXPECT_EQ(read->happened(read->runs()[3], 5), instant(5));
}

TEST(Readings, ATextThatLiesOutsideTheTextsIsRefused) {
  const auto place = [](std::uint64_t first, std::uint64_t length) {
    return (first << 24) | length;
  };
  EXPECT_FALSE((Stored{.kind = 5, .value = place(1, 2), .texts = "abc"}.is_refused()));
  EXPECT_TRUE((Stored{.kind = 5, .value = place(1, 3), .texts = "abc"}.is_refused()));
  EXPECT_TRUE((Stored{.kind = 5, .value = ~std::uint64_t{0}, .texts = "abc"}.is_refused()));
}

TEST(Quality, TheTopBitsSayGoodUncertainOrBadAndTheCodeSaysWhy) {
  EXPECT_EQ(word_of(Quality{0x00000000}), "good");
  EXPECT_EQ(word_of(quality::uncertain_time), "uncertain");
  EXPECT_EQ(word_of(Quality{0xC0000000}), "bad");
  EXPECT_EQ(reason_of(quality::good), "");
  EXPECT_EQ(reason_of(Quality{0x808A0400}), "the device is not connected");  // with limit bits
  EXPECT_EQ(reason_of(Quality{0x80FF0000}), "the source says that it is bad");
}

}  // namespace
}  // namespace millwright
