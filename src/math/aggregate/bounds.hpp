#pragma once

#include <cstddef>
#include <optional>

#include "math/aggregate/aggregate.hpp"

namespace millwright::math {

// Which rows around a time a fold has to hear.

// The row from which on a fold that begins at `from` hears rows: the last usable one before it (two
// for a sloped extrapolation), or at least the neighbour. Nothing: earlier rows than these are
// needed, if there are any.
std::optional<std::size_t> bound_before(const Samples& rows, std::int64_t from,
                                        const AggregateSettings& settings);

// The end (one past the last) of the rows that a fold that ends at `to` hears: up to the first
// usable one at or after it. Nothing: later rows are needed, if there are any.
std::optional<std::size_t> bound_after(const Samples& rows, std::int64_t to,
                                       const AggregateSettings& settings);

enum class Bounds : std::uint8_t { simple, interpolated };

// The value at one time, as OPC UA reads "at time": the row's own, or one between its neighbours.
// Source: OPC 10000-11 6.5.5.2, OPC 10000-13 3.1.8 and 3.1.9.
Result<AggregateValue> value_at(const Samples& rows, std::int64_t time, Bounds bounds,
                                const AggregateSettings& settings);

}  // namespace millwright::math
