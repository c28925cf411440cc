#include "base/number_text.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>

namespace millwright {
namespace {

constexpr double whole_max = 0x1p53;  // up to here a double tells whole numbers apart

char* write_whole(char* to, std::int64_t number) {
  return std::to_chars(to, to + number_text_max, number).ptr;
}

// What readings mostly are: a whole number of thousandths, or of millionths. Their quotient is the
// number to the bit, so the decimal reads back as it; without its last zeros it is the shortest.
// Null when the number is none.
char* write_decimal(char* to, double number, std::int64_t scale, int decimals) {
  const double scaled = std::abs(number) * static_cast<double>(scale);
  if (!(scaled < whole_max)) return nullptr;
  const auto units = static_cast<std::int64_t>(scaled + 0.5);
  if (static_cast<double>(units) / static_cast<double>(scale) != std::abs(number)) return nullptr;
  if (number < 0) *to++ = '-';
  to = write_whole(to, units / scale);
  *to++ = '.';
  std::int64_t rest = units % scale;
  for (int i = decimals - 1; i >= 0; --i) {
    to[i] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  to += decimals;
  while (to[-1] == '0')
    --to;
  return to;
}

}  // namespace

char* write_number(char* to, double number) {
  const bool is_whole = std::abs(number) < whole_max &&
                        static_cast<double>(static_cast<std::int64_t>(number)) == number;
  if (is_whole && number != 0) return write_whole(to, static_cast<std::int64_t>(number));
  if (!is_whole) {
    if (char* const end = write_decimal(to, number, 1'000, 3)) return end;
    if (char* const end = write_decimal(to, number, 1'000'000, 6)) return end;
  }
  return std::to_chars(to, to + number_text_max, number).ptr;
}

}  // namespace millwright
