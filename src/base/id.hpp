#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace millwright {

// A number that names one thing of one kind. It never becomes another id, or a number, by itself.
// Ids are dense from 0, so index() is good for a vector.
template <class Tag>
struct Id {
  std::uint32_t value;

  friend constexpr auto operator<=>(Id, Id) = default;  // NOLINT(modernize-use-nullptr): its 0
  constexpr std::size_t index() const { return value; }
};

}  // namespace millwright

template <class Tag>
struct std::hash<millwright::Id<Tag>> {
  std::size_t operator()(millwright::Id<Tag> id) const noexcept { return id.value; }
};
