#pragma once

#include <string>
#include <vector>

#include "keep/history/asked.hpp"
#include "keep/history/history.hpp"
#include "math/aggregate/intervals.hpp"
#include "model/calendar.hpp"

namespace millwright::keep {

// A piece of time that is asked about. The name says which one it is where its time does not: a
// date, a shift, the value of a state.
struct Piece {
  Instant from, to;
  std::string name{};
};

inline constexpr std::size_t pieces_max = 100'000;

// The pieces that `step`, `count`, `each` or `intervals` say; one from `from` to `to` when none is
// given.
Result<std::vector<Piece>> pieces_of(const flow::Question& question, const Calendar& calendar);
// For each time that the tag held a value, one. Bad rows end it, and the end of what is known.
Result<std::vector<Piece>> pieces_of_states(const History& history, TagId tag, Span span,
                                            Instant known_until);

// Pieces that do not overlap, as intervals; between them lie intervals of no piece.
struct Layer {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  math::Intervals intervals;
  std::vector<std::size_t> pieces;  // of each interval
};
Result<std::vector<Layer>> layers_of(const std::vector<Piece>& pieces);

std::vector<flow::Parameter> pieces_parameters();

}  // namespace millwright::keep
