#pragma once

#include <cstdint>
#include <string>

namespace millwright::math {

// OPC UA status codes as far as aggregates say them. Source: OPC 10000-4 7.38, OPC 10000-6 annex A.
using StatusCode = std::uint32_t;
inline constexpr StatusCode status_good = 0x00000000;
inline constexpr StatusCode status_uncertain = 0x40000000;
inline constexpr StatusCode status_uncertain_data_sub_normal = 0x40A40000;
inline constexpr StatusCode status_bad = 0x80000000;
inline constexpr StatusCode status_bad_no_data = 0x809B0000;

// Where a value comes from, and what else there is to know (the HistorianBits). Raw is no bit.
inline constexpr StatusCode bit_calculated = 0x01;
inline constexpr StatusCode bit_interpolated = 0x02;
inline constexpr StatusCode bit_partial = 0x04;
inline constexpr StatusCode bit_extra_data = 0x08;
inline constexpr StatusCode bit_multiple_values = 0x10;
inline constexpr StatusCode historian_bits = 0x1F;
inline constexpr StatusCode info_type_data_value = 0x400;  // The bits are those of a data value.

enum class Severity : std::uint8_t { good, uncertain, bad };

constexpr Severity severity(StatusCode code) {
  const StatusCode top = code >> 30U;
  if (top == 0) return Severity::good;
  return top == 1 ? Severity::uncertain : Severity::bad;
}

constexpr StatusCode add_bits(StatusCode code, StatusCode bits) {
  return bits == 0 ? code : code | info_type_data_value | bits;
}

// The code with neither info type nor info bits: "what" without "where from".
constexpr StatusCode plain(StatusCode code) {
  return code & 0xFFFF0000;
}

// "Good, Calculated, Partial", as the tables of the standard write it.
std::string status_text(StatusCode code);

}  // namespace millwright::math
