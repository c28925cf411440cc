#pragma once

#include "math/aggregate/tally.hpp"

namespace millwright::math {

// A run is a stretch of good rows with finite values; it is counted by columns and not by rows.

bool rise(std::span<const std::int64_t> times);  // each later than the one before

// The end of the run that begins at `from`, at most `limit`; `from` itself when there is none.
std::size_t run_end(const Samples& rows, std::size_t from, std::size_t limit);

// The summary of the run from..to, as far as it is needed.
struct Run {
  const Samples& columns;
  std::size_t from, to;
};
SpanSummary summarize_run(const Run& run, const Needs& needs, Between between);

}  // namespace millwright::math
