#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"

namespace millwright::math::layout {

// Where things lie in a block (docs/formats/block.md).
inline constexpr std::array<std::uint8_t, 8> magic{'M', 'W', 'B', 'L', 'C', 'K', '\n', 1};
inline constexpr std::size_t crc_at = 8, crc_from = 12, header_size_at = 12, block_size_at = 16;
inline constexpr std::size_t form_at = 20, times_count_at = 22, columns_count_at = 24;
inline constexpr std::size_t header_bytes = 32, entry_bytes = 40, edge_bytes = 16;

// An entry of a column of times.
inline constexpr std::size_t times_from = 0, times_until = 8, times_rows = 16, times_offset = 20;
inline constexpr std::size_t times_stored = 24, times_size = 28, times_crc = 32;
inline constexpr std::size_t times_crc_edges = 36;

// An entry of a column of values.
inline constexpr std::size_t column_id = 0, column_offset = 8, column_statistics = 12;
inline constexpr std::size_t column_stored = 16, column_codes = 20, column_values = 24;
inline constexpr std::size_t column_crc_statistics = 28, column_crc = 32;
inline constexpr std::size_t column_times = 36, column_type = 38;

template <class T>
T get(ByteView bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}
template <class T>
void set(std::uint8_t* bytes, std::size_t at, T value) {
  std::memcpy(bytes + at, &value, sizeof value);
}

}  // namespace millwright::math::layout
