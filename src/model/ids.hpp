#pragma once

#include <compare>
#include <cstdint>

#include "base/id.hpp"

namespace millwright {

using TagId = Id<struct TagTag>;
using MachineId = Id<struct MachineTag>;
using SourceId = Id<struct SourceTag>;

// The place of an input in the journal. Dense from 1; 0 is "before the first".
struct Sequence {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Sequence,
                                    Sequence) = default;  // NOLINT(modernize-use-nullptr): its 0
};

// Names a fact for good. An input's id is its sequence and 0; what the stages say about it counts
// on from there, so that a replay gives each fact its old id.
struct FactId {
  static constexpr unsigned said_bits = 12;
  static constexpr std::uint64_t said_max = (1U << said_bits) - 1;

  std::uint64_t value = 0;
  friend constexpr auto operator<=>(FactId, FactId) = default;
  static constexpr FactId of(Sequence input, std::uint64_t said) {
    return {(input.value << said_bits) | said};
  }
  constexpr Sequence input() const { return {value >> said_bits}; }
};

}  // namespace millwright
