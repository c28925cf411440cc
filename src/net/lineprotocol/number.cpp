#include "net/lineprotocol/number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace millwright::net {
namespace {

constexpr std::array<double, 23> powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                        1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::size_t exact_digits_max = 15;  // Below 2^53, so that the whole number is exact.

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

double PlainNumber::value() const {
  const double magnitude = static_cast<double>(digits) / powers[decimals];
  return is_negative ? -magnitude : magnitude;
}

const char* read_plain_number(const char* at, const char* end, PlainNumber& number) {
  number.is_negative = at != end && *at == '-';
  if (number.is_negative) ++at;
  std::uint64_t digits = 0;
  const char* const first = at;
  while (at != end && is_digit(*at))
    digits = digits * 10 + static_cast<std::uint64_t>(*at++ - '0');
  auto count = static_cast<std::size_t>(at - first);
  if (at != end && *at == '.') {
    number.has_point = true;
    const char* const fraction = ++at;
    while (at != end && is_digit(*at))
      digits = digits * 10 + static_cast<std::uint64_t>(*at++ - '0');
    number.decimals = static_cast<unsigned>(std::min<std::ptrdiff_t>(at - fraction, powers.size()));
    count += static_cast<std::size_t>(at - fraction);
  }
  number.digits = digits;
  return count == 0 || count > exact_digits_max ? nullptr : at;
}

std::optional<double> to_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  PlainNumber number;
  if (read_plain_number(text.data(), text.data() + text.size(), number) ==
      text.data() + text.size())
    return number.value();
  if (text.front() == '+')
    return text.size() > 1 && text[1] != '-' && text[1] != '+' ? to_number(text.substr(1))
                                                               : std::nullopt;
  const char first = text[text.front() == '-' && text.size() > 1 ? 1 : 0];
  if (!is_digit(first) && first != '.') return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

}  // namespace millwright::net
