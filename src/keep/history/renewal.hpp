#pragma once

#include <memory>
#include <span>
#include <vector>

#include "keep/history/segment.hpp"

namespace millwright::keep {

// A day that is over is written anew: what came in pieces and late becomes one list a tag, in order
// of time, in the form that is smallest. What stood and what was replaced stays what it was.
using Segments = std::span<const std::shared_ptr<const Segment>>;

// The tags of all segments, in sets that share frames, and so times. A set has at most
// frame_tags_max tags, and `rows_max` rows unless one tag alone has more.
std::vector<std::vector<TagId>> tags_together(Segments segments, std::size_t rows_max);

// All rows of these tags, as the chunks of one frame after the other. Memory: some 40 bytes a row.
// Errors: corrupt.
Result<std::vector<std::vector<Chunk>>> frames_in_order(Segments segments,
                                                        std::span<const TagId> tags);

}  // namespace millwright::keep
