#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace millwright::watch::oee {

// What was so over time, as pieces of 16 bytes: each holds until the next one begins; before the
// first there is T{}. Neighbours differ, so that any order of saying the same gives the same
// pieces. Plain data; pure.
template <class T>
class Pieces {
 public:
  struct Piece {
    Instant from;
    T value;
    friend bool operator==(const Piece&, const Piece&) = default;
  };

  // From `from` to `until` (none: for good) it is so; what was known of that span is withdrawn.
  void put(Instant from, std::optional<Instant> until, const T& value) {
    if (until && *until <= from) return;
    const T then = until ? at(*until) : T{};
    const auto first = std::lower_bound(pieces_.begin(), pieces_.end(), from, begins_before);
    const auto last =
        until ? std::upper_bound(first, pieces_.end(), *until, begins_after) : pieces_.end();
    auto place = pieces_.erase(first, last);
    const T before = place == pieces_.begin() ? T{} : std::prev(place)->value;
    if (!(before == value)) place = std::next(pieces_.insert(place, {from, value}));
    if (until && !(then == value)) place = std::next(pieces_.insert(place, {*until, then}));
    // What follows may now say what is so already.
    if (place != pieces_.end() && place != pieces_.begin() &&
        std::prev(place)->value == place->value)
      pieces_.erase(place);
  }

  // The piece that holds at a time; all().size() when it lies before the first.
  std::size_t index_at(Instant when) const {
    const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), when, begins_after);
    return after == pieces_.begin() ? pieces_.size()
                                    : static_cast<std::size_t>(after - pieces_.begin()) - 1;
  }
  T at(Instant when) const {
    const std::size_t index = index_at(when);
    return index == pieces_.size() ? T{} : pieces_[index].value;
  }
  const std::vector<Piece>& all() const { return pieces_; }
  Instant end_of(std::size_t index) const {
    return index + 1 < pieces_.size() ? pieces_[index + 1].from : Instant::max();
  }

  // Forgets what held before `floor` only, and the oldest beyond `most`.
  void forget(Instant floor, std::size_t most) {
    std::size_t gone = pieces_.size() > most ? pieces_.size() - most : 0;
    while (gone + 1 < pieces_.size() && pieces_[gone + 1].from <= floor)
      ++gone;
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(gone));
  }

  // `write` writes a value. Times lie as differences: a piece takes about eight bytes.
  template <class Write>
  void save(Writer& out, const Write& write) const {
    out.variable(pieces_.size());
    std::uint64_t before = 0;
    for (const Piece& piece : pieces_) {
      out.variable(static_cast<std::uint64_t>(nanoseconds(piece.from)) - before);
      before = static_cast<std::uint64_t>(nanoseconds(piece.from));
      write(out, piece.value);
    }
  }
  template <class Read>
  Outcome load(Reader& in, const Read& read) {
    pieces_.clear();
    std::uint64_t time = 0;
    const std::uint64_t count = TRY(in.variable());
    for (std::uint64_t i = 0; i < count; ++i) {
      time += TRY(in.variable());
      Piece piece{instant(static_cast<std::int64_t>(time)), TRY(read(in))};
      pieces_.push_back(std::move(piece));
    }
    return Done{};
  }

 private:
  static bool begins_before(const Piece& piece, Instant when) { return piece.from < when; }
  static bool begins_after(Instant when, const Piece& piece) { return when < piece.from; }

  std::vector<Piece> pieces_;
};

}  // namespace millwright::watch::oee
