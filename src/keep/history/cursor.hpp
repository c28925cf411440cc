#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "keep/history/segment_store.hpp"
#include "math/codec/statistics.hpp"

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
  std::shared_ptr<const Rows> rows{};  // owners: the reader, and the chunk that it belongs to
  SegmentStore::Found stored{};        // when rows is null
};

// Half-open.
struct Span {
  Instant from, to;
};

// Who hears the rows of a tag. What overlaps no other rows and lies in the span is offered in short
// first: as a chunk, then as its vectors; who says true has enough of it and does not hear its
// rows.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual bool take_chunk(const Entry& /*chunk*/) { return false; }
  virtual bool take_vector(const math::Statistics& /*of*/, Kind /*kind*/) { return false; }
  // False: enough, nothing more is wanted.
  virtual Result<bool> take(const Rows& rows) = 0;
};

// Tells the rows of one tag in the order of time, each once and in its own kind; where parts
// overlap, what was learned last stands. Holds a vector of rows for each part that overlaps others,
// however long the span is. Thread: one at a time.
class Cursor {
 public:
  Cursor(std::vector<Part> parts, Span span);
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) noexcept;
  ~Cursor();

  // Tells the next piece. False: that was all, or the listener has enough. Errors: corrupt.
  Result<bool> step(Listener& listener);
  Outcome tell_all(Listener& listener);
  // The same rows once more, from the beginning.
  void rewind();
  // Counts what is found damaged. It outlives the cursor.
  void count_damage(std::atomic<std::uint64_t>& damages) { damages_ = &damages; }

 private:
  struct Source;
  Result<bool> tell_next(Listener& listener);
  void activate();
  std::size_t first_source() const;
  Instant next_other(std::size_t source) const;
  bool is_whole(const Source& source, Instant other) const;
  Result<bool> offer(Source& source, Instant other, Listener& listener);
  void merge(std::size_t source, Instant other);

  std::vector<Part> parts_;
  Span span_;
  std::size_t next_part_ = 0;
  std::vector<Source> active_;
  Rows out_;
  bool is_over_ = false;
  std::atomic<std::uint64_t>* damages_ = nullptr;
};

}  // namespace millwright::keep
