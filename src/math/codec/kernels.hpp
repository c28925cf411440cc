#pragma once

#include <cstddef>
#include <cstdint>

#include "math/codec/limits.hpp"

namespace millwright::math {

// An unsigned x at place i stands for base + i * step + unit * x, modulo 2^64.
struct Line {
  std::uint64_t base = 0;
  std::uint64_t step = 0;
  std::uint64_t unit = 1;
};

// An integer i stands for the number i * multiplier / divisor, each operation rounded as IEEE 754
// does, and then rounded to single precision when it came from a 32-bit number.
struct Scale {
  double multiplier = 1;
  double divisor = 1;
  bool single = false;
  bool operator==(const Scale&) const = default;
};

// Integers of scaled numbers lie within ±2^51, so that one addition turns them into doubles.
inline constexpr std::int64_t scaled_integer_max = (std::int64_t{1} << 51) - 1;

struct Spread {  // of signed values, and of the steps between neighbours (modulo 2^64)
  std::int64_t min = 0, max = 0;
  std::int64_t step_min = 0, step_max = 0;
  std::uint32_t changes = 0;  // how many values differ from the one before
};

struct Reduced {
  std::uint32_t min = 0, max = 0;
  std::uint64_t sum = 0;
};

// Of good rows: four sums side by side, of every fourth row each, added up at the end.
struct Gathered {
  double min = 0, max = 0, sum = 0;
  double held = 0;                // value * ns until the next row
  double odd = 0;                 // NaN when a value is not finite
  std::uint64_t transitions = 0;  // values that differ from the next one
};

// The inner loops. There are two sets that give the same bits: plain C++, and AVX2 for processors
// that have it. `count` is at most vector_rows; packing is of exactly vector_rows values.
struct Kernels {
  // Eight lanes: value i lies in lane i % 8, each lane is a stream of 32-bit words, lowest bit
  // first, and word j of lane k lies at (8 j + k). 4 * width words a lane. Width 0 to 32.
  void (*unpack)(const std::uint8_t* in, unsigned width, std::uint32_t* out);
  void (*pack)(const std::uint32_t* in, unsigned width, std::uint8_t* out);
  void (*prefix_sum)(std::uint32_t* values, std::size_t count);
  // Shape: line.unit < 2^32.
  void (*to_integers)(const std::uint32_t* in, std::size_t count, const Line& line,
                      std::int64_t* out);
  void (*to_numbers)(const std::uint32_t* in, std::size_t count, const Line& line,
                     const Scale& scale, double* out);
  void (*scaled)(const std::int64_t* in, std::size_t count, const Scale& scale, double* out);
  // The integers whose numbers are `in`, to the bit; where there is none the integer before
  // (nought at first), and the place in `misfits`. Returns how many misfits there are.
  std::size_t (*from_numbers)(const double* in, std::size_t count, const Scale& scale,
                              std::int64_t* out, std::uint16_t* misfits);
  Spread (*spread)(const std::int64_t* in, std::size_t count);
  Reduced (*reduce)(const std::uint32_t* in, std::size_t count);
  // Shape: at least one row; first and last time less than 2^51 ns apart.
  Gathered (*gather)(const std::int64_t* times, const double* values, std::size_t count);
};

const Kernels& scalar_kernels();
// The fastest set that this processor can run.
const Kernels& best_kernels();
// Null where this processor or this build has none.
const Kernels* avx2_kernels();

}  // namespace millwright::math
