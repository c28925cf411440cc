#include "base/time.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace millwright {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr std::array<Unit, 7> units{{{"d", 86'400'000'000'000},
                                     {"h", 3'600'000'000'000},
                                     {"min", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000},
                                     {"ns", 1}}};

// Reads `digits` digits at the start of text and takes them off.
bool take_number(std::string_view& text, std::size_t digits, int& out) {
  if (text.size() < digits) return false;
  const auto end = text.data() + digits;
  const auto read = std::from_chars(text.data(), end, out);
  if (read.ec != std::errc() || read.ptr != end || text.front() == '-') return false;
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// The fraction of a second, in nanoseconds; digits after the ninth are cut off.
bool take_fraction(std::string_view& text, std::int64_t& nanos) {
  nanos = 0;
  if (!take(text, '.')) return true;
  std::int64_t weight = 100'000'000;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    nanos += (text.front() - '0') * weight;
    weight /= 10;
    text.remove_prefix(1);
    ++digits;
  }
  return digits > 0;
}

bool take_offset(std::string_view& text, std::chrono::minutes& offset) {
  offset = std::chrono::minutes(0);
  if (take(text, 'Z') || take(text, 'z')) return true;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return false;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  int h = 0;
  int m = 0;
  if (!take_number(text, 2, h)) return false;
  take(text, ':');
  if (!take_number(text, 2, m) || h > 23 || m > 59) return false;
  offset = sign * (std::chrono::hours(h) + std::chrono::minutes(m));
  return true;
}

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  return text;
}

}  // namespace

std::string to_text(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(at - day);
  std::array<char, 64> text{};
  const int n = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  std::string out(text.data(), static_cast<std::size_t>(n));
  const auto nanos = clock.subseconds().count();
  if (nanos != 0) {
    std::snprintf(text.data(), text.size(), ".%09lld", static_cast<long long>(nanos));
    std::string fraction(text.data());
    fraction.erase(fraction.find_last_not_of('0') + 1);
    out += fraction;
  }
  return out + "Z";
}

Result<Instant> to_instant(std::string_view text) {
  std::string_view rest = text;
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;  // NOLINT: read together
  std::int64_t nanos = 0;
  std::chrono::minutes offset{};
  const bool read =
      take_number(rest, 4, y) && take(rest, '-') && take_number(rest, 2, mo) && take(rest, '-') &&
      take_number(rest, 2, d) && (take(rest, 'T') || take(rest, ' ')) && take_number(rest, 2, h) &&
      take(rest, ':') && take_number(rest, 2, mi) && take(rest, ':') && take_number(rest, 2, s) &&
      take_fraction(rest, nanos) && take_offset(rest, offset) && rest.empty();
  const std::chrono::year_month_day date(std::chrono::year(y),
                                         std::chrono::month(static_cast<unsigned>(mo)),
                                         std::chrono::day(static_cast<unsigned>(d)));
  if (!read || !date.ok() || h > 23 || mi > 59 || s > 60 || y < 1700 || y > 2200) {
    return fail(Code::invalid,
                "'" + std::string(text) +
                    "' is not a time: write it like 2026-11-22T08:57:11Z (years 1700 to 2200)");
  }
  return Instant(std::chrono::sys_days(date)) + std::chrono::hours(h) + std::chrono::minutes(mi) +
         std::chrono::seconds(s) + Duration(nanos) - offset;
}

std::string to_text(Duration d) {
  std::int64_t left = d.count();
  if (left == 0) return "0 s";
  std::string out;
  if (left < 0) out = "-";
  for (const Unit& unit : units) {
    const std::int64_t count = std::abs(left / unit.nanoseconds);
    left %= unit.nanoseconds;
    if (count == 0) continue;
    if (!out.empty() && out.back() != '-') out += ' ';
    out += std::to_string(count) + " " + std::string(unit.name);
  }
  return out;
}

Result<Duration> to_duration(std::string_view text) {
  const auto wrong = [&] {
    return fail(
        Code::invalid,
        "'" + std::string(text) +
            "' is not a duration: write a number with ns, us, ms, s, min, h or d, as in 250 ms");
  };
  std::string_view rest = without_spaces(text);
  double total = 0;
  const double sign = take(rest, '-') ? -1 : 1;
  if (rest.empty()) return wrong();
  while (!rest.empty()) {
    double count = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (read.ec != std::errc() || !(count >= 0)) return wrong();  // not a number, too
    rest = without_spaces(rest.substr(static_cast<std::size_t>(read.ptr - rest.data())));
    const std::string_view name =
        rest.substr(0, rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz"));
    std::int64_t scale = 0;
    for (const Unit& unit : units) {
      if (unit.name == name) scale = unit.nanoseconds;
    }
    if (scale == 0) return wrong();
    total += count * static_cast<double>(scale);
    rest = without_spaces(rest.substr(name.size()));
  }
  if (total > 9.2e18) return wrong();
  return Duration(static_cast<std::int64_t>(std::llround(sign * total)));
}

}  // namespace millwright
