#include "watch/order/told.hpp"

#include <iterator>

#include "model/described_bytes.hpp"

namespace millwright::watch::order {

bool Told::put(Instant when, std::string_view value) {
  const auto next = rows_.lower_bound(when);
  if (next != rows_.end() && next->first == when) {
    if (next->second == value) return false;
    next->second = value;
    return true;
  }
  const bool is_first = next == rows_.begin();
  const bool same_as_before = !is_first && std::prev(next)->second == value;
  const bool same_as_next = next != rows_.end() && next->second == value;
  if (same_as_before && same_as_next) return false;
  if (same_as_before) {  // The end of a run of equal rows: its last one moves here.
    const auto before = std::prev(next);
    const bool is_last_of_run =
        before != rows_.begin() && std::prev(before)->second == before->second;
    if (is_last_of_run) rows_.erase(before);
  }
  if (same_as_next) {  // The start of one: its first moves here.
    const bool is_first_of_run = std::next(next) != rows_.end() && std::next(next)->second == value;
    if (is_first_of_run) rows_.erase(next);
  }
  rows_.emplace(when, value);
  if (rows_.size() > rows_max) rows_.erase(rows_.begin());
  return !same_as_before;
}

std::string_view Told::at(Instant when) const {
  const auto next = rows_.upper_bound(when);
  return next == rows_.begin() ? std::string_view() : std::string_view(std::prev(next)->second);
}

void Told::forget_before(Instant floor) {
  const auto next = rows_.upper_bound(floor);
  if (next == rows_.begin()) return;
  rows_.erase(rows_.begin(), std::prev(next));
}

void Told::save(Writer& out) const {
  out.variable(rows_.size());
  for (const auto& [when, value] : rows_) {
    write_bytes(out, when);
    out.text(value);
  }
}

Outcome Told::load(Reader& in) {
  rows_.clear();
  const std::uint64_t count = TRY(in.variable());
  if (count > rows_max) return fail(Code::corrupt, "a stored tag has too many rows");
  for (std::uint64_t i = 0; i < count; ++i) {
    Instant when{};
    TRY(read_bytes(in, when));
    rows_.emplace(when, TRY(in.text()));
  }
  return Done{};
}

}  // namespace millwright::watch::order
