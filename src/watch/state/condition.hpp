#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/readings.hpp"

namespace millwright::watch::state {

// A condition over the tags of one machine:
//
//   alarm > 0 or execution = "Aborted" and not spindle/load is bad
//
//   condition   one or more of: both `and`, either `or`, `not`, (…); `and` binds before `or`
//   comparison  tag = != < <= > >= number, "text", true or false; a boolean tag stands alone
//   quality     tag is bad, tag is not bad
//   tag         its name; tag("odd name") when the name holds other signs or is a word of ours
//
// A tag without a value makes a comparison neither yes nor no. The answer is then unknown, unless
// the rest settles it (Kleene's three values): nothing is guessed, and nothing is asked needlessly.

enum class ValueType : std::uint8_t { number, text, boolean };
ValueType type_of(Kind kind);

enum class Comparator : std::uint8_t { equal, differs, less, at_most, more, at_least };

struct Comparison {
  Comparator comparator;
  std::variant<double, std::string, bool> against;
  friend bool operator==(const Comparison&, const Comparison&) = default;
};

// A tag that conditions name, and all that they compare it with. Once a value has been compared,
// only the answers are needed: bit i of Seen::holds says whether comparisons[i] holds.
struct Input {
  static constexpr std::size_t comparisons_max = 32;
  std::string name;
  ValueType type;
  std::vector<Comparison> comparisons;
  friend bool operator==(const Input&, const Input&) = default;
};

// The answers of an input's comparisons for a value. Pure.
std::uint32_t compare(const Input& input, double number);
std::uint32_t compare(const Input& input, std::string_view text);

// What is known of an input at one time.
struct Seen {
  bool is_known = false;
  std::uint32_t holds = 0;
  friend bool operator==(Seen, Seen) = default;
};

struct Condition {
  static constexpr std::size_t bytes_max = 2000, depth_max = 32, terms_max = 500;
  struct Term {
    enum class Kind : std::uint8_t { compares, is_bad, negates, both, either };
    Kind kind;
    std::uint16_t left = 0, right = 0;  // terms; or the input and the bit of its comparison
    friend bool operator==(Term, Term) = default;
  };
  std::vector<Term> terms;  // those that a term needs stand before it; the last is the answer
  friend bool operator==(const Condition&, const Condition&) = default;
};

enum class Truth : std::uint8_t { no, yes, unknown };
struct Judgement {
  Truth truth = Truth::unknown;
  std::uint16_t lacking = 0;  // when unknown: the first input whose value would be needed
};
// Shape: `seen` has an entry for each input that the condition was read with. Thread: any; pure.
Judgement judge(const Condition& condition, std::span<const Seen> seen);

// What stands wrong in a condition, by its place in the text.
struct Mistake {
  std::size_t offset = 0;
  std::string found, expected, nearest;
};

// A tag that conditions may name.
struct KnownTag {
  std::string_view name;
  ValueType type;
};

// Reads a condition. `inputs` grows by the tags and comparisons that it names, so that all
// conditions of a machine share them.
// Errors: the first mistake. Bounds: bytes_max, depth_max, terms_max, comparisons_max.
std::variant<Condition, Mistake> read_condition(std::string_view text,
                                                std::span<const KnownTag> tags,
                                                std::vector<Input>& inputs);

}  // namespace millwright::watch::state
