#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "math/aggregate/samples.hpp"

namespace millwright::math {

// The rows that a picture of so many points needs most: of each bucket the one that spans the
// largest triangle with the point before and the mean of the bucket after. First and last are
// always kept. Shape:   good rows alone, finite values; a caller draws on either side of a gap by
// itself. Errors:  invalid: fewer than two points, columns of different length. Thread:  any; pure.
// Source:  S. Steinarsson: Downsampling Time Series for Visual Representation (2013), 4.2; tested
// with
//          the answers of the npm package downsample.
Result<std::vector<std::size_t>> lttb(const Samples& rows, std::size_t points);

// What is drawn in one pixel column: nothing that stands out is lost.
struct Pixel {
  std::uint64_t good = 0, other = 0;  // rows
  Sample first, last;                 // of the good rows, as all below
  Sample lowest, highest;             // the oldest of them
};

// The pixels of a chart from start to end, filled with rows, or with summaries of spans that lie in
// one pixel. Bound: pixels_max. Thread: one at a time; pure.
inline constexpr std::size_t pixels_max = 100'000;
class Pixels {
 public:
  static Result<Pixels> open(std::int64_t start, std::int64_t end, std::size_t count);
  void add(const Samples& rows);
  bool takes(const SpanSummary& summary) const;
  void add(const SpanSummary& summary);
  std::int64_t width() const { return width_; }
  const std::vector<Pixel>& pixels() const { return pixels_; }
  std::vector<Sample> rows()
      const;  // first, lowest, highest and last of each, once, in time's order

 private:
  Pixels() = default;
  bool outside(std::int64_t time) const { return time < start_ || time >= end_; }
  std::size_t column(std::int64_t time) const;
  std::int64_t start_ = 0, end_ = 0, width_ = 1;
  std::vector<Pixel> pixels_;
};

}  // namespace millwright::math
