#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "model/fact/fact.hpp"

namespace millwright::flow {

// Called on the journal thread when the input is on stable storage, or will never be. Must be quick
// and must not block.
using Acknowledge = std::function<void(const Outcome&)>;

// Something that enters the line.
struct Input {
  What what;
  Instant happened;  // of a fact; readings carry their own times
  FactId cause;
  Acknowledge acknowledge;  // may be empty
};

enum class Offer : std::uint8_t { accepted, full, closed };

// The one way in. Bound: rows_max rows waiting; at the bound an offer says `full`, and the source
// waits or drops and says so (fact::ReadingsDropped). Thread: any.
class Inbox {
 public:
  explicit Inbox(std::size_t rows_max = 2'000'000) : rows_max_(rows_max) {}

  Offer offer(Input&& input);
  Offer offer(Readings&& readings, Acknowledge acknowledge = {});
  // Waits for room, for `wait` at most.
  Offer offer_waiting(Input&& input, Duration wait);
  // For what must not be refused: facts of which there are few (a tag found once, a source lost).
  // False: closed.
  bool say(What what, Instant happened, FactId cause = {});

  // Takes all that waits, in order; waits up to `wait` for the first. Journal thread only.
  void take(std::vector<Input>& out, Duration wait);
  // Ends a wait in take(), as a due timer does.
  void nudge();
  // Waits for a nudge or the end, and takes nothing.
  void wait_nudge(Duration wait);
  // No more input. What waits is still taken.
  void close();
  std::size_t rows_waiting() const;
  // Inputs accepted since the start.
  std::uint64_t offered() const;
  bool is_finished() const;  // closed, and all taken

 private:
  void push(Input&& input, std::size_t rows);

  std::size_t rows_max_;
  mutable std::mutex mutex_;
  std::condition_variable has_input_, has_room_;
  std::vector<Input> waiting_;
  std::size_t rows_ = 0;
  std::uint64_t offered_ = 0;
  bool is_closed_ = false, is_nudged_ = false;
};

}  // namespace millwright::flow
