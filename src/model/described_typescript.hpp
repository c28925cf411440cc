#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

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

template <Described T>
std::string typescript_name_of() {
  constexpr std::string_view record_name = T::describe().name;
  return typescript_name(record_name);
}

// Writes described structs as TypeScript interfaces, in the forms of write_json: a record once,
// those inside it before it.
class TypeScriptWriter {
 public:
  // Who writes the object: the server writes every member, a page may leave out what a form need
  // not hold.
  enum class From : std::uint8_t { server, page };

  explicit TypeScriptWriter(std::string& out) : out_(out) {}

  template <Described T>
  void add(From from = From::server) {
    const std::string name = typescript_name_of<T>();
    const auto [at, is_new] = written_.emplace(name, &mark_of<T>);
    if (!is_new && at->second != &mark_of<T>) clashes_.push_back(name);
    if (!is_new) return;
    std::string body;
    constexpr auto described = T::describe();  // a constant: no code is made for the description
    const auto write = [&](const auto& f) {
      using Type = typename std::remove_cvref_t<decltype(f)>::Type;
      const bool may_lack = from == From::page && f.presence == Presence::optional;
      write_member(body, {f.name, f.unit, f.help, may_lack ? "?: " : ": "}, type_of<Type>());
    };
    std::apply([&](const auto&... fields) { (write(fields), ...); }, described.fields);
    out_ += "export interface " + name + " {\n" + body + "}\n\n";
  }

  // Names that more than one struct goes by: only the first of them is written.
  const std::vector<std::string>& clashes() const { return clashes_; }

 private:
  template <class T>
  static constexpr char mark_of = 0;  // its address tells structs apart

  struct Member {
    std::string_view name, unit, help, colon;
  };
  // No template: of each field only what its type asks for is made anew.
  static void write_member(std::string& body, const Member& member, const std::string& type) {
    std::string text(member.help);
    if (!member.unit.empty())
      text.append(text.empty() ? "Unit: " : " Unit: ").append(member.unit).append(".");
    if (!text.empty()) body.append("  /** ").append(text).append(" */\n");
    body.append("  readonly ").append(member.name).append(member.colon).append(type).append(";\n");
  }

  static std::string inside(const std::string& type) {
    return type.find(" | ") == std::string::npos ? type : "(" + type + ")";
  }

  // Numbers of two widths are one type here.
  template <class... Ts>
  std::string either(const std::variant<Ts...>*) {
    std::vector<std::string> types;
    for (const std::string& type : {type_of<Ts>()...})
      if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
    std::string out;
    for (const std::string& type : types)
      out += (out.empty() ? "" : " | ") + type;
    return out;
  }

  template <class T>
  std::string type_of() {
    if constexpr (Described<T>) {
      add<T>();
      return typescript_name_of<T>();
    } else if constexpr (std::is_same_v<T, bool>) {
      return "boolean";
    } else if constexpr (std::is_same_v<T, std::string>) {
      return "string";
    } else if constexpr (std::is_same_v<T, Instant>) {
      return "InstantText";  // a brand, which who writes the file declares
    } else if constexpr (Worded<T>) {
      return typescript_words(words_of(T{}));
    } else if constexpr (std::is_same_v<T, std::monostate>) {
      return "null";
    } else if constexpr (IsVariant<T>::value) {
      return either(static_cast<const T*>(nullptr));
    } else if constexpr (IsOptional<T>::value) {
      return type_of<typename T::value_type>() + " | null";
    } else if constexpr (IsList<T>::value) {
      return "readonly " + inside(type_of<typename T::value_type>()) + "[]";
    } else if constexpr (IsMap<T>::value) {
      return "Readonly<Record<string, " + type_of<typename T::mapped_type>() + ">>";
    } else {
      return "number";  // a number, a duration, a quality, an id
    }
  }

  std::string& out_;
  std::map<std::string, const char*, std::less<>> written_;
  std::vector<std::string> clashes_;
};

template <Described T>
void write_typescript(std::string& out) {
  TypeScriptWriter(out).add<T>();
}

}  // namespace millwright
