#pragma once

#include <vector>

#include "model/ids.hpp"
#include "watch/order/runs.hpp"

namespace millwright::watch::order {

// The second front of a machine: what it worked on in a past that a source fills in, oldest first
// (the source said fact::SourceProgressed). It goes forward in event time with a window of its own,
// and ends where the live front begins. Plain data of one owner. Pure.
class PastRuns {
 public:
  // The past from `begin` up to `until`; the live front knows what was so from `end` on.
  PastRuns(SourceId source, Instant begin, Instant until, Instant end);

  SourceId source() const { return source_; }
  Instant begin() const { return begin_; }
  bool is_done() const { return is_done_; }
  // Whether a part that was finished then is counted here.
  bool holds(Instant at) const { return at > begin_ && at <= until_; }
  // The live front begins earlier than was thought.
  void end_at(Instant end);
  // The description of an order changed.
  void touch() { runs_.touch(); }

  // Rows from outside of it, or after it is done, are counted as unused.
  void hear_order(Instant at, std::string_view number);
  void hear_product(Instant at, std::string_view product);
  void hear_quantity(Instant at, std::string_view parts);
  void count(const fact::PartsMade& made) { runs_.count(made); }

  // All before `reached` has been told. Returns what is now known, each with its end: what has
  // ended since the last call, and corrections of what was said before. What goes on waits until it
  // ends; with `is_last` it ends at `reached`, or where the live front begins.
  std::vector<RunDifference> settle(Instant reached, bool is_last,
                                    const Runs::ProductOf& product_of);

  // What lies before its window is no longer kept: it has been taken.
  void forget(Instant reached);

  // What it knows of its window, in order of time. The last goes on until it has been settled.
  const std::vector<Run>& runs() const { return runs_.runs(); }
  // Up to here it has been said; then comes what goes on.
  Instant said_until() const { return said_until_; }
  Instant until() const { return until_; }
  std::optional<std::uint64_t> quantity(std::size_t run) const { return runs_.quantity(run); }
  // The first run that changed since the last call, also by its parts.
  std::size_t take_changed() { return runs_.take_changed(); }
  std::uint64_t unused_rows() const { return unused_rows_ + runs_.unused_rows(); }

  void save(Writer& out) const;
  // Errors: corrupt.
  static Result<PastRuns> load(Reader& in);

 private:
  bool takes(Instant at);

  Runs runs_;
  std::vector<RunDifference> said_;  // of its window, each with its end
  SourceId source_;
  Instant begin_, until_, end_, said_until_;
  std::uint64_t unused_rows_ = 0;
  bool is_done_ = false;
};

}  // namespace millwright::watch::order
