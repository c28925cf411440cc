#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

namespace millwright {

// One description for each struct that leaves the program. From it come canonical bytes
// (model/described_bytes.hpp), JSON and JSON schema (described_json.hpp), the plant-file loader
// with positions (described_load.hpp) and the TypeScript types.
//
//   struct StateChanged {
//     MachineId machine;
//     static constexpr auto describe() {
//       return record("state_changed", field("machine", &StateChanged::machine, "", "Which
//       machine."));
//     }
//   };

enum class Presence {
  optional,
  required
};  // Optional in the plant file: the member's initializer is the default.

template <class Owner, class T>
struct Field {
  using Type = T;
  std::string_view name;
  T Owner::*member;
  std::string_view unit;
  std::string_view help;
  Presence presence = Presence::optional;
};

template <class Owner, class T>
constexpr Field<Owner, T> field(std::string_view name, T Owner::*member, std::string_view unit,
                                std::string_view help) {
  return {name, member, unit, help, Presence::optional};
}
template <class Owner, class T>
constexpr Field<Owner, T> required(std::string_view name, T Owner::*member, std::string_view unit,
                                   std::string_view help) {
  return {name, member, unit, help, Presence::required};
}

template <class... Fields>
struct Record {
  std::string_view name;
  std::tuple<Fields...> fields;
};

template <class... Fields>
constexpr Record<Fields...> record(std::string_view name, Fields... fields) {
  return {name, {fields...}};
}

template <class T>
concept Described = requires {
  T::describe();
};

// Calls visit(field) for each field of T, in order.
template <Described T, class Visit>
constexpr void each_field(Visit&& visit) {
  std::apply([&](const auto&... fields) { (visit(fields), ...); }, T::describe().fields);
}

// An enum that leaves the program has a word for each value, dense from 0:
//   constexpr std::span<const std::string_view> words_of(State) { return state_words; }
template <class T>
concept Worded = std::is_enum_v<T> && requires(T value) {
  { words_of(value) } -> std::convertible_to<std::span<const std::string_view>>;
};

template <Worded T>
constexpr std::string_view word(T value) {
  return words_of(value)[static_cast<std::size_t>(value)];
}

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsList : std::false_type {};
template <class T>
struct IsList<std::vector<T>> : std::true_type {};
template <class T>
struct IsVariant : std::false_type {};
template <class... Ts>
struct IsVariant<std::variant<Ts...>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};

}  // namespace millwright
