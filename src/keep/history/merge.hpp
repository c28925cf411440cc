#pragma once

#include <memory>
#include <vector>

#include "flow/ports/history.hpp"
#include "keep/history/segment_store.hpp"

namespace millwright::keep {

// Which of two lists that overlap was learned later: the greater one.
struct Rank {
  Sequence first;
  std::uint16_t order = 0;
  friend bool operator==(const Rank&, const Rank&) = default;
  friend bool operator<(const Rank& a, const Rank& b) {
    return a.first != b.first ? a.first < b.first : a.order < b.order;
  }
};

// Rows of one tag that a read has to look at: in memory, or a column in the store.
struct Part {
  Instant from, to;  // to: of the last row itself
  Rank learned;
  Statistics statistics{};
  std::shared_ptr<const Rows> rows{};  // owners: the reader, and the chunk that it belongs to
  SegmentStore::Found stored{};        // when rows is null
};

// Half-open.
struct Span {
  Instant from, to;
};

// Rows of all parts in the span, in order of time; where parts overlap, what was learned last
// stands. Errors: corrupt.
Result<flow::Samples> read_raw(std::vector<Part> parts, Span span, std::size_t limit);
// What overlaps no other part and lies in one bucket is taken by its statistics: a whole part, or
// a vector of one.
Result<flow::Buckets> read_buckets(std::vector<Part> parts, Span span, std::size_t count);

}  // namespace millwright::keep
