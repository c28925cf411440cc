#include "net/lineprotocol/lineprotocol.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

#include "net/lineprotocol/number.hpp"

namespace millwright::net {
namespace {

constexpr Instant received = instant(42);

std::string shown(const LineValue& value) {
  struct Show {
    std::string operator()(double number) const { return std::to_string(number); }
    std::string operator()(std::int64_t number) const { return std::to_string(number) + "i"; }
    std::string operator()(std::uint64_t number) const { return std::to_string(number) + "u"; }
    std::string operator()(bool is) const { return is ? "true" : "false"; }
    std::string operator()(std::string_view text) const { return "<" + std::string(text) + ">"; }
  };
  return std::visit(Show(), value);
}

// Every good line as one text: "measurement [tag=value]… {field:value}… @time".
struct Lines {
  std::vector<std::string> lines;
  LinesRead read;
};
Lines all(std::string_view text, Precision precision = Precision::nanosecond,
          const LineLimits& limits = {}) {
  Lines out;
  out.read = read_lines(
      text, precision, received,
      [&](const Line& line) {
        std::string shown_line = std::to_string(line.number) + ": " + std::string(line.measurement);
        for (const auto& [name, value] : line.tags)
          shown_line += " [" + std::string(name) + "=" + std::string(value) + "]";
        for (const LineField& field : line.fields)
          shown_line += " {" + std::string(field.name) + ":" + shown(field.value) + "}";
        out.lines.push_back(shown_line + " @" + std::to_string(nanoseconds(line.time)));
      },
      limits);
  return out;
}
std::string one(std::string_view text) {
  const Lines lines = all(text);
  if (lines.lines.size() == 1 && lines.read.refused == 0) return lines.lines[0];
  return lines.read.errors.empty() ? "no line" : lines.read.errors[0].what;
}

TEST(LineProtocol, ReadsTheExampleOfItsReference) {
  EXPECT_EQ(
      one("myMeasurement,tag1=value1,tag2=value2 fieldKey=\"fieldValue\" 1556813561098000000"),
      "1: myMeasurement [tag1=value1] [tag2=value2] {fieldKey:<fieldValue>} "
      "@1556813561098000000");
}

TEST(LineProtocol, ReadsEveryKindOfField) {
  EXPECT_EQ(
      one("m f=1.5,n=-3e2,i=-12i,u=12u,a=t,b=FALSE,s=\"x y,z=1\" 7"),
      "1: m {f:1.500000} {n:-300.000000} {i:-12i} {u:12u} {a:true} {b:false} {s:<x y,z=1>} @7");
  EXPECT_EQ(one("m i=9223372036854775807i,j=-9223372036854775808i,u=18446744073709551615u 1"),
            "1: m {i:9223372036854775807i} {j:-9223372036854775808i} {u:18446744073709551615u} @1");
}

TEST(LineProtocol, UnescapesNamesAndTexts) {
  EXPECT_EQ(one(R"(my\ m\,x=y,ta\=g=va\ l\,ue fi\ eld="say \"hi\" \\ \n" 1)"),
            R"(1: my m,x=y [ta=g=va l,ue] {fi eld:<say "hi" \ \n>} @1)");
  EXPECT_EQ(one(R"(m\a,t=C:\dir\ x f=1 1)"), R"(1: m\a [t=C:\dir x] {f:1.000000} @1)");
}

TEST(LineProtocol, ALineWithoutTimeHasThatOfItsReception) {
  EXPECT_EQ(one("m f=1"), "1: m {f:1.000000} @42");
  EXPECT_EQ(one("m f=1 \r\n"), "1: m {f:1.000000} @42");
}

TEST(LineProtocol, TimesHaveTheUnitThatWasAskedFor) {
  const auto time = [](std::string_view word) {
    return all("m f=1 2", to_precision(word).value()).lines.at(0).substr(18);
  };
  EXPECT_EQ(time("ns"), "@2");
  EXPECT_EQ(time("u"), "@2000");
  EXPECT_EQ(time("ms"), "@2000000");
  EXPECT_EQ(time("s"), "@2000000000");
  EXPECT_EQ(time("m"), "@120000000000");
  EXPECT_EQ(time("h"), "@7200000000000");
  EXPECT_FALSE(to_precision("d"));
  EXPECT_EQ(all("m f=1 4611686018428", Precision::millisecond).read.refused, 1U);
  EXPECT_EQ(all("m f=1 4611686018427", Precision::millisecond).read.refused, 0U);
  EXPECT_EQ(all("m f=1 -1", Precision::second).lines.at(0), "1: m {f:1.000000} @-1000000000");
}

// What no block of the history can have (math/codec) was acknowledged, and stood in its way for
// good.
TEST(LineProtocol, ATimeThatCannotBeKeptIsRefused) {
  EXPECT_EQ(all("m f=1 4611686018427387903").lines.size(), 1U);
  EXPECT_EQ(all("m f=1 -4611686018427387903").lines.size(), 1U);
  const Lines refused = all("m f=1 4611686018427387904\nm f=1 -4611686018427387904");
  EXPECT_EQ(refused.lines.size(), 0U);
  ASSERT_EQ(refused.read.errors.size(), 2U);
  EXPECT_NE(refused.read.errors[0].what.find("out of range"), std::string::npos);
}
TEST(LineProtocol, GoodLinesAreKeptAndBadOnesNamedByNumber) {
  const Lines lines =
      all("# a comment\n"
          "\n"
          "good f=1 1\n"
          "bad f=\n"
          "good f=2 2\r\n"
          "text f=\"two\nlines\" 3\n"
          "bad f=1 soon\n"
          "good f=4 4\n"
          "bad,tag f=1\n"
          "bad f=\"never closed\n"
          "good f=5 5");
  EXPECT_EQ(lines.lines.size(), 5U);
  EXPECT_EQ(lines.lines[2], "6: text {f:<two\nlines>} @3");
  EXPECT_EQ(lines.lines.back(), "12: good {f:5.000000} @5");
  ASSERT_EQ(lines.read.errors.size(), 4U);
  EXPECT_EQ(lines.read.errors[0].line, 4U);
  EXPECT_EQ(lines.read.errors[1].line, 8U);
  EXPECT_EQ(lines.read.errors[1].what, "the time 'soon' is no whole number");
  EXPECT_EQ(lines.read.errors[2].line, 10U);
  EXPECT_EQ(lines.read.errors[3].line, 11U);
  EXPECT_EQ(lines.read.samples, 5U);
}

TEST(LineProtocol, AnErrorAfterATextOfTwoLinesKeepsTheCount) {
  const Lines lines = all("m f=\"a\nb\",g=x 1\nm f=1 1\nm f=? 1");
  ASSERT_EQ(lines.read.errors.size(), 2U);
  EXPECT_EQ(lines.read.errors[0].line, 1U);
  EXPECT_EQ(lines.read.errors[1].line, 4U);
  EXPECT_EQ(lines.lines.at(0), "3: m {f:1.000000} @1");
}

TEST(LineProtocol, RefusesWhatInfluxRefuses) {
  for (const char* text : {",t=a f=1",
                           "m",
                           "m ",
                           "m,t= f=1",
                           "m,=a f=1",
                           "m,t=a=b f=1",
                           "m f",
                           "m f=",
                           "m =1",
                           "m f=1,",
                           "m f=NaN",
                           "m f=inf",
                           "m f=-inf",
                           "m f=0x10",
                           "m f=1e999",
                           "m f=1.2.3",
                           "m f=--1",
                           "m f=+-1",
                           "m f=i",
                           "m f=1.5i",
                           "m f=-1u",
                           "m f=18446744073709551616u",
                           "m f=9223372036854775808i",
                           "m f=tRUE",
                           "m f=\"x\"y",
                           "m f=\"x",
                           "m f=1 2 3",
                           "m f=1 1.5",
                           "m f=1 0x1",
                           "m f=1 99999999999999999999",
                           "m,t=a\nf=1"})
    EXPECT_EQ(all(text).lines.size(), 0U) << text;
}

TEST(LineProtocol, StopsAtItsLimits) {
  LineLimits limits;
  limits.name_bytes_max = 4;
  limits.text_bytes_max = 3;
  limits.tags_max = 1;
  limits.fields_max = 2;
  limits.errors_max = 1;
  const auto refused = [&](std::string_view text) {
    return all(text, Precision::nanosecond, limits).read.refused;
  };
  EXPECT_EQ(refused("mmmm,t=a f=1,g=\"xyz\""), 0U);
  EXPECT_EQ(refused("mmmmm f=1"), 1U);
  EXPECT_EQ(refused("m,t=a,u=b f=1"), 1U);
  EXPECT_EQ(refused("m f=1,g=2,h=3"), 1U);
  EXPECT_EQ(refused("m f=\"wxyz\""), 1U);
  const Lines two = all("x\ny\n", Precision::nanosecond, limits);
  EXPECT_EQ(two.read.refused, 2U);
  EXPECT_EQ(two.read.errors.size(), 1U);
}

TEST(LineProtocol, NumbersAreRoundedAsTheStandardLibraryRoundsThem) {
  constexpr unsigned seed = 7;
  std::mt19937_64 random(seed);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t bits = random();
    char text[64];
    if (i % 2 == 0) {  // What machines send: a few digits and decimals.
      std::snprintf(
          text, sizeof text, "%.*f", static_cast<int>(bits % 7),
          static_cast<double>(static_cast<std::int64_t>(bits >> 8U) % 100'000'000) / 997.0);
    } else {
      double any = 0;
      std::memcpy(&any, &bits, sizeof any);
      if (!std::isfinite(any)) continue;
      std::snprintf(text, sizeof text, "%.*g", static_cast<int>(1 + bits % 17), any);
    }
    const double expected = std::strtod(text, nullptr);
    const std::optional<double> read = to_number(text);
    // Below the smallest normal number a library may answer "out of range"; such is no reading.
    if (!read && std::abs(expected) < 1e-300) continue;
    ASSERT_TRUE(read) << text;
    ASSERT_EQ(*read, expected) << text << " seed " << seed;
  }
}

}  // namespace
}  // namespace millwright::net
