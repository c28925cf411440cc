#include "net/opcua/value.hpp"

#include <array>
#include <cstdio>
#include <limits>

namespace millwright::net::opcua {
namespace {

constexpr std::int64_t unix_epoch = 116'444'736'000'000'000;  // 1970 in 100 ns since 1601
constexpr std::int64_t reach = std::numeric_limits<std::int64_t>::max() / 100;

// Bytes of the UTF-8 character at the front of `text`; 0 when there is none (RFC 3629, section 4).
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto is_tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return is_tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = lead == 0xED ? 0x9F : 0xBF;
    return is_tail(1, low, high) && is_tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
    return is_tail(1, low, high) && is_tail(2) && is_tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string_view name_of(Value::Type type) {
  constexpr std::array<std::string_view, 10> names{
      "nothing", "a boolean", "an integer", "a natural number", "a Float", "a Double",
      "a text",  "a time",    "bytes",      "something else"};
  return names[static_cast<std::size_t>(type)];
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    out += bytes > 0 ? text.substr(0, bytes) : std::string_view("\xEF\xBF\xBD");
    text.remove_prefix(bytes > 0 ? bytes : 1);
  }
  return out;
}

Stamp to_stamp(std::int64_t hundred_nanoseconds) {
  if (hundred_nanoseconds < unix_epoch - reach || hundred_nanoseconds > unix_epoch + reach)
    return {Stamp::Kind::out_of_reach, {}};
  return {Stamp::Kind::given, instant((hundred_nanoseconds - unix_epoch) * 100)};
}

std::string to_time_text(std::int64_t hundred_nanoseconds) {
  using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
  const Stamp stamp = to_stamp(hundred_nanoseconds);
  if (stamp.kind == Stamp::Kind::given) return to_text(stamp.at);
  const Ticks since_1601(hundred_nanoseconds < 0 ? 0 : hundred_nanoseconds);
  const auto whole = std::chrono::floor<std::chrono::days>(since_1601);
  const std::chrono::sys_days day{std::chrono::days(whole.count() - 134'774)};  // 1601 to 1970
  const std::chrono::year_month_day date{day};
  const auto rest = std::chrono::duration_cast<std::chrono::seconds>(since_1601 - whole).count();
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(rest / 3600),
                static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  return text.data();
}

}  // namespace millwright::net::opcua
