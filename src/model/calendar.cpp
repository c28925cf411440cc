#include "model/calendar.hpp"

#include <date/iso_week.h>
#include <date/tz.h>

#include <algorithm>
#include <exception>

namespace millwright {
namespace {

using LocalTime = date::local_time<Duration>;
using LocalDay = date::local_days;

constexpr int minutes_a_day = 24 * 60;

// Clocks of a zone. Of a zone that this computer does not know: UTC.
class Clocks {
 public:
  explicit Clocks(const std::string& name) {
    try {
      zone_ = date::locate_zone(name);
    } catch (const std::exception&) {
      zone_ = nullptr;
    }
  }

  // Of a time that clocks skip: when they do; of one that they show twice: the first.
  Instant utc(LocalTime local) const {
    if (zone_ == nullptr) return Instant(local.time_since_epoch());
    return Instant(zone_->to_sys(local, date::choose::earliest).time_since_epoch());
  }
  Instant utc(int day, int minute) const {
    return utc(LocalDay(date::days(day)) + std::chrono::minutes(minute));
  }
  LocalTime local(Instant at) const { return LocalTime(at.time_since_epoch() + offset(at)); }
  int day(Instant at) const {
    return date::floor<date::days>(local(at)).time_since_epoch().count();
  }
  // The span in which clocks differ from UTC by the same.
  TimeSpan steady(Instant at) const {
    if (zone_ == nullptr) return {Instant::min(), Instant::max()};
    const date::sys_info info = info_of(at);
    const auto bounded = [](date::sys_seconds when) {
      constexpr auto least = std::chrono::floor<std::chrono::seconds>(Instant::min());
      constexpr auto most = std::chrono::floor<std::chrono::seconds>(Instant::max());
      const std::chrono::sys_seconds same(when.time_since_epoch());
      return Instant(std::clamp(same, least + 1s, most));
    };
    return {bounded(info.begin), bounded(info.end)};
  }
  Duration offset(Instant at) const {
    return zone_ == nullptr ? Duration::zero() : info_of(at).offset;
  }

 private:
  date::sys_info info_of(Instant at) const {
    return zone_->get_info(date::sys_time<Duration>(at.time_since_epoch()));
  }
  const date::time_zone* zone_ = nullptr;
};

unsigned weekday_bit(int day) {
  const date::weekday weekday{LocalDay(date::days(day))};
  return 1U << (weekday.iso_encoding() - 1U);
}

unsigned iso_week(int day) {
  const iso_week::year_weeknum_weekday week{date::sys_days(date::days(day))};
  return static_cast<unsigned>(week.weeknum());
}

std::string date_text(int day) {
  return date::format("%F", LocalDay(date::days(day)));
}

bool overlaps(const Shift& a, const Shift& b) {
  return a.from < b.until && b.from < a.until;
}

// Adds the working time of a shift to `spans`, from `start` on.
void add_work(const Shift& shift, Instant start, std::vector<TimeSpan>& spans) {
  Instant from = std::max(shift.from, start);
  for (const TimeSpan& pause : shift.breaks) {
    if (pause.from > from) spans.push_back({from, pause.from});
    from = std::max(from, pause.until);
  }
  if (shift.until > from) spans.push_back({from, shift.until});
}

}  // namespace

bool Calendar::takes_place(const Rule& rule, int day) {
  if (!rule.dates.empty())
    return std::find(rule.dates.begin(), rule.dates.end(), day) != rule.dates.end();
  if ((rule.days & weekday_bit(day)) == 0) return false;
  if (rule.weeks == Weeks::every) return true;
  return (iso_week(day) % 2 == 0) == (rule.weeks == Weeks::even);
}

bool Calendar::is_holiday(int day) const {
  return std::binary_search(holidays_.begin(), holidays_.end(), day);
}

std::vector<Shift> Calendar::shifts_between(Instant from, Instant until) const {
  if (until <= from) return {};
  const Clocks clocks(zone_);
  std::vector<Shift> dated, weekly;
  // A shift of two days ago may have been replaced by one of yesterday that still runs.
  for (int day = clocks.day(from) - 2; day <= clocks.day(until) + 1; ++day) {
    for (const Rule& rule : rules_) {
      const bool is_dated = !rule.dates.empty();
      if (!takes_place(rule, day) || (!is_dated && is_holiday(day))) continue;
      Shift shift{
          rule.name, date_text(day), clocks.utc(day, rule.from), clocks.utc(day, rule.to), {}};
      if (shift.until <= shift.from) continue;  // clocks skipped it
      for (const Break& pause : rule.breaks) {
        const Instant begins = std::max(clocks.utc(day, pause.from), shift.from);
        const Instant ends = std::min(begins + pause.lasts, shift.until);
        if (ends > begins) shift.breaks.push_back({begins, ends});
      }
      (is_dated ? dated : weekly).push_back(std::move(shift));
    }
  }
  for (Shift& shift : weekly) {
    const bool is_replaced = std::any_of(dated.begin(), dated.end(),
                                         [&](const Shift& one) { return overlaps(one, shift); });
    if (!is_replaced) dated.push_back(std::move(shift));
  }
  std::erase_if(dated, [&](const Shift& one) { return one.from >= until || one.until <= from; });
  std::sort(dated.begin(), dated.end(),
            [](const Shift& a, const Shift& b) { return a.from < b.from; });
  return dated;
}

std::optional<Shift> Calendar::shift_at(Instant at) const {
  std::vector<Shift> found = shifts_between(at, at + 1ns);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::optional<Instant> Calendar::after_work(Instant start, Duration work) const {
  if (work <= Duration::zero()) return start;
  constexpr Duration step = 14 * 24h;
  Duration left = work;
  std::vector<TimeSpan> spans;
  for (Instant from = start; from < start + search_max; from += step) {
    spans.clear();
    for (const Shift& shift : shifts_between(from, from + step))
      add_work(shift, from, spans);
    for (TimeSpan span : spans) {
      span.until = std::min(span.until, from + step);
      if (span.length() >= left) return span.from + left;
      left -= span.length();
    }
  }
  return std::nullopt;
}

Duration Calendar::work_between(Instant from, Instant until) const {
  std::vector<TimeSpan> spans;
  for (const Shift& shift : shifts_between(from, until))
    add_work(shift, from, spans);
  Duration sum{};
  for (const TimeSpan& span : spans)
    sum += TimeSpan{span.from, std::min(span.until, until)}.length();
  return sum;
}

TimeSpan Calendar::hour_of(Instant at) const {
  const Clocks clocks(zone_);
  const Duration offset = clocks.offset(at);
  const auto local = std::chrono::floor<std::chrono::hours>(at + offset);
  const Instant begins = Instant(local) - offset;
  const TimeSpan steady = clocks.steady(at);
  return {std::max(begins, steady.from), std::min(begins + 1h, steady.until)};
}

TimeSpan Calendar::day_of(Instant at) const {
  const Clocks clocks(zone_);
  const int day = clocks.day(at);
  return {clocks.utc(day, 0), clocks.utc(day, minutes_a_day)};
}

std::string Calendar::date_of(Instant at) const {
  return date_text(Clocks(zone_).day(at));
}

}  // namespace millwright
