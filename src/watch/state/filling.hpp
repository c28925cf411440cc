#pragma once

#include <vector>

#include "watch/state/timeline.hpp"

namespace millwright::watch::state {

// The second front of a machine: its past while a source fills it in, oldest first (the source said
// fact::SourceProgressed). It moves forward in event time with the same windows as the live front,
// and ends where that begins. Plain data of one owner. Pure.
class Filling {
 public:
  // The past of a machine of these rules from `begin` up to `until`, where the live front begins.
  Filling(Rules rules, SourceId source, Instant begin, Instant until);

  SourceId source() const { return source_; }
  Instant begin() const { return begin_; }
  Instant until() const { return until_; }
  Instant said_until() const { return said_until_; }
  bool is_done() const { return is_done_; }
  // The live front begins earlier than was thought.
  void end_at(Instant until);
  void change_rules(Rules rules) { timeline_.change_rules(std::move(rules), said_until_); }

  // Rows older than its window, from beyond its end, or after it is done, are counted as unused.
  // They wait for settle(), so that the window does not pass over what stands later in a batch.
  void hear(std::size_t input, const RawValue& raw);
  // What is now known of the past, each with its end: what has ended, since the last call, and
  // corrections of what was said before. What goes on waits until it ends.
  std::vector<Change> settle();
  // Nothing more comes: what goes on ends at `reached`, or where the live front begins.
  std::vector<Change> finish(Instant reached);
  std::uint64_t unused_rows() const { return unused_rows_ + timeline_.unused_rows(); }

  void save(Writer& out) const;
  // Of the rules of now. Errors: corrupt.
  static Result<Filling> load(Reader& in, const Rules& rules);

 private:
  struct Waiting {
    std::size_t input;
    RawValue raw;
  };
  void settle_up_to(Instant reached, std::vector<Change>& out);
  void add_ended(const std::vector<Change>& changes, std::optional<Instant> end,
                 std::vector<Change>& out);

  Timeline timeline_;
  std::vector<Waiting> waiting_;  // of one input of the line: empty between them
  SourceId source_;
  Instant begin_, until_, said_until_, newest_;
  std::uint64_t unused_rows_ = 0;
  bool is_done_ = false;
};

}  // namespace millwright::watch::state
