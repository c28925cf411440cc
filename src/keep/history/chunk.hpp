#pragma once

#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "keep/history/rows.hpp"
#include "model/ids.hpp"

namespace millwright::keep {

// A block of rows of one tag, in order of time, that does not change any more. It lies within one
// day of UTC, so that a search by time knows how far back a chunk can begin.
struct Chunk {
  static constexpr std::size_t rows_max = 8192;
  static constexpr Duration span_max = 24h;

  TagId tag{};
  Sequence first, last;  // inputs that its rows came from
  Rows rows;
  Statistics statistics;

  // Of rows in order of time.
  Instant from() const { return rows.times.front(); }
  Instant to() const { return rows.times.back(); }  // the last row's time itself
};

// Cuts rows, in order of time, into chunks of about the same length with statistics. Rows up to
// `late_until` go to chunks of their own, so that the others overlap nothing.
std::vector<std::shared_ptr<const Chunk>> make_chunks(const Chunk& all, Instant late_until);

}  // namespace millwright::keep
