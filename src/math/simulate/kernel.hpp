#pragma once

#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace millwright::math {

// Something that falls due. Two that are due at one time come in the order in which they were
// pushed, so a run is the same on every machine.
struct Event {
  Duration at;             // since the start of the run
  std::uint64_t sequence;  // given by push
  std::uint32_t element;   // whom it wakes
  std::uint32_t generation;
};

// The pending events, soonest first: a heap with four children a node, which fits the cache lines
// of today better than two. Bound: events_max; more is a bug of the model and ends the process.
class EventQueue {
 public:
  static constexpr std::size_t events_max = std::size_t{1} << 26;

  void push(Duration at, std::uint32_t element, std::uint32_t generation);
  const Event& soonest() const { return heap_.front(); }
  Event pop();
  bool is_empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  std::uint64_t pushed() const { return sequence_; }

 private:
  static bool is_before(const Event& a, const Event& b) {
    return a.at != b.at ? a.at < b.at : a.sequence < b.sequence;
  }

  std::vector<Event> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace millwright::math
