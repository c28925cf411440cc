#include <gtest/gtest.h>

#include <array>
#include <charconv>
#include <cmath>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/number_text.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace millwright {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Code::invalid, "odd");
  return n / 2;
}
Result<int> eighth(int n) {
  return TRY(half(TRY(half(TRY(half(n))))));
}

TEST(Result, TryNestsAndReturnsTheFirstError) {
  EXPECT_EQ(eighth(24).value(), 3);
  EXPECT_EQ(eighth(12).error().what, "odd");
}
TEST(ResultDeathTest, AskingAnErrorForItsValueEndsTheProcess) {
  EXPECT_DEATH(static_cast<void>(half(3).value()), "value\\(\\) of a failed Result: odd");
}
TEST(Time, ReadsAndWritesRfc3339) {
  const Instant at = to_instant("2026-11-22T09:57:11.25+01:00").value();
  EXPECT_EQ(to_text(at), "2026-11-22T08:57:11.25Z");
  EXPECT_EQ(nanoseconds(to_instant("1970-01-01T00:00:01Z").value()), 1'000'000'000);
  EXPECT_EQ(to_text(instant(-1)), "1969-12-31T23:59:59.999999999Z");
}
TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026-02-30T00:00:00Z", "2026-11-22", "2026-11-22T25:00:00Z", "2026-11-22T08:57:11",
        "2026-11-22T08:57:11Zx", "-026-11-22T08:57:11Z"}) {
    EXPECT_FALSE(to_instant(text)) << text;
  }
}
TEST(Time, DurationsReadBackAsWritten) {
  constexpr std::array<Duration, 5> durations{0ns, 250ms, 90min, -5s, 1ns};
  for (const Duration d : durations) {
    EXPECT_EQ(to_duration(to_text(d)).value(), d) << to_text(d);
  }
  EXPECT_EQ(to_duration("1.5 h").value(), 90min);
  EXPECT_EQ(to_duration("20s").value(), 20s);
  for (const char* text : {"", "5", "5 parsecs", "s", "1 h -2 min"})
    EXPECT_FALSE(to_duration(text)) << text;
}
TEST(Bytes, Crc32cMatchesRfc3720) {
  EXPECT_EQ(crc32c(Bytes(32, 0x00)), 0x8a9136aaU);
  EXPECT_EQ(crc32c(Bytes(32, 0xff)), 0x62a8ab43U);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);
}
TEST(Bytes, ReaderRefusesALengthBeyondTheEnd) {
  Bytes bytes;
  Writer(bytes).variable(1'000'000'000'000);
  std::vector<std::uint64_t> column;
  EXPECT_EQ(Reader(bytes).column(column).error().code, Code::corrupt);
  EXPECT_EQ(Reader(bytes).text().error().code, Code::corrupt);
  EXPECT_EQ(Reader({}).fixed<int>().error().code, Code::corrupt);
}
TEST(Bytes, VariableLengthNumbersReadBack) {
  for (const std::uint64_t n :
       {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, ~std::uint64_t{0}}) {
    Bytes bytes;
    Writer(bytes).variable(n);
    EXPECT_EQ(Reader(bytes).variable().value(), n);
  }
  EXPECT_FALSE(Reader(Bytes(11, 0xff)).variable());
}
TEST(Text, NearestFindsTheSlipAndRefusesTheStranger) {
  constexpr std::array<std::string_view, 3> known{"running", "stopped", "starved"};
  EXPECT_EQ(nearest("runing", known), "running");
  EXPECT_EQ(nearest("stpoped", known), "stopped");
  EXPECT_FALSE(nearest("xyz", known));
}
TEST(NumberText, IsTheShortestThatReadsBack) {
  const auto text = [](double number) {
    std::array<char, number_text_max> room{};
    return std::string(room.data(), write_number(room.data(), number));
  };
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(-0.0), "-0");
  EXPECT_EQ(text(1'700'000'000'123.0), "1700000000123");
  EXPECT_EQ(text(-23.4), "-23.4");
  EXPECT_EQ(text(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(text(0.000001), "0.000001");
  EXPECT_EQ(text(1e300), "1e+300");
  EXPECT_EQ(text(-9'007'199'254'740'993.0), "-9007199254740992");
  std::uint64_t state = 7;
  for (int i = 0; i < 20'000; ++i) {
    state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    const auto raw = static_cast<double>(static_cast<std::int64_t>(state) >> (i % 60));
    const double number = raw / std::pow(10, i % 9);
    const std::string shown = text(number);
    double back = 0;
    std::from_chars(shown.data(), shown.data() + shown.size(), back);
    ASSERT_EQ(back, number) << shown;
    std::array<char, 64> shortest{};
    const auto end = std::to_chars(shortest.data(), shortest.data() + shortest.size(), number,
                                   std::chars_format::fixed);
    ASSERT_EQ(end.ec, std::errc{});
    EXPECT_LE(shown.size(), static_cast<std::size_t>(end.ptr - shortest.data())) << shown;
  }
}
TEST(Text, JsonEscapesControlCharacters) {
  EXPECT_EQ(json_escaped("a\"\n\x01"), "a\\\"\\n\\u0001");
}

}  // namespace
}  // namespace millwright
