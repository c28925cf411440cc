#include "twin/plant/calendar.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "twin/plant/works.hpp"

namespace millwright::twin {
namespace {

Result<const date::time_zone*> plant_time_zone() {
  try {
    return date::locate_zone(std::string(plant_zone));
  } catch (const std::exception& error) {
    return fail(Code::not_found, "the time zone " + std::string(plant_zone) +
                                     " is not in the time zone database of this computer: install "
                                     "the package tzdata (" +
                                     error.what() + ")");
  }
}

Instant at_local(const date::time_zone& zone, date::local_time<Duration> local) {
  return zone.to_sys(local, date::choose::earliest);  // The shifts begin outside the changed hours.
}

date::local_days local_day(const date::time_zone& zone, Instant at) {
  return date::floor<date::days>(zone.to_local(at));
}

// Saturdays are worked in weeks of an even number (ISO 8601: the year of its Thursday counts).
bool is_long_week(date::local_days day) {
  const date::local_days thursday = day - (date::weekday(day) - date::Monday) + date::days(3);
  const date::year year = date::year_month_day(thursday).year();
  const date::local_days first = date::local_days(year / date::January / 1);
  return ((thursday - first).count() / 7 + 1) % 2 == 0;
}

}  // namespace

Result<Instant> monday_before(Instant at) {
  const date::time_zone& zone = *TRY(plant_time_zone());
  const date::local_days day = local_day(zone, at);
  return at_local(zone, day - (date::weekday(day) - date::Monday));
}

Result<std::vector<Shift>> shifts(Instant from, int days) {
  const date::time_zone& zone = *TRY(plant_time_zone());
  const date::local_days first = local_day(zone, from);
  std::vector<Shift> all;
  for (int d = 0; d < days; ++d) {
    const date::local_days day = first + date::days(d);
    const date::weekday weekday(day);
    if (weekday == date::Sunday || (weekday == date::Saturday && !is_long_week(day))) continue;
    all.push_back({at_local(zone, day + 6h), at_local(zone, day + 14h)});
    if (weekday != date::Saturday)
      all.push_back({at_local(zone, day + 14h), at_local(zone, day + 22h)});
  }
  return all;
}

math::Calendar working_time(const std::vector<Shift>& shifts, Instant epoch, Breaks breaks) {
  math::Calendar calendar;
  const auto add = [&](Duration from, Duration to) {
    if (!calendar.open.empty() && calendar.open.back().to == from) {
      calendar.open.back().to = to;
    } else {
      calendar.open.push_back({from, to});
    }
  };
  for (const Shift& shift : shifts) {
    const Duration from = shift.from - epoch, to = shift.to - epoch;
    if (breaks == Breaks::worked_through) {
      add(from, to);
      continue;
    }
    add(from, from + 2h);
    add(from + 2h + 20min, from + 4h + 30min);
    add(from + 5h, to);
  }
  return calendar;
}

Result<ClockWords> clock_words(Instant at) {
  const date::time_zone& zone = *TRY(plant_time_zone());
  const date::local_time<Duration> local = zone.to_local(at);
  const date::local_days day = date::floor<date::days>(local);
  const date::year_month_day words(day);
  const auto minutes = static_cast<int>((local - day) / 1min);
  std::array<char, 16> date_text{}, time_text{};
  std::snprintf(date_text.data(), date_text.size(), "%04d-%02u-%02u",
                static_cast<int>(words.year()), static_cast<unsigned>(words.month()),
                static_cast<unsigned>(words.day()));
  std::snprintf(time_text.data(), time_text.size(), "%02d:%02d", minutes / 60, minutes % 60);
  return ClockWords{date_text.data(), time_text.data()};
}

math::Calendar with_special(const math::Calendar& calendar, math::Interval special) {
  math::Calendar joined;
  for (const math::Interval& open : calendar.open) {
    if (open.to < special.from || open.from > special.to) {
      joined.open.push_back(open);
    } else {
      special = {std::min(open.from, special.from), std::max(open.to, special.to)};
    }
  }
  joined.open.push_back(special);
  std::sort(joined.open.begin(), joined.open.end(),
            [](const auto& a, const auto& b) { return a.from < b.from; });
  return joined;
}

bool is_open(const math::Calendar& calendar, Duration at) {
  const auto next = std::upper_bound(calendar.open.begin(), calendar.open.end(), at,
                                     [](Duration t, const auto& open) { return t < open.from; });
  return next != calendar.open.begin() && at < std::prev(next)->to;
}

}  // namespace millwright::twin
