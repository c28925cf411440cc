#include "math/simulate/kernel.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace millwright::math {

constexpr std::size_t children = 4;

void EventQueue::push(Duration at, std::uint32_t element, std::uint32_t generation) {
  CHECK(heap_.size() < events_max);
  const Event event{at, sequence_++, element, generation};
  std::size_t hole = heap_.size();
  heap_.push_back(event);
  while (hole > 0) {
    const std::size_t parent = (hole - 1) / children;
    if (!is_before(event, heap_[parent])) break;
    heap_[hole] = heap_[parent];
    hole = parent;
  }
  heap_[hole] = event;
}

Event EventQueue::pop() {
  CHECK(!heap_.empty());
  const Event top = heap_.front();
  const Event last = heap_.back();
  heap_.pop_back();
  if (heap_.empty()) return top;
  std::size_t hole = 0;
  for (std::size_t first = 1; first < heap_.size(); first = hole * children + 1) {
    const std::size_t end = std::min(first + children, heap_.size());
    std::size_t best = first;
    for (std::size_t child = first + 1; child < end; ++child)
      if (is_before(heap_[child], heap_[best])) best = child;
    if (!is_before(heap_[best], last)) break;
    heap_[hole] = heap_[best];
    hole = best;
  }
  heap_[hole] = last;
  return top;
}

}  // namespace millwright::math
