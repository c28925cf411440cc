#include "watch/count/counter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/json.hpp"
#include "model/described_bytes.hpp"

namespace millwright::watch::count {
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

bool Counter::put(Instant at, double value, std::vector<Made>& made) {
  if (!(value >= 0)) return false;
  if (has_forgotten_ && at <= front().at) return false;
  auto place = std::lower_bound(points_.begin(), points_.end(), at,
                                [](const Point& p, Instant when) { return p.at < when; });
  if (place != points_.end() && place->at == at) {
    if (place->value == value) return true;
    place->value = value;
  } else {
    place = points_.insert(place, {at, value, 0, 0, false});
  }
  const auto index = static_cast<std::size_t>(place - points_.begin());
  if (index == 0) begin_ = {at, value};
  if (points_.size() == 1) made.push_back({at, at, 0});
  judge(index, made);
  if (index + 1 < points_.size()) judge(index + 1, made);
  for (std::size_t i = index; i < points_.size(); ++i)
    points_[i].total = (i == 0 ? 0 : points_[i - 1].total) + points_[i].parts;
  if (++untidied_ >= tidied_every || points_.size() > points_max) tidy();
  return true;
}

// What the step up to a point means, said when it is new.
void Counter::judge(std::size_t index, std::vector<Made>& made) {
  Point& point = points_[index];
  if (index == 0) {
    point.parts = 0;
    point.is_implausible = false;
    return;
  }
  const Point& before = points_[index - 1];
  const Counted step = count(before.value, point.value, point.at - before.at, plausible_);
  const std::int64_t said = std::llround(point.parts);
  point.parts = step.parts;
  point.is_implausible = step.step == Step::implausible;
  const std::int64_t parts = std::llround(step.parts);
  if (parts != said) made.push_back({before.at, point.at, parts});
}

// Forgets what is older than the window, but for the value that held then, and thins out what is
// old.
void Counter::tidy() {
  untidied_ = 0;
  const Instant floor = points_.back().at - window;
  while (points_.size() > 1 && (points_[1].at <= floor || points_.size() > points_max)) {
    points_.pop_front();
    has_forgotten_ = true;
  }
  const Instant thin_until = points_.back().at - thinned_after;
  std::deque<Point> kept;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const bool is_inside_run = i > 0 && i + 1 < points_.size() && points_[i + 1].at < thin_until &&
                               points_[i - 1].value == points_[i].value &&
                               points_[i].value == points_[i + 1].value;
    if (!is_inside_run) kept.push_back(points_[i]);
  }
  points_ = std::move(kept);
}

void Counter::prepend(const Counter& past, std::vector<Made>& made) {
  points_.insert(points_.begin(), past.points_.begin(), past.points_.end());
  judge(past.points_.size(), made);
  for (std::size_t i = past.points_.size(); i < points_.size(); ++i)
    points_[i].total = points_[i - 1].total + points_[i].parts;
  begin_ = past.begin_;
  has_forgotten_ = past.has_forgotten_;
  tidy();
}

double Counter::total_at(Instant when) const {
  const auto after = std::upper_bound(points_.begin(), points_.end(), when,
                                      [](Instant at, const Point& p) { return at < p.at; });
  return after == points_.begin() ? points_.front().total - points_.front().parts
                                  : std::prev(after)->total;
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
  write_bytes(out, begin_.at);
  out.fixed(begin_.value);
  write_bytes(out, has_forgotten_);
  out.fixed(untidied_);
  out.variable(points_.size());
  for (const Point& point : points_) {
    write_bytes(out, point.at);
    out.fixed(point.value);
    out.fixed(point.parts);
    out.fixed(point.total);
    write_bytes(out, point.is_implausible);
  }
}

Outcome Counter::load(Reader& in) {
  TRY(read_bytes(in, begin_.at));
  begin_.value = TRY(in.fixed<double>());
  TRY(read_bytes(in, has_forgotten_));
  untidied_ = TRY(in.fixed<std::uint32_t>());
  points_.clear();
  const std::uint64_t count = TRY(in.variable());
  for (std::uint64_t i = 0; i < count; ++i) {
    Point point{};
    TRY(read_bytes(in, point.at));
    point.value = TRY(in.fixed<double>());
    point.parts = TRY(in.fixed<double>());
    point.total = TRY(in.fixed<double>());
    TRY(read_bytes(in, point.is_implausible));
    points_.push_back(point);
  }
  return Done{};
}

}  // namespace millwright::watch::count
