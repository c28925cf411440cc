#pragma once

#include <type_traits>
#include <variant>

#include "base/time.hpp"
#include "model/fact/catalogue.hpp"
#include "model/fact/count.hpp"
#include "model/fact/line.hpp"
#include "model/fact/order.hpp"
#include "model/fact/source.hpp"
#include "model/fact/state.hpp"
#include "model/fact/stop.hpp"
#include "model/ids.hpp"
#include "model/readings.hpp"

namespace millwright {

// Everything that can be so. A family is added at the end: its place is part of the stored form.
using What = std::variant<Readings, fact::Line, fact::Catalogue, fact::Source, fact::State,
                          fact::Count, fact::Order, fact::Stop>;

// One thing that is so, said once, never changed; a correction is a new fact.
struct Fact {
  FactId id, cause;  // cause: the fact that led to this one
  Instant happened,
      learned;  // they differ when data is late. Readings carry their own times, row by row.
  What what;
};

// Canonical bytes of a fact's content.
void write_what(Writer& out, const What& what);
// Errors: corrupt.
Result<What> read_what(Reader& in);

namespace detail {
template <class T, class Variant>
struct Holds : std::false_type {};
template <class T, class... Ts>
struct Holds<T, std::variant<Ts...>> : std::bool_constant<(std::is_same_v<T, Ts> || ...)> {};
}  // namespace detail

// What a fact says, if it says a T: if (const auto* woke = get<fact::Woke>(fact)) ...
template <class T>
const T* get(const What& what) {
  return std::visit(
      [](const auto& family) -> const T* {
        using Family = std::decay_t<decltype(family)>;
        if constexpr (std::is_same_v<Family, T>) {
          return &family;
        } else if constexpr (detail::Holds<T, Family>::value) {
          return std::get_if<T>(&family);
        } else {
          return nullptr;
        }
      },
      what);
}
template <class T>
const T* get(const Fact& fact) {
  return get<T>(fact.what);
}

}  // namespace millwright
