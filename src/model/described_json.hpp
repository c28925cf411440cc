#pragma once

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

template <Described T>
void write_record_schema(JsonWriter& out, SchemaFor use) {
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
  out.end_object();
  out.key("required").begin_list();
  each_field<T>([&](const auto& f) {
    if (use == SchemaFor::api || f.presence == Presence::required) out.value(f.name);
  });
  out.end_list();
  out.member("additionalProperties", use == SchemaFor::api);
}

template <class T>
void write_optional_schema(JsonWriter& out, SchemaFor use) {
  if (use == SchemaFor::plant_file) return write_schema<T>(out, use);
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
    detail::type(out, "integer");
  } else if constexpr (std::is_floating_point_v<T>) {
    detail::type(out, "number");
  } else if constexpr (std::is_same_v<T, std::string>) {
    detail::type(out, "string");
  } else if constexpr (std::is_same_v<T, Instant>) {
    detail::type(out, "string");
    out.member("format", "date-time");
  } else if constexpr (std::is_same_v<T, Duration>) {
    detail::type(out, use == SchemaFor::api ? "number" : "string");
  } else if constexpr (Worded<T>) {
    out.key("enum").begin_list();
    for (const std::string_view w : words_of(T{}))
      out.value(w);
    out.end_list();
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
