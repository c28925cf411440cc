#include "math/codec/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

namespace millwright::math {
namespace {

constexpr double nanoseconds_of_a_second = 1e9;
constexpr double state_value_end = 0x1p53;  // From here on a double tells integers no more apart.

bool differ(double a, double b) {
  return a != b && !(std::isnan(a) && std::isnan(b));
}

// Takes rows one after the other. `whole` is the value as an integer, for the states.
class Gatherer {
 public:
  explicit Gatherer(bool has_numbers, bool has_states) : has_numbers_(has_numbers) {
    s_.states.are_known = has_states;
  }

  void row(std::int64_t at, Status status, double value, std::int64_t whole) {
    if (s_.rows() == 0) s_.from = at;
    hold_until(at);
    s_.until = at;
    s_.last_status = status;
    if (status != Status::good) {
      ++(status == Status::bad ? s_.bad : s_.uncertain);
      return;
    }
    if (s_.good == 0)
      s_.first = {at, value};
    else if (differ(value, s_.last.value))
      ++s_.transitions;
    ++s_.good;
    s_.last = {at, value};
    whole_ = whole;
    if (std::abs(value) >= state_value_end) s_.states = {};
    if (s_.states.are_known) s_.states.add(whole, 0);
    if (has_numbers_ && std::isfinite(value)) number(value);
  }

  // More rows like the last one, of a finite number.
  void rows(std::uint64_t count, std::int64_t until) {
    hold_until(until);
    s_.until = until;
    if (s_.last_status != Status::good) {
      (s_.last_status == Status::bad ? s_.bad : s_.uncertain) += count;
      return;
    }
    s_.good += count;
    s_.numbers += count;
    s_.sum += s_.last.value * static_cast<double>(count);
    s_.last.at = until;
  }

  Statistics done() {
    s_.integral = integral_ / nanoseconds_of_a_second;
    return s_;
  }

 private:
  void hold_until(std::int64_t at) {
    const std::int64_t held = at - s_.until;
    if (s_.rows() == 0) return;
    if (s_.last_status == Status::uncertain) s_.uncertain_held += held;
    if (s_.last_status == Status::bad) s_.bad_held += held;
    if (s_.last_status != Status::good) return;
    s_.good_held += held;
    if (s_.states.are_known) s_.states.add(whole_, held);
    if (has_numbers_ && std::isfinite(s_.last.value))
      integral_ += s_.last.value * static_cast<double>(held);
  }
  void number(double value) {
    s_.min = s_.numbers == 0 ? value : std::min(s_.min, value);
    s_.max = s_.numbers == 0 ? value : std::max(s_.max, value);
    s_.sum += value;
    ++s_.numbers;
  }

  bool has_numbers_;
  Statistics s_;
  double integral_ = 0;
  std::int64_t whole_ = 0;
};

Status status_at(std::span<const std::uint32_t> codes, std::size_t i) {
  return codes.empty() ? Status::good : status_of(codes[i]);
}

std::int64_t whole_milliseconds(std::int64_t gap) {
  constexpr std::int64_t millisecond = 1'000'000;
  return gap / millisecond * millisecond + (gap % millisecond == 0 ? 0 : millisecond);
}

template <class T>
void add_course(std::span<const std::int64_t> times, std::span<const T> values, Statistics& s) {
  if (s.good != values.size() || s.numbers != values.size()) return;
  Course course{s.integral, s.numbers, s.numbers, 0};
  std::int64_t gap = 0;
  for (std::size_t i = 1; i < times.size(); ++i)
    gap = std::max(gap, times[i] - times[i - 1]);
  course.longest_gap = whole_milliseconds(gap);
  if (s.min < s.max) {
    course.min_rows = course.max_rows = 0;
    for (const T value : values) {
      course.min_rows += static_cast<double>(value) == s.min ? 1U : 0U;
      course.max_rows += static_cast<double>(value) == s.max ? 1U : 0U;
    }
    constexpr std::size_t lanes = 4;
    std::array<double, lanes> twice{};
    for (std::size_t i = 1; i < times.size(); ++i)
      twice[i % lanes] += (static_cast<double>(values[i - 1]) + static_cast<double>(values[i])) *
                          static_cast<double>(times[i] - times[i - 1]);
    course.sloped = ((twice[0] + twice[1]) + (twice[2] + twice[3])) / 2 / nanoseconds_of_a_second;
  }
  s.course = course;
}

// Of the first rows, with those of the second behind them, `gap` later.
std::optional<Course> joined(const Statistics& a, const Statistics& b, std::int64_t gap) {
  if (!a.course || !b.course) return std::nullopt;
  Course out = *a.course;
  const double between = (a.last.value + b.first.value) / 2;
  out.sloped += between * (static_cast<double>(gap) / nanoseconds_of_a_second);
  out.sloped += b.course->sloped;
  out.longest_gap = std::max({out.longest_gap, b.course->longest_gap, whole_milliseconds(gap)});
  if (b.min <= a.min) out.min_rows = b.course->min_rows + (b.min == a.min ? out.min_rows : 0);
  if (b.max >= a.max) out.max_rows = b.course->max_rows + (b.max == a.max ? out.max_rows : 0);
  return out;
}

// Good and finite numbers: what nearly all rows are.
bool all_good(std::span<const std::int64_t> times, std::span<const double> values, Statistics& s) {
  if (times.back() - times.front() > scaled_integer_max) return false;
  const Gathered g = best_kernels().gather(times.data(), values.data(), values.size());
  if (std::isnan(g.odd)) return false;
  s.good = s.numbers = values.size();
  s.sum = g.sum;
  s.min = g.min;
  s.max = g.max;
  s.integral = g.held / nanoseconds_of_a_second;
  s.from = times.front();
  s.until = times.back();
  s.first = {s.from, values.front()};
  s.last = {s.until, values.back()};
  s.good_held = s.until - s.from;
  s.transitions = g.transitions;
  return true;
}

// Integers mostly stay as they are for many rows: the rows of such a run are taken together.
template <class T>
Statistics of_integers(std::span<const std::int64_t> times, std::span<const T> values,
                       std::span<const std::uint32_t> codes) {
  Gatherer gatherer(true, true);
  for (std::size_t i = 0; i < values.size();) {
    std::size_t same = i + 1;
    while (same < values.size() && values[same] == values[i] &&
           (codes.empty() || codes[same] == codes[i]))
      ++same;
    const auto number = static_cast<double>(values[i]);
    const auto whole = static_cast<std::int64_t>(values[i]);
    gatherer.row(times[i], status_at(codes, i), number, whole);
    // The last one stands for all between: what held did so without a change.
    if (same - i > 1) gatherer.rows(same - i - 1, times[same - 1]);
    i = same;
  }
  Statistics s = gatherer.done();
  add_course(times, values, s);
  return s;
}

}  // namespace

void States::add(std::int64_t value, std::int64_t held) {
  for (std::size_t i = 0; i < count; ++i) {
    if (state[i].value != value) continue;
    state[i].held += held;
    return;
  }
  if (count == states_max) {
    *this = {};
    return;
  }
  state[count++] = {value, held};
}

std::optional<std::int64_t> States::held(std::int64_t value) const {
  if (!are_known) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i)
    if (state[i].value == value) return state[i].held;
  return 0;
}

