#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "model/fact/fact.hpp"

namespace millwright::flow {

// Says that an input is kept, or will never be. Must be quick and must not block.
using Acknowledge = std::function<void(const Outcome&)>;

// Whether an input may share a group commit with what comes a little later (a poll: nobody waits
// for it, and a small disk wears less).
enum class Hurry : std::uint8_t { now, may_wait };

// Something that enters the line. The acknowledgements may be empty.
struct Input {
  What what;
  Instant happened;  // of a fact; readings carry their own times
  FactId cause;
  Acknowledge acknowledge;  // on the journal thread: it is on stable storage
  Acknowledge shown{};      // on the core thread: the stages have heard it and the views show it
  Hurry hurry = Hurry::now;
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
  // For what may wait while others speak (a past that is filled in): it is taken a little at a
  // time, after all that waits in front, and only while the line keeps up. What still waits when
  // the inbox closes is dropped unacknowledged. Bound: background_rows_max; waits for room, for
  // `wait` at most.
  static constexpr std::size_t background_rows_max = 200'000, background_take_rows = 16'384;
  Offer offer_background(Input&& input, Duration wait);
  // For what must not be refused: facts of which there are few (a tag found once, a source lost).
  // False: closed.
  bool say(What what, Instant happened, FactId cause = {});

  // Takes all that waits, in order, and some of the background; waits up to `wait` for the first.
  // Journal thread only.
  enum class Background : std::uint8_t { waits, is_taken };
  void take(std::vector<Input>& out, Duration wait, Background background = Background::is_taken);
  // How long inputs that may wait are left waiting for company. Before the first input.
  void set_group_wait(Duration wait) { group_wait_ = wait; }
  // Ends a wait in take(), as a due timer does.
  void nudge();
  // Waits for a nudge or the end, and takes nothing.
  void wait_nudge(Duration wait);
  // No more input. What waits is still taken.
  void close();
  std::size_t rows_waiting() const;
  // Inputs accepted since the start; those of the background as they are taken.
  std::uint64_t offered() const;
  bool is_finished() const;  // closed, and all taken

 private:
  void push(Input&& input, std::size_t rows);
  void take_background(std::vector<Input>& out);

  std::size_t rows_max_;
  mutable std::mutex mutex_;
  std::condition_variable has_input_, has_room_, has_background_room_;
  std::vector<Input> waiting_;
  std::deque<Input> background_;
  std::size_t rows_ = 0, background_rows_ = 0;
  std::uint64_t offered_ = 0;
  Duration group_wait_{};
  std::size_t in_a_hurry_ = 0;  // of those that wait
  bool is_closed_ = false, is_nudged_ = false;
};

}  // namespace millwright::flow
