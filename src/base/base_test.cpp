#include <gtest/gtest.h>

#include <array>

#include "base/bytes.hpp"
#include "base/id.hpp"
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
TEST(Text, JsonEscapesControlCharacters) {
  EXPECT_EQ(json_escaped("a\"\n\x01"), "a\\\"\\n\\u0001");
}

}  // namespace
}  // namespace millwright
