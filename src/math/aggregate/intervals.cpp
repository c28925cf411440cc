#include "math/aggregate/intervals.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace millwright::math {
namespace {

// A century on either side of 1970 and a bit more: differences of two such times fit in 64 bits.
constexpr std::int64_t time_limit = std::numeric_limits<std::int64_t>::max() / 2;

Error too_many() {
  return fail(Code::invalid, "more than " + std::to_string(intervals_max) +
                                 " intervals: ask for longer ones, or for a shorter time");
}

}  // namespace

Result<Intervals> Intervals::every(std::int64_t start, std::int64_t end, std::int64_t step) {
  if (start == end) return fail(Code::invalid, "start and end of the intervals are the same time");
  if (step < 0) return fail(Code::invalid, "the length of an interval is negative");
  if (std::max(std::abs(start), std::abs(end)) > time_limit)
    return fail(Code::invalid, "start or end of the intervals is no time between 1824 and 2116");
  Intervals made;
  made.reverse_ = start > end;
  made.first_ = std::min(start, end);
  made.last_ = std::max(start, end);
  const std::int64_t range = made.last_ - made.first_;
  made.step_ = step == 0 ? range : std::min(step, range);
  const std::int64_t whole = range / made.step_;
  const std::int64_t all = whole + (range % made.step_ == 0 ? 0 : 1);
  if (all > static_cast<std::int64_t>(intervals_max)) return too_many();
  made.count_ = static_cast<std::size_t>(all);
  return made;
}

Result<Intervals> Intervals::between(std::vector<std::int64_t> edges) {
  if (edges.size() < 2) return fail(Code::invalid, "intervals need at least two edges");
  if (edges.size() - 1 > intervals_max) return too_many();
  if (std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>()) != edges.end())
    return fail(Code::invalid, "the edges of intervals do not rise");
  if (edges.front() < -time_limit || edges.back() > time_limit)
    return fail(Code::invalid, "an edge of the intervals is no time between 1824 and 2116");
  Intervals made;
  made.count_ = edges.size() - 1;
  made.edges_ = std::move(edges);
  return made;
}

Intervals::Interval Intervals::at(std::size_t index) const {
  if (!edges_.empty()) return {edges_[index], edges_[index + 1]};
  // Each low is computed from the end that the intervals are counted from: no sum of steps.
  if (reverse_) {
    const std::int64_t high = last_ - static_cast<std::int64_t>(count_ - 1 - index) * step_;
    return {std::max(first_, high - step_), high};
  }
  const std::int64_t low = first_ + static_cast<std::int64_t>(index) * step_;
  return {low, last_ - low < step_ ? last_ : low + step_};
}

bool Intervals::holds(std::int64_t first, std::int64_t last) const {
  std::size_t from = 0;
  std::size_t to = count_;  // The first interval that ends after `first` is in [from, to].
  while (from < to) {
    const std::size_t middle = from + (to - from) / 2;
    const std::int64_t high = at(middle).high;
    if (reverse_ ? high < first : high <= first) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  if (from == count_) return false;
  const Interval found = at(from);
  return reverse_ ? found.low < first && last <= found.high
                  : found.low <= first && last < found.high;
}

bool Intervals::shortened(std::size_t index) const {
  if (!edges_.empty()) return false;
  const Interval interval = at(index);
  return interval.high - interval.low < step_;
}

}  // namespace millwright::math
