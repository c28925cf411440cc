#pragma once

#include <optional>

#include "keep/history/history.hpp"

namespace millwright::keep {

// What rows around a span are asked for: the nearest one on each side, and beyond it up to so many
// that are usable.
struct Around {
  enum class Usable : std::uint8_t { any, not_bad, good };
  Usable usable = Usable::any;
  std::size_t before = 1, after = 1;  // usable ones
};

// Those before `at`, in order of time. Newer days are looked at first, and what has no usable row
// is passed over by its statistics.
Result<Rows> rows_before(const History& history, TagId tag, Instant at, const Around& around);
// Those from `at` on.
Result<Rows> rows_after(const History& history, TagId tag, Instant at, const Around& around);

// Tells the rows of the span and those around it: first the ones before, then the pieces of the
// span (in short, where the listener takes it), then the ones after, until the listener has enough.
Outcome tell_with_around(const History& history, TagId tag, Span span, const Around& around,
                         Listener& listener);

}  // namespace millwright::keep
