#pragma once

#include <limits>

#include "base/json.hpp"
#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/ids.hpp"
#include "model/quality.hpp"

namespace millwright {

// JSON of described structs: members in order, times as RFC 3339 text, durations in seconds, absent
// as null.
template <class T>
void write_json(JsonWriter& out, const T& value) {
  if constexpr (Described<T>) {
    out.begin_object();
    each_field<T>([&](const auto& f) {
      out.key(f.name);
      write_json(out, value.*f.member);
    });
    out.end_object();
  } else if constexpr (std::is_arithmetic_v<T>) {
    out.value(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    out.value(std::string_view(value));
  } else if constexpr (std::is_same_v<T, Instant>) {
    out.value(std::string_view(to_text(value)));
  } else if constexpr (std::is_same_v<T, Duration>) {
    out.value(seconds(value));
  } else if constexpr (std::is_same_v<T, Quality>) {
    out.value(value.code);
  } else if constexpr (Worded<T>) {
    out.value(word(value));
  } else if constexpr (std::is_same_v<T, std::monostate>) {
    out.null();
  } else if constexpr (IsVariant<T>::value) {
    std::visit([&](const auto& held) { write_json(out, held); }, value);
  } else if constexpr (IsOptional<T>::value) {
    if (value) {
      write_json(out, *value);
    } else {
      out.null();
    }
  } else if constexpr (IsList<T>::value) {
    out.begin_list();
    for (const auto& item : value)
      write_json(out, item);
    out.end_list();
  } else if constexpr (IsMap<T>::value) {
    out.begin_object();
    for (const auto& [key, item] : value) {
      out.key(key);
      write_json(out, item);
    }
    out.end_object();
  } else {
    out.value(value.value);  // an id
  }
}

template <class T>
std::string to_json(const T& value) {
  std::string text;
  JsonWriter out(text);
  write_json(out, value);
  return text;
}

// Where the schema is for: in the plant file durations are text ("250 ms") and unknown keys are
// refused.
enum class SchemaFor { api, plant_file };

// JSON schema (2020-12) of a described struct.
template <class T>
void write_schema(JsonWriter& out, SchemaFor use);

namespace detail {

inline void type(JsonWriter& out, std::string_view name) {
  out.member("type", name);
}

struct NoMore {
  void operator()(JsonWriter&) const {}
};

// `more` writes further properties, of keys that belong to somebody else.
template <Described T, class More = NoMore>
void write_record_schema(JsonWriter& out, SchemaFor use, const More& more = {}) {
  type(out, "object");
  out.key("properties").begin_object();
  each_field<T>([&](const auto& f) {
    out.key(f.name).begin_object();
    write_schema<typename std::remove_cvref_t<decltype(f)>::Type>(out, use);
    std::string help(f.help);
    if (!f.unit.empty()) help += " Unit: " + std::string(f.unit) + ".";
    if (!help.empty()) out.member("description", std::string_view(help));
    out.end_object();
  });
  more(out);
  out.end_object();
  out.key("required").begin_list();
  each_field<T>([&](const auto& f) {
    if (use == SchemaFor::api || f.presence == Presence::required) out.value(f.name);
  });
  out.end_list();
  out.member("additionalProperties", use == SchemaFor::api);
}

template <std::integral T>
void write_whole_schema(JsonWriter& out) {
  type(out, "integer");
  if constexpr (sizeof(T) < sizeof(std::int64_t)) {
    out.member("minimum", std::numeric_limits<T>::min());
    out.member("maximum", std::numeric_limits<T>::max());
  } else if constexpr (std::is_unsigned_v<T>) {
    out.member("minimum", 0);
  }
}

// In a plant file text may be written without quotes, whatever it looks like.
inline void write_text_schema(JsonWriter& out, SchemaFor use) {
  if (use == SchemaFor::api) return type(out, "string");
  out.key("type").begin_list().value("string").value("number").value("boolean").end_list();
}

inline void write_duration_schema(JsonWriter& out, SchemaFor use) {
  if (use == SchemaFor::api) return type(out, "number");
  type(out, "string");
  out.member("pattern", R"(^ *-? *([0-9.]+(e[+-]?[0-9]+)? *(ns|us|ms|s|min|h|d) *)+$)");
}

template <class... Ts>
void write_variant_schema(JsonWriter& out, SchemaFor use, const std::variant<Ts...>*) {
  out.key("anyOf").begin_list();
  (..., [&] {
    out.begin_object();
    write_schema<Ts>(out, use);
    out.end_object();
  }());
  out.end_list();
}

template <class T>
void write_optional_schema(JsonWriter& out, SchemaFor use) {
  // The plant file may say null for "absent", too.
  out.key("anyOf").begin_list().begin_object();
  write_schema<T>(out, use);
  out.end_object().begin_object();
  type(out, "null");
  out.end_object().end_list();
}

}  // namespace detail

template <class T>
void write_schema(JsonWriter& out, SchemaFor use) {
  if constexpr (Described<T>) {
    detail::write_record_schema<T>(out, use);
  } else if constexpr (std::is_same_v<T, bool>) {
    detail::type(out, "boolean");
  } else if constexpr (std::is_integral_v<T>) {
    detail::write_whole_schema<T>(out);
  } else if constexpr (std::is_floating_point_v<T>) {
    detail::type(out, "number");
  } else if constexpr (std::is_same_v<T, std::string>) {
    detail::write_text_schema(out, use);
  } else if constexpr (std::is_same_v<T, Instant>) {
    detail::type(out, "string");
    out.member("format", "date-time");
  } else if constexpr (std::is_same_v<T, Duration>) {
    detail::write_duration_schema(out, use);
  } else if constexpr (Worded<T>) {
    out.key("enum").begin_list();
    for (const std::string_view w : words_of(T{}))
      out.value(w);
    out.end_list();
  } else if constexpr (std::is_same_v<T, std::monostate>) {
    detail::type(out, "null");
  } else if constexpr (IsVariant<T>::value) {
    detail::write_variant_schema(out, use, static_cast<const T*>(nullptr));
  } else if constexpr (IsOptional<T>::value) {
    detail::write_optional_schema<typename T::value_type>(out, use);
  } else if constexpr (IsList<T>::value) {
    detail::type(out, "array");
    out.key("items").begin_object();
    write_schema<typename T::value_type>(out, use);
    out.end_object();
  } else if constexpr (IsMap<T>::value) {
    detail::type(out, "object");
    out.key("additionalProperties").begin_object();
    write_schema<typename T::mapped_type>(out, use);
    out.end_object();
  } else {
    detail::type(out, "integer");  // an id or a quality
  }
}

}  // namespace millwright
