#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace millwright {

// Writes JSON text, with commas where they belong. Calls out of order (a value with no key in an
// object) are a bug of the caller and show as broken JSON; nesting is not tracked beyond the next
// comma.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_list() { return open('['); }
  JsonWriter& end_list() { return close(']'); }

  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(double number);  // not finite is written as null
  JsonWriter& value(std::same_as<bool> auto is_true) { return literal(is_true ? "true" : "false"); }
  JsonWriter& value(std::integral auto number) requires(!std::same_as<decltype(number), bool>) {
    return literal(std::to_string(number));
  }
  JsonWriter& null() { return literal("null"); }
  JsonWriter& literal(std::string_view json);  // text that is JSON already

  template <class T>
  JsonWriter& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }

 private:
  JsonWriter& open(char c);
  JsonWriter& close(char c);
  void separate();

  std::string& out_;
  bool needs_comma_ = false;
};

}  // namespace millwright
