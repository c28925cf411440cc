#include "net/lineprotocol/number.hpp"

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

// Both parts are exact doubles, so that their quotient is rounded once: correctly (Clinger 1990).
std::optional<double> plain(std::string_view text) {
  const bool is_negative = text.front() == '-';
  std::uint64_t whole = 0;
  std::size_t digits = 0, decimals = 0;
  bool has_point = false;
  for (const char c : text.substr(is_negative ? 1 : 0)) {
    if (is_digit(c)) {
      whole = whole * 10 + static_cast<std::uint64_t>(c - '0');
      ++digits;
      decimals += has_point ? 1 : 0;
    } else if (c == '.' && !has_point) {
      has_point = true;
    } else {
      return std::nullopt;
    }
    if (digits > exact_digits_max) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  const double value = static_cast<double>(whole) / powers[decimals];
  return is_negative ? -value : value;
}

}  // namespace

std::optional<double> to_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::optional<double> simple = plain(text);
  if (simple) return simple;
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