bool States::operator==(const States& other) const {
  if (are_known != other.are_known || count != other.count) return false;
  return !are_known || std::equal(state.begin(), state.begin() + count, other.state.begin());
}

void Statistics::append(const Statistics& other) {
  if (other.rows() == 0) return;
  if (rows() == 0) {
    *this = other;
    return;
  }
  const std::int64_t gap = other.from - until;
  course = joined(*this, other, gap);
  if (last_status == Status::uncertain) uncertain_held += gap;
  if (last_status == Status::bad) bad_held += gap;
  if (last_status == Status::good) {
    good_held += gap;
    if (numbers > 0 && std::isfinite(last.value))
      integral += last.value * (static_cast<double>(gap) / nanoseconds_of_a_second);
    if (!(std::abs(last.value) < state_value_end)) states = {};
    if (states.are_known) states.add(static_cast<std::int64_t>(last.value), gap);
  }
  uncertain_held += other.uncertain_held;
  bad_held += other.bad_held;
  good_held += other.good_held;
  integral += other.integral;
  if (good == 0)
    first = other.first;
  else if (other.good > 0 && differ(last.value, other.first.value))
    ++transitions;
  transitions += other.transitions;
  if (other.good > 0) last = other.last;
  if (other.numbers > 0) {
    min = numbers == 0 ? other.min : std::min(min, other.min);
    max = numbers == 0 ? other.max : std::max(max, other.max);
  }
  sum += other.sum;
  numbers += other.numbers;
  good += other.good;
  uncertain += other.uncertain;
  bad += other.bad;
  until = other.until;
  last_status = other.last_status;
  if (!other.states.are_known) states = {};
  for (std::size_t i = 0; i < other.states.count && states.are_known; ++i)
    states.add(other.states.state[i].value, other.states.state[i].held);
}

double digest(ByteView bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a.
  for (const std::uint8_t byte : bytes)
    hash = (hash ^ byte) * 0x100000001b3;
  return static_cast<double>(hash >> 12);
}

Statistics statistics_of(std::span<const std::int64_t> times, std::span<const double> values,
                         std::span<const std::uint32_t> codes) {
  Statistics s;
  if (!codes.empty() || !all_good(times, values, s)) {
    Gatherer gatherer(true, false);
    for (std::size_t i = 0; i < values.size(); ++i)
      gatherer.row(times[i], status_at(codes, i), values[i], 0);
    s = gatherer.done();
  }
  add_course(times, values, s);
  return s;
}

Statistics statistics_of(std::span<const std::int64_t> times, std::span<const std::int64_t> values,
                         std::span<const std::uint32_t> codes) {
  return of_integers(times, values, codes);
}
Statistics statistics_of(std::span<const std::int64_t> times, std::span<const std::uint64_t> values,
                         std::span<const std::uint32_t> codes) {
  return of_integers(times, values, codes);
}
Statistics statistics_of(std::span<const std::int64_t> times, std::span<const std::uint8_t> values,
                         std::span<const std::uint32_t> codes) {
  return of_integers(times, values, codes);
}

Statistics statistics_of(std::span<const std::int64_t> times,
                         std::span<const std::string_view> values,
                         std::span<const std::uint32_t> codes) {
  Gatherer gatherer(false, false);
  for (std::size_t i = 0; i < values.size(); ++i)
    gatherer.row(times[i], status_at(codes, i), digest(as_bytes(values[i])), 0);
  return gatherer.done();
}

Statistics statistics_of(std::span<const std::int64_t> times, const ListsIn& values,
                         std::span<const std::uint32_t> codes) {
  Gatherer gatherer(false, false);
  std::size_t at = 0;
  for (std::size_t i = 0; i < values.lengths.size(); ++i) {
    const auto list = values.values.subspan(at, values.lengths[i]);
    const ByteView bytes(reinterpret_cast<const std::uint8_t*>(list.data()), list.size_bytes());
    gatherer.row(times[i], status_at(codes, i), digest(bytes), 0);
    at += values.lengths[i];
  }
  return gatherer.done();
}

}  // namespace millwright::math
