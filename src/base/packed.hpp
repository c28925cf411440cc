#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace millwright {

// Columns of numbers in few bytes, and back to the same bits. A column does not tell how many
// values it has: who reads it says so, after comparing that with a bound of its own (equal values
// take no room, so the bytes that are left bound nothing).
//
// Integers lie as the distance from the least value, or from the least step between two, in as many
// bits as the widest needs. Numbers are integers when all are decimals of at most
// decimals_max places (what sensors say), else single precision when none is more, else plain.
// Thread: any; pure.
inline constexpr unsigned decimals_max = 9;

void pack_integers(Writer& out, std::span<const std::int64_t> values);
// Appends `count` values. Errors: corrupt.
Outcome unpack_integers(Reader& in, std::size_t count, std::vector<std::int64_t>& out);

void pack_numbers(Writer& out, std::span<const double> values);
// Appends `count` values. Errors: corrupt.
Outcome unpack_numbers(Reader& in, std::size_t count, std::vector<double>& out);

}  // namespace millwright
