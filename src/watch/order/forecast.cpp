#include "watch/order/forecast.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace millwright::watch::order {
namespace {

constexpr Duration look_back_max = 26h;  // single parts are known no longer

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

std::string parts_in_words(std::int64_t parts) {
  return std::to_string(parts) + (parts == 1 ? " part" : " parts");
}

// Shifts without their breaks, in order.
std::vector<TimeSpan> working_spans(const Calendar& calendar, Instant from, Instant until) {
  std::vector<TimeSpan> spans;
  for (const Shift& shift : calendar.shifts_between(from, until)) {
    Instant open = shift.from;
    for (const TimeSpan& pause : shift.breaks) {
      spans.push_back({open, pause.from});
      open = pause.until;
    }
    spans.push_back({open, shift.until});
  }
  for (TimeSpan& span : spans)
    span = {std::max(span.from, from), std::min(span.until, until)};
  return spans;
}

}  // namespace

WorkedSpan worked_before(const Calendar& calendar, Instant until, Duration work, Instant earliest) {
  const Instant from = std::max(earliest, until - look_back_max);
  WorkedSpan found{until, {}};
  if (from >= until) return found;
  const std::vector<TimeSpan> spans = working_spans(calendar, from, until);
  for (auto span = spans.rbegin(); span != spans.rend() && found.work < work; ++span) {
    const Duration taken = std::min(span->length(), work - found.work);
    if (taken <= Duration::zero()) continue;
    found.work += taken;
    found.from = span->until - taken;
  }
  return found;
}

namespace detail {

Forecast forecast(const Progress& is, const Calendar& calendar, const WorkedSpan& hour,
                  std::int64_t good_in_hour) {
  if (!is.quantity) return {std::nullopt, "no quantity is told for this order"};
  const std::int64_t left = static_cast<std::int64_t>(*is.quantity) - is.good;
  if (left <= 0)
    return {std::nullopt,
            "all " + parts_in_words(static_cast<std::int64_t>(*is.quantity)) + " are made"};
  std::string basis = parts_in_words(left) + " left, ";
  double seconds_a_part = 0;
  if (hour.work >= rate_window_min && good_in_hour > 0) {
    seconds_a_part = seconds(hour.work) / static_cast<double>(good_in_hour);
    basis += "at " + short_number(3600 / seconds_a_part) + " good parts an hour, as in the last " +
             std::to_string(hour.work / 1min) + " min of work on it";
  } else if (is.ideal_cycle) {
    seconds_a_part = *is.ideal_cycle;
    basis += "at the ideal cycle of " + short_number(seconds_a_part) + " s a part: " +
             (hour.work >= rate_window_min ? "no good part in the last hour of work"
                                           : "it is worked on for less than 10 min");
  } else {
    return {std::nullopt, basis +
                              "but neither good parts in the last hour nor an ideal cycle tell "
                              "how fast"};
  }
  const double needed = static_cast<double>(left) * seconds_a_part;
  if (needed > seconds(Calendar::search_max))
    return {std::nullopt, basis + ": that is more than a year away"};
  const auto work = Duration(static_cast<std::int64_t>(needed * 1e9));
  const std::optional<Instant> done = calendar.after_work(is.now, work);
  if (!done) return {std::nullopt, basis + ": the shifts of the next year do not suffice"};
  return {done, basis + "; over the shifts"};
}

}  // namespace detail
}  // namespace millwright::watch::order
