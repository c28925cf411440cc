#include "watch/state/condition.hpp"

#include <array>

#include "base/check.hpp"

namespace millwright::watch::state {
namespace {

template <class T>
bool holds(Comparator comparator, const T& value, const T& against) {
  switch (comparator) {
    case Comparator::equal:
      return value == against;
    case Comparator::differs:
      return value != against;
    case Comparator::less:
      return value < against;
    case Comparator::at_most:
      return value <= against;
    case Comparator::more:
      return value > against;
    case Comparator::at_least:
      return value >= against;
  }
  return false;
}

Judgement either(Judgement a, Judgement b) {
  if (a.truth == Truth::yes || b.truth == Truth::yes) return {Truth::yes, 0};
  if (a.truth == Truth::unknown) return a;
  return b;
}

Judgement both(Judgement a, Judgement b) {
  if (a.truth == Truth::no || b.truth == Truth::no) return {Truth::no, 0};
  if (a.truth == Truth::unknown) return a;
  return b;
}

Judgement negated(Judgement a) {
  if (a.truth == Truth::unknown) return a;
  return {a.truth == Truth::yes ? Truth::no : Truth::yes, 0};
}

Judgement known(bool is_so) {
  return {is_so ? Truth::yes : Truth::no, 0};
}

}  // namespace

ValueType type_of(Kind kind) {
  if (kind == Kind::text) return ValueType::text;
  return kind == Kind::boolean ? ValueType::boolean : ValueType::number;
}

std::uint32_t compare(const Input& input, double number) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < input.comparisons.size(); ++i) {
    const Comparison& c = input.comparisons[i];
    bool is_so = false;
    if (const auto* against = std::get_if<double>(&c.against)) {
      is_so = holds(c.comparator, number, *against);
    } else if (const auto* is_true = std::get_if<bool>(&c.against)) {
      is_so = holds(c.comparator, number != 0, *is_true);
    }
    if (is_so) bits |= 1U << i;
  }
  return bits;
}

std::uint32_t compare(const Input& input, std::string_view text) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < input.comparisons.size(); ++i) {
    const auto* against = std::get_if<std::string>(&input.comparisons[i].against);
    if (against == nullptr) continue;
    if (holds(input.comparisons[i].comparator, text, std::string_view(*against))) bits |= 1U << i;
  }
  return bits;
}

Judgement judge(const Condition& condition, std::span<const Seen> seen) {
  std::array<Judgement, Condition::terms_max> answers;
  CHECK(!condition.terms.empty() && condition.terms.size() <= answers.size());
  for (std::size_t i = 0; i < condition.terms.size(); ++i) {
    const Condition::Term term = condition.terms[i];
    switch (term.kind) {
      case Condition::Term::Kind::compares:
        answers[i] = seen[term.left].is_known
                         ? known((seen[term.left].holds >> term.right & 1U) != 0)
                         : Judgement{Truth::unknown, term.left};
        break;
      case Condition::Term::Kind::is_bad:
        answers[i] = known(!seen[term.left].is_known);
        break;
      case Condition::Term::Kind::negates:
        answers[i] = negated(answers[term.left]);
        break;
      case Condition::Term::Kind::both:
        answers[i] = both(answers[term.left], answers[term.right]);
        break;
      case Condition::Term::Kind::either:
        answers[i] = either(answers[term.left], answers[term.right]);
        break;
    }
  }
  return answers[condition.terms.size() - 1];
}

}  // namespace millwright::watch::state
