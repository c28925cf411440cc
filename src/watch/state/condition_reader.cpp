#include <charconv>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "watch/state/condition.hpp"

namespace millwright::watch::state {
namespace {

struct Token {
  enum class Kind : std::uint8_t { end, name, number, text, sign, broken };
  Kind kind = Kind::end;
  std::size_t offset = 0;
  std::string_view text;  // without the quotes
  double number = 0;
};

bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_in_name(char c) {
  return starts_name(c) || is_digit(c) || c == '/' || c == '.' || c == '-';
}

Token quoted_token(std::string_view text, std::size_t at) {
  const std::size_t end = text.find(text[at], at + 1);
  if (end == std::string_view::npos) return {Token::Kind::broken, at, text.substr(at), 0};
  return {Token::Kind::text, at, text.substr(at + 1, end - at - 1), 0};
}

Token number_token(std::string_view text, std::size_t at) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(end - text.data()) - at;
  if (error != std::errc{} || !std::isfinite(number))
    return {Token::Kind::broken, at, text.substr(at, length == 0 ? 1 : length), 0};
  return {Token::Kind::number, at, text.substr(at, length), number};
}

Token next_token(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n'))
    ++at;
  if (at >= text.size()) return {Token::Kind::end, text.size(), {}, 0};
  const char c = text[at];
  if (c == '"' || c == '\'') return quoted_token(text, at);
  const bool is_negative = c == '-' && at + 1 < text.size() && is_digit(text[at + 1]);
  if (is_digit(c) || is_negative) return number_token(text, at);
  std::size_t end = at + 1;
  if (starts_name(c)) {
    while (end < text.size() && is_in_name(text[end]))
      ++end;
    return {Token::Kind::name, at, text.substr(at, end - at), 0};
  }
  const bool is_pair = end < text.size() && text[end] == '=' && (c == '!' || c == '<' || c == '>');
  if (is_pair) ++end;
  const bool is_known = is_pair || std::string_view("=<>()").find(c) != std::string_view::npos;
  return {is_known ? Token::Kind::sign : Token::Kind::broken, at, text.substr(at, end - at), 0};
}

std::size_t end_of(std::string_view text, const Token& token) {
  if (token.kind == Token::Kind::text) return token.offset + token.text.size() + 2;
  if (token.kind == Token::Kind::end) return text.size();
  return token.offset + token.text.size();
}

using Term = Condition::Term;
using Place = std::uint16_t;  // of a term

// Recursive descent, one function a level of binding. A mistake is kept and ends the reading.
class ConditionReader {
 public:
  ConditionReader(std::string_view text, std::span<const KnownTag> tags, std::vector<Input>& inputs)
      : text_(text), tags_(tags), inputs_(inputs), token_(next_token(text, 0)) {}

  std::variant<Condition, Mistake> read() {
    if (text_.size() > Condition::bytes_max) {
      return Mistake{Condition::bytes_max,
                     "a condition of " + std::to_string(text_.size()) + " bytes",
                     "at most " + std::to_string(Condition::bytes_max), ""};
    }
    read_either(0);
    if (!mistake_ && token_.kind != Token::Kind::end)
      wrong("'and', 'or' or the end", near({"and", "or"}));
    if (mistake_) return *mistake_;
    return condition_;
  }

 private:
  Place read_either(std::size_t depth) {
    Place left = read_both(depth);
    while (!mistake_ && take_word("or"))
      left = add({Term::Kind::either, left, read_both(depth)});
    return left;
  }

  Place read_both(std::size_t depth) {
    Place left = read_not(depth);
    while (!mistake_ && take_word("and"))
      left = add({Term::Kind::both, left, read_not(depth)});
    return left;
  }

  Place read_not(std::size_t depth) {
    if (depth >= Condition::depth_max) {
      wrong("at most " + std::to_string(Condition::depth_max) + " levels of 'not' and parentheses");
      return 0;
    }
    if (take_word("not")) {
      const Place inner = read_not(depth + 1);
      return add({Term::Kind::negates, inner, 0});
    }
    if (!take_sign("(")) return read_comparison();
    const Place inner = read_either(depth + 1);
    if (!mistake_ && !take_sign(")")) wrong("')'");
    return inner;
  }

  Place read_comparison() {
    const std::optional<Place> input = read_tag();
    if (!input) return 0;
    if (take_word("is")) {
      const bool is_negated = take_word("not");
      if (!take_word("bad")) {
        wrong("'bad'", near({"bad", "not"}));
        return 0;
      }
      const Place bad = add({Term::Kind::is_bad, *input, 0});
      return is_negated ? add({Term::Kind::negates, bad, 0}) : bad;
    }
    const std::optional<Comparator> comparator = read_comparator();
    if (comparator) return read_against(*input, *comparator);
    const Input& named = inputs_[*input];
    if (!mistake_ && named.type != ValueType::boolean)
      wrong("a comparison (= != < <= > >=) or 'is bad' after '" + named.name + "'");
    return compares(*input, {Comparator::equal, true});
  }

