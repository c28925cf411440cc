#pragma once

#include <optional>
#include <string>

#include "model/calendar.hpp"

namespace millwright::watch::order {

// What is known of an order at one machine.
struct Progress {
  Instant now{}, since{};                 // since when the machine is on it
  std::optional<std::uint64_t> quantity;  // of parts
  std::int64_t good = 0;                  // of it, so far
  std::optional<double> ideal_cycle;      // seconds a part
};

struct Forecast {
  std::optional<Instant> done_at;
  std::string basis;  // on what it rests, or what is missing
};

// The working time that ends at `until`: where it begins, `work` long or shorter when `earliest` is
// nearer, and how long it is.
struct WorkedSpan {
  Instant from{};
  Duration work{};
};
WorkedSpan worked_before(const Calendar& calendar, Instant until, Duration work, Instant earliest);

// When the order is done at this machine: what is left, at the rate of good parts of the last hour
// that it was worked on, or else at the ideal cycle; over the shifts. `good_between` counts good
// parts of the machine. Nothing is guessed: without quantity or rate there is no time, and the
// basis says what is missing. Thread: any; pure.
template <class GoodBetween>
Forecast forecast(const Progress& is, const Calendar& calendar, const GoodBetween& good_between);

namespace detail {
constexpr Duration rate_window = 1h, rate_window_min = 10min;
Forecast forecast(const Progress& is, const Calendar& calendar, const WorkedSpan& hour,
                  std::int64_t good_in_hour);
}  // namespace detail

template <class GoodBetween>
Forecast forecast(const Progress& is, const Calendar& calendar, const GoodBetween& good_between) {
  const WorkedSpan hour = worked_before(calendar, is.now, detail::rate_window, is.since);
  return detail::forecast(is, calendar, hour, good_between(hour.from, is.now));
}

}  // namespace millwright::watch::order
