#pragma once

#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "keep/history/rows.hpp"
#include "model/ids.hpp"

namespace millwright::keep {

// Rows of one tag and one kind in the order in which they were learned, and the inputs that they
// came from. What one handover brings of a tag has one `first`; within it a greater `order` was
// learned later, time by time.
struct Learned {
  Sequence first, last;
  std::uint16_t order = 0;
  Rows rows;
  bool is_merged = false;  // of what several handovers brought
};

std::int64_t day_of(Instant at);  // since 1970, UTC

// Rows from `begin` to `end` of a list that is in order of time and does not change any more. They
// lie within one day of UTC, so that a search by time knows how far back a chunk can begin.
struct Chunk {
  static constexpr std::size_t rows_max = 8192;
  // A frame of the most chunks is then below what a block can hold (math/codec/block.hpp).
  static constexpr std::size_t text_bytes_max = std::size_t{4} << 20U;

  TagId tag{};
  std::shared_ptr<const Learned> list;  // owners: the chunks of the list, and who cut it
  std::size_t begin = 0, end = 0;

  const Rows& rows() const { return list->rows; }
  Instant from() const { return list->rows.times[begin]; }
  Instant to() const { return list->rows.times[end - 1]; }  // the last row's time itself
};

// Cuts rows, in order of time, into chunks of about the same length. Rows up to `late_until` go to
// chunks of their own, so that the others overlap nothing.
std::vector<Chunk> make_chunks(TagId tag, const std::shared_ptr<const Learned>& list,
                               Instant late_until);

}  // namespace millwright::keep
