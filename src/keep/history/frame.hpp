#pragma once

#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "keep/history/chunk.hpp"
#include "math/codec/block.hpp"

namespace millwright::keep {

// What a search needs to know of one column of rows in a segment: stored as it lies in memory.
struct Entry {
  std::int64_t from = 0, to = 0;  // first and last row itself, ns UTC
  std::uint64_t first = 0;        // input that its first row came from
  double min = 0, max = 0, sum = 0;
  std::uint64_t at = 0;    // of its frame in the segment
  std::uint32_t size = 0;  // of the frame
  std::uint32_t tag = 0;
  std::uint32_t good = 0, other = 0;  // rows by quality
  std::uint16_t column = 0;
  Kind kind = Kind::number;
  std::uint8_t is_modified = 0;  // rows in whose place later ones stand
  std::uint16_t order = 0;       // after the columns with the same `first` and a smaller one
  std::uint8_t is_merged = 0;    // made of what several handovers brought
  std::uint8_t spare = 0;

  Statistics statistics() const;
  std::uint64_t id() const {  // of its column in the block
    return tag | (is_modified != 0 ? std::uint64_t{1} << 32U : 0U);
  }
};
static_assert(sizeof(Entry) == 80 && std::is_trivially_copyable_v<Entry>);

// A frame: the entries of one block of columns, and the block, as docs/formats/segment.md says.
// Pure. Thread: any.
inline constexpr std::size_t frame_header_bytes = 16, frame_align = 8;
inline constexpr std::size_t frame_entries_max = 256;  // a tag has two at most
inline constexpr std::size_t frame_tags_max = 128;

// The chunks of a group over one span of time: of each tag one at most. Their rows that stand
// become a column each, those that were replaced another. Appends to `out`; the entries are those
// of the frame, with `at` as it would be at the file's byte `file_at`.
Outcome write_frame(std::span<const Chunk> chunks, std::uint64_t file_at, Bytes& out,
                    std::vector<Entry>& entries, math::Form form = math::Form::packed);

// The entries of the frame at the front of `bytes`, checked. Errors: corrupt.
Result<std::vector<Entry>> entries_of_frame(ByteView bytes);

// One column of a frame, read a vector of rows at a time. Thread: one at a time.
class FrameColumn {
 public:
  // `frame` stays where it is while the column is used. Errors: corrupt.
  static Result<FrameColumn> open(ByteView frame, const Entry& entry);
  static Result<FrameColumn> open(Bytes frame, const Entry& entry);  // keeps it
  FrameColumn(FrameColumn&&) noexcept;
  FrameColumn& operator=(FrameColumn&&) noexcept;
  ~FrameColumn();

  std::size_t vectors() const;
  struct Ends {
    Instant from, to;  // first and last row
  };
  Ends ends(std::size_t vector) const;
  Result<const math::Statistics*> statistics(std::size_t vector) const;
  Result<Rows> rows(std::size_t vector) const;
  Result<Rows> all() const;

 private:
  struct Inside;
  explicit FrameColumn(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace millwright::keep
