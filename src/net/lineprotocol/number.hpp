#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace millwright::net {

// A decimal number, correctly rounded; nothing for any other text, NaN and infinity among it.
std::optional<double> to_number(std::string_view text);

// Digits with at most one point among them, few enough to be exact.
struct PlainNumber {
  std::uint64_t digits = 0;
  unsigned decimals = 0;
  bool is_negative = false, has_point = false;

  double value() const;  // rounded once: correctly (Clinger 1990)
  std::int64_t signed_whole() const {
    const auto whole = static_cast<std::int64_t>(digits);
    return is_negative ? -whole : whole;
  }
};
// Reads [-]digits[.digits] as far as it goes. Null: there is no digit, or there are too many.
const char* read_plain_number(const char* at, const char* end, PlainNumber& number);

}  // namespace millwright::net
