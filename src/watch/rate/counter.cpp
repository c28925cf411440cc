#include "watch/rate/counter.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/json.hpp"
#include "model/described_bytes.hpp"

namespace millwright::watch::rate {
namespace {

constexpr std::array<double, 4> type_ends{32'767, 65'535, 2'147'483'647, 4'294'967'295};
constexpr double near_end = 0.01;
constexpr double grace_parts = 10, times_ideal = 5;

std::string in_words(double value) {
  std::string text;
  JsonWriter(text).value(value);
  return text;
}

// Parts of a roll-over, if it is one.
std::optional<double> rolled_over(double before, double after) {
  for (const double end : type_ends) {
    if (before <= end && before >= end * (1 - near_end) && after <= end * near_end)
      return end + 1 - before + after;
  }
  return std::nullopt;
}

}  // namespace

double Plausible::parts_max(Duration during) const {
  if (!ideal_rate) return std::numeric_limits<double>::infinity();
  return grace_parts + times_ideal * *ideal_rate * seconds(during) / 3600;
}

Counted count(double before, double after, Duration during, const Plausible& plausible) {
  Counted out;
  if (after >= before) {
    out = {Step::counted, after - before};
  } else if (const auto parts = rolled_over(before, after)) {
    out = {Step::rolled_over, *parts};
  } else if (after <= before / 2) {
    out = {Step::reset, after};
  } else {
    return {Step::implausible, 0};
  }
  if (out.parts > plausible.parts_max(during)) return {Step::implausible, 0};
  return out;
}

void Counter::set_plausible(const Plausible& plausible) {
  plausible_ = plausible;
  recount(0);
}

bool Counter::put(Instant at, double value) {
  const bool is_too_late = at < floor_ && is_heard() && at < first();
  if (is_too_late || !(value >= 0)) return false;
  last_ = std::max(last_, at);
  const auto after = std::lower_bound(points_.begin(), points_.end(), at,
                                      [](const Point& p, Instant when) { return p.at < when; });
  const auto index = static_cast<std::size_t>(after - points_.begin());
  if (after != points_.end() && after->at == at) {
    if (after->value == value) return true;
    after->value = value;
  } else {
    points_.insert(after, {at, value, 0, false});
  }
  const std::size_t first_kept = drop_repeats(index);
  recount(first_kept);
  if (points_.size() > points_max) points_.pop_front();
  return true;
}

// Of a run of equal values the first and the last stay. Returns the place from which to count anew.
std::size_t Counter::drop_repeats(std::size_t around) {
  const std::size_t first = around == 0 ? 0 : around - 1;
  for (std::size_t i = around + 2; i-- > first;) {
    const bool is_inside = i > 0 && i + 1 < points_.size() &&
                           points_[i - 1].value == points_[i].value &&
                           points_[i].value == points_[i + 1].value;
    if (is_inside) points_.erase(points_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return first;
}

void Counter::recount(std::size_t from) {
  for (std::size_t i = from; i < points_.size(); ++i) {
    Point& point = points_[i];
    if (i == 0) {
      point.total = 0;
      point.is_implausible = false;
      continue;
    }
    const Point& before = points_[i - 1];
    const Counted step = count(before.value, point.value, point.at - before.at, plausible_);
    point.total = before.total + step.parts;
    point.is_implausible = step.step == Step::implausible;
  }
}

void Counter::forget_before(Instant floor) {
  floor_ = std::max(floor_, floor);
  while (points_.size() > 1 && points_[1].at <= floor_)
    points_.pop_front();
}

double Counter::total_at(Instant when) const {
  const auto after = std::upper_bound(points_.begin(), points_.end(), when,
                                      [](Instant at, const Point& p) { return at < p.at; });
  return after == points_.begin() ? points_.front().total : std::prev(after)->total;
}

double Counter::parts(Instant from, Instant to) const {
  return is_heard() ? total_at(to) - total_at(from) : 0;
}

std::optional<Counter::Trouble> Counter::trouble_after(Instant from) const {
  for (std::size_t i = points_.size(); i-- > 1 && points_[i].at > from;) {
    if (!points_[i].is_implausible) continue;
    return Trouble{points_[i].at, "the count went from " + in_words(points_[i - 1].value) + " to " +
                                      in_words(points_[i].value) +
                                      ", which this machine cannot make: not counted"};
  }
  return std::nullopt;
}

void Counter::save(Writer& out) const {
  out.fixed(nanoseconds(last_));
  out.fixed(nanoseconds(floor_));
  out.variable(points_.size());
  for (const Point& point : points_) {
    out.fixed(nanoseconds(point.at));
    out.fixed(point.value);
    out.fixed(point.total);
    write_bytes(out, point.is_implausible);
  }
}

Outcome Counter::load(Reader& in) {
  last_ = instant(TRY(in.fixed<std::int64_t>()));
  floor_ = instant(TRY(in.fixed<std::int64_t>()));
  points_.clear();
  const std::uint64_t count = TRY(in.variable());
  for (std::uint64_t i = 0; i < count; ++i) {
    Point point{};
    point.at = instant(TRY(in.fixed<std::int64_t>()));
    point.value = TRY(in.fixed<double>());
    point.total = TRY(in.fixed<double>());
    TRY(read_bytes(in, point.is_implausible));
    points_.push_back(point);
  }
  return Done{};
}

}  // namespace millwright::watch::rate
