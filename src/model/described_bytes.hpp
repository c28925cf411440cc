#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/ids.hpp"
#include "model/quality.hpp"

namespace millwright {

// Canonical bytes of described structs: the fields in order, without names. The order of fields is
// part of the stored form: new fields go to the end of a new struct, never into an old one.

template <class T>
void write_bytes(Writer& out, const T& value);
template <class T>
Outcome read_bytes(Reader& in, T& value);

namespace detail {

template <class T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

template <class T>
struct IsId : std::false_type {};
template <class Tag>
struct IsId<Id<Tag>> : std::true_type {};

template <class T>
void write_items(Writer& out, const T& items) {
  out.variable(items.size());
  for (const auto& item : items)
    write_bytes(out, item);
}

// Only 0 and 1 are truths: any other byte in a bool is undefined behaviour.
inline Outcome read_truth(Reader& in, bool& value) {
  const auto byte = TRY(in.fixed<std::uint8_t>());
  if (byte > 1) return fail(Code::corrupt, "a stored truth is neither 0 nor 1");
  value = byte == 1;
  return Done{};
}

template <class T>
Outcome read_plain(Reader& in, T& value) {
  if constexpr (std::is_same_v<T, bool>) return read_truth(in, value);
  value = TRY(in.fixed<T>());
  if constexpr (Worded<T>) {
    if (static_cast<std::size_t>(value) >= words_of(value).size())
      return fail(Code::corrupt, "a stored word is unknown");
  }
  return Done{};
}

template <class T>
Outcome read_list(Reader& in, std::vector<T>& items) {
  const std::uint64_t count = TRY(in.variable());
  if (count > in.left()) return fail(Code::corrupt, "a stored list is longer than its bytes");
  items.clear();
  for (std::uint64_t i = 0; i < count; ++i)
    TRY(read_bytes(in, items.emplace_back()));
  return Done{};
}

template <class T>
Outcome read_map(Reader& in, std::map<std::string, T>& items) {
  const std::uint64_t count = TRY(in.variable());
  items.clear();
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string key = TRY(in.text());
    TRY(read_bytes(in, items[key]));
  }
  return Done{};
}

template <class T>
Outcome read_optional(Reader& in, std::optional<T>& value) {
  bool is_there = false;
  TRY(read_truth(in, is_there));
  if (!is_there) {
    value.reset();
    return Done{};
  }
  return read_bytes(in, value.emplace());
}

template <Described T>
Outcome read_record(Reader& in, T& value) {
  Outcome outcome = Done{};
  each_field<T>([&](const auto& f) {
    if (outcome) outcome = read_bytes(in, value.*f.member);
  });
  return outcome;
}

}  // namespace detail

template <class T>
void write_bytes(Writer& out, const T& value) {
  if constexpr (Described<T>) {
    each_field<T>([&](const auto& f) { write_bytes(out, value.*f.member); });
  } else if constexpr (detail::Plain<T>) {
    out.fixed(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    out.text(value);
  } else if constexpr (std::is_same_v<T, Instant>) {
    out.fixed(nanoseconds(value));
  } else if constexpr (std::is_same_v<T, Duration>) {
    out.fixed(value.count());
  } else if constexpr (std::is_same_v<T, Quality>) {
    out.fixed(value.code);
  } else if constexpr (detail::IsId<T>::value || std::is_same_v<T, Sequence> ||
                       std::is_same_v<T, FactId>) {
    out.fixed(value.value);
  } else if constexpr (IsOptional<T>::value) {
    out.fixed(value.has_value());
    if (value) write_bytes(out, *value);
  } else if constexpr (IsMap<T>::value) {
    out.variable(value.size());
    for (const auto& [key, item] : value) {
      out.text(key);
      write_bytes(out, item);
    }
  } else {
    static_assert(IsList<T>::value, "this type has no canonical bytes: describe it");
    detail::write_items(out, value);
  }
}

template <class T>
Outcome read_bytes(Reader& in, T& value) {
  if constexpr (Described<T>) {
    return detail::read_record(in, value);
  } else if constexpr (detail::Plain<T>) {
    return detail::read_plain(in, value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    value = TRY(in.text());
  } else if constexpr (std::is_same_v<T, Instant>) {
    value = instant(TRY(in.fixed<std::int64_t>()));
  } else if constexpr (std::is_same_v<T, Duration>) {
    value = Duration(TRY(in.fixed<std::int64_t>()));
  } else if constexpr (std::is_same_v<T, Quality>) {
    value.code = TRY(in.fixed<std::uint32_t>());
  } else if constexpr (detail::IsId<T>::value || std::is_same_v<T, Sequence> ||
                       std::is_same_v<T, FactId>) {
    value.value = TRY(in.fixed<decltype(value.value)>());
  } else if constexpr (IsOptional<T>::value) {
    return detail::read_optional(in, value);
  } else if constexpr (IsMap<T>::value) {
    return detail::read_map(in, value);
  } else {
    static_assert(IsList<T>::value, "this type has no canonical bytes: describe it");
    return detail::read_list(in, value);
  }
  return Done{};
}

}  // namespace millwright