  std::optional<Place> read_tag() {
    const Token first = token_;
    if (first.kind != Token::Kind::name || is_word_of_ours(first.text)) {
      wrong("the name of a tag, 'not' or '('");
      return std::nullopt;
    }
    advance();
    if (first.text != "tag" || !is_sign("(")) return input_of(first);
    advance();
    const Token name = token_;
    if (name.kind != Token::Kind::text) {
      wrong("the name of a tag in quotes");
      return std::nullopt;
    }
    advance();
    if (!take_sign(")")) {
      wrong("')'");
      return std::nullopt;
    }
    return input_of(name);
  }

  std::optional<Place> input_of(const Token& name) {
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      if (inputs_[i].name == name.text) return static_cast<Place>(i);
    std::vector<std::string_view> names;
    for (const KnownTag& tag : tags_) {
      names.push_back(tag.name);
      if (tag.name != name.text) continue;
      inputs_.push_back({std::string(tag.name), tag.type, {}});
      return static_cast<Place>(inputs_.size() - 1);
    }
    const auto meant = nearest(name.text, names);
    mistake(name, "the name of a tag of this machine", std::string(meant.value_or("")));
    return std::nullopt;
  }

  std::optional<Comparator> read_comparator() {
    static constexpr std::string_view signs[] = {"=", "!=", "<", "<=", ">", ">="};
    for (std::size_t i = 0; i < std::size(signs); ++i)
      if (take_sign(signs[i])) return static_cast<Comparator>(i);
    return std::nullopt;
  }

  Place read_against(Place input, Comparator comparator) {
    const ValueType type = inputs_[input].type;
    const bool is_truth =
        token_.kind == Token::Kind::name && (token_.text == "true" || token_.text == "false");
    Comparison comparison{comparator, 0.0};
    if (type == ValueType::number && token_.kind == Token::Kind::number) {
      comparison.against = token_.number;
    } else if (type == ValueType::text && token_.kind == Token::Kind::text) {
      comparison.against = std::string(token_.text);
    } else if (type == ValueType::boolean && is_truth) {
      comparison.against = token_.text == "true";
    } else {
      static constexpr std::string_view wanted[] = {"a number", "a text in quotes",
                                                    "true or false"};
      wrong(std::string(wanted[static_cast<std::size_t>(type)]) + ", as the tag '" +
            inputs_[input].name + "' has");
      return 0;
    }
    const bool is_order = comparator != Comparator::equal && comparator != Comparator::differs;
    if (is_order && type != ValueType::number) {
      wrong("= or !=: only numbers are less or more");
      return 0;
    }
    advance();
    return compares(input, comparison);
  }

  Place compares(Place input, const Comparison& comparison) {
    if (mistake_) return 0;
    std::vector<Comparison>& all = inputs_[input].comparisons;
    std::size_t i = 0;
    while (i < all.size() && !(all[i] == comparison))
      ++i;
    if (i == Input::comparisons_max) {
      wrong("at most " + std::to_string(Input::comparisons_max) +
            " different comparisons of one tag");
      return 0;
    }
    if (i == all.size()) all.push_back(comparison);
    return add({Term::Kind::compares, input, static_cast<Place>(i)});
  }

  Place add(Term term) {
    if (mistake_) return 0;
    if (condition_.terms.size() == Condition::terms_max) {
      wrong("a condition of at most " + std::to_string(Condition::terms_max) + " parts");
      return 0;
    }
    condition_.terms.push_back(term);
    return static_cast<Place>(condition_.terms.size() - 1);
  }

  static bool is_word_of_ours(std::string_view word) {
    return word == "and" || word == "or" || word == "not" || word == "is" || word == "bad" ||
           word == "true" || word == "false";
  }
  bool is_sign(std::string_view sign) const {
    return token_.kind == Token::Kind::sign && token_.text == sign;
  }
  bool take_sign(std::string_view sign) {
    if (!is_sign(sign)) return false;
    advance();
    return true;
  }
  bool take_word(std::string_view word) {
    if (token_.kind != Token::Kind::name || token_.text != word) return false;
    advance();
    return true;
  }
  void advance() { token_ = next_token(text_, end_of(text_, token_)); }

  std::string near(const std::vector<std::string_view>& words) const {
    if (token_.kind != Token::Kind::name) return "";
    return std::string(nearest(token_.text, words).value_or(""));
  }
  void wrong(std::string expected, std::string nearest_word = "") {
    mistake(token_, std::move(expected), std::move(nearest_word));
  }
  void mistake(const Token& token, std::string expected, std::string nearest_word) {
    if (mistake_) return;
    const std::string found = token.kind == Token::Kind::end ? "the end of the condition"
                                                             : "'" + std::string(token.text) + "'";
    mistake_ = Mistake{token.offset, found, std::move(expected), std::move(nearest_word)};
  }

  std::string_view text_;
  std::span<const KnownTag> tags_;
  std::vector<Input>& inputs_;
  Token token_;
  Condition condition_;
  std::optional<Mistake> mistake_;
};

}  // namespace

std::variant<Condition, Mistake> read_condition(std::string_view text,
                                                std::span<const KnownTag> tags,
                                                std::vector<Input>& inputs) {
  return ConditionReader(text, tags, inputs).read();
}

}  // namespace millwright::watch::state
