#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "flow/ports/history.hpp"
#include "keep/history/chunk.hpp"

namespace millwright::keep {

// A block of rows that a read has to look at: its rows in memory, or its place in the store.
struct Part {
  Instant from, to;  // to: of the last row itself
  Sequence first;
  Statistics statistics{};
  std::shared_ptr<const Rows> rows{};  // owners: the reader, and the chunk that it belongs to
  std::int64_t id = 0;
};
using Load = std::function<Result<Rows>(std::int64_t id)>;

// Half-open.
struct Span {
  Instant from, to;
};

// Rows of all parts in the span, in order of time; where parts overlap, what was learned last
// stands. Pure but for `load`.
Result<flow::Samples> read_raw(std::vector<Part> parts, Span span, std::size_t limit,
                               const Load& load);
// A part that lies in one bucket and overlaps no other is taken by its statistics.
Result<flow::Buckets> read_buckets(std::vector<Part> parts, Span span, std::size_t count,
                                   const Load& load);

}  // namespace millwright::keep
