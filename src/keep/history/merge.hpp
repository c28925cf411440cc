#pragma once

#include "flow/ports/history.hpp"
#include "keep/history/cursor.hpp"

namespace millwright::keep {

// Rows up to the limit. Errors: corrupt.
Result<flow::Samples> read_raw(Cursor cursor, std::size_t limit);
// What overlaps nothing and lies in one bucket is taken by its statistics: a chunk, or a vector.
Result<flow::Buckets> read_buckets(Cursor cursor, Span span, std::size_t count);

}  // namespace millwright::keep
