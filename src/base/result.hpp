#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "base/check.hpp"

namespace millwright {

enum class Code : std::uint8_t { invalid, not_found, timed_out, refused, corrupt, full, offline };

struct Error {
  Code code;
  std::string
      what;  // One sentence that an operator can act on: it names the port, the file, the tag.
  const char* file;
  int line;
};

// Makes an error that remembers the line on which it was made.
inline Error fail(Code code, std::string what, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
  return {code, std::move(what), file, line};
}

// A value, or the reason why there is none. Its calls are those of std::expected. Asking for the
// one that is absent is a bug and ends the process.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: "return v;"
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: "return e;"

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & { return checked(), *std::get_if<0>(&state_); }
  const T& value() const& { return checked(), *std::get_if<0>(&state_); }
  T&& value() && { return checked(), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T value_or(T other) const& { return has_value() ? value() : std::move(other); }

  const Error& error() const& { return check_error(), *std::get_if<1>(&state_); }
  Error&& error() && { return check_error(), std::move(*std::get_if<1>(&state_)); }

 private:
  void checked() const {
    if (has_value()) return;
    const Error* const error = std::get_if<1>(&state_);
    bug("value() of a failed Result", error ? error->what.c_str() : "moved away");
  }
  void check_error() const { CHECK(state_.index() == 1); }

  std::variant<T, Error> state_;
};

struct Done {};
using Outcome = Result<Done>;

}  // namespace millwright

// The one macro: yields the value, or returns the error from the enclosing function. Each use has a
// name of its own, so that TRY(f(TRY(g()))) shadows nothing.
#define MILLWRIGHT_JOIN2(a, b) a##b
#define MILLWRIGHT_JOIN(a, b) MILLWRIGHT_JOIN2(a, b)
// NOLINTBEGIN(bugprone-macro-parentheses): a name cannot stand in parentheses.
#define MILLWRIGHT_TRY(name, expression)       \
  __extension__({                              \
    auto name = (expression);                  \
    if (!name) return std::move(name).error(); \
    std::move(name).value();                   \
  })
// NOLINTEND(bugprone-macro-parentheses)
#define TRY(...) MILLWRIGHT_TRY(MILLWRIGHT_JOIN(result_, __COUNTER__), (__VA_ARGS__))
