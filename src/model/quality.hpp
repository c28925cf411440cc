#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace millwright {

// An OPC UA status code (Part 4, 7.39): the top two bits say good, uncertain or bad.
struct Quality {
  std::uint32_t code = 0;

  friend constexpr auto operator<=>(Quality, Quality) = default;
  constexpr bool is_good() const { return (code >> 30) == 0; }
  constexpr bool is_uncertain() const { return (code >> 30) == 1; }
  constexpr bool is_bad() const { return (code >> 30) >= 2; }
};

namespace quality {
inline constexpr Quality good{0x00000000};
inline constexpr Quality uncertain{0x40000000};
inline constexpr Quality uncertain_time{
    0x40BC0000};  // UncertainDataSubNormal: a time that cannot be right
inline constexpr Quality bad{0x80000000};
inline constexpr Quality bad_not_connected{0x808A0000};
inline constexpr Quality bad_no_communication{0x80310000};
inline constexpr Quality bad_node_unknown{0x80340000};
inline constexpr Quality bad_type_mismatch{0x80740000};
inline constexpr Quality bad_out_of_range{0x803C0000};
inline constexpr Quality bad_sensor_failure{0x808C0000};
inline constexpr Quality bad_no_data{0x809B0000};
}  // namespace quality

// "good", "uncertain" or "bad".
std::string_view word_of(Quality quality);
// What the code says, in words: "the device is not connected". Empty for plain good.
std::string_view reason_of(Quality quality);

}  // namespace millwright
