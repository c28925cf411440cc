#pragma once

#include <cstddef>

namespace millwright::math {

inline constexpr std::size_t vector_rows = 1024;      // rows that are decoded at a time
inline constexpr std::size_t column_rows_max = 8192;  // rows of a column
inline constexpr std::size_t column_vectors_max = column_rows_max / vector_rows;
inline constexpr std::size_t text_bytes_max = 1 << 16;          // one text
inline constexpr std::size_t column_text_bytes_max = 1 << 24;   // all different texts of a column
inline constexpr std::size_t dictionary_texts_max = 4096;       // more of them lie plain
inline constexpr std::size_t column_list_values_max = 1 << 20;  // numbers in all lists of a column

}  // namespace millwright::math
