#pragma once

#include <set>
#include <string>

#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/quality.hpp"

namespace millwright {

// "state_changed" is StateChanged in TypeScript.
inline std::string typescript_name(std::string_view record_name) {
  std::string out;
  bool is_start = true;
  for (const char c : record_name) {
    const bool is_lower = c >= 'a' && c <= 'z';
    if (c != '_') out += is_start && is_lower ? static_cast<char>(c - 'a' + 'A') : c;
    is_start = c == '_';
  }
  return out;
}

// The words of an enum as a union: 'running' | 'idle'.
inline std::string typescript_words(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words)
    out.append(out.empty() ? "'" : " | '").append(word).append("'");
  return out;
}

// Writes described structs as TypeScript interfaces, in the forms of write_json: a record once,
// those inside it before it.
class TypeScriptWriter {
 public:
  explicit TypeScriptWriter(std::string& out) : out_(out) {}

  template <Described T>
  void add() {
    const std::string name = typescript_name(T::describe().name);
    if (!written_.insert(name).second) return;
    std::string body;
    each_field<T>([&](const auto& f) {
      using Type = typename std::remove_cvref_t<decltype(f)>::Type;
      write_help(body, f.help, f.unit);
      body += "  readonly " + std::string(f.name) + ": " + type_of<Type>() + ";\n";
    });
    out_ += "export interface " + name + " {\n" + body + "}\n\n";
  }

 private:
  static void write_help(std::string& body, std::string_view help, std::string_view unit) {
    std::string text(help);
    if (!unit.empty()) text += (text.empty() ? "Unit: " : " Unit: ") + std::string(unit) + ".";
    if (!text.empty()) body += "  /** " + text + " */\n";
  }

  template <class T>
  static std::string inside(const std::string& type) {
    return IsOptional<T>::value || Worded<T> ? "(" + type + ")" : type;
  }

  template <class T>
  std::string type_of() {
    if constexpr (Described<T>) {
      add<T>();
      return typescript_name(T::describe().name);
    } else if constexpr (std::is_same_v<T, bool>) {
      return "boolean";
    } else if constexpr (std::is_same_v<T, std::string>) {
      return "string";
    } else if constexpr (std::is_same_v<T, Instant>) {
      return "InstantText";  // of web/src/wire/brands.ts
    } else if constexpr (Worded<T>) {
      return typescript_words(words_of(T{}));
    } else if constexpr (IsOptional<T>::value) {
      return type_of<typename T::value_type>() + " | null";
    } else if constexpr (IsList<T>::value) {
      using Item = typename T::value_type;
      return "readonly " + inside<Item>(type_of<Item>()) + "[]";
    } else if constexpr (IsMap<T>::value) {
      return "Readonly<Record<string, " + type_of<typename T::mapped_type>() + ">>";
    } else {
      return "number";  // a number, a duration, a quality, an id
    }
  }

  std::string& out_;
  std::set<std::string> written_;
};

template <Described T>
void write_typescript(std::string& out) {
  TypeScriptWriter(out).add<T>();
}

}  // namespace millwright
