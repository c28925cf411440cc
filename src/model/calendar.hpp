#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/plant.hpp"

namespace millwright {

enum class Weekday : std::uint8_t { mon, tue, wed, thu, fri, sat, sun };
constexpr std::array<std::string_view, 7> weekday_words{"mon", "tue", "wed", "thu",
                                                        "fri", "sat", "sun"};
constexpr std::span<const std::string_view> words_of(Weekday) {
  return weekday_words;
}

enum class Weeks : std::uint8_t { every, even, odd };  // by the ISO 8601 number of the week
constexpr std::array<std::string_view, 3> weeks_words{"every", "even", "odd"};
constexpr std::span<const std::string_view> words_of(Weeks) {
  return weeks_words;
}

// A break of the section `shifts:`.
struct BreakSection {
  std::string from;
  Duration lasts{};

  static constexpr auto describe() {
    using T = BreakSection;
    return record("break", required("from", &T::from, "", "Clock time, such as \"08:00\"."),
                  required("for", &T::lasts, "", "How long, such as 20 min."));
  }
};

// An item of the section `shifts:`, as people write it.
struct ShiftSection {
  std::string name;
  std::vector<Weekday> days;
  Weeks weeks = Weeks::every;
  std::vector<std::string> dates;
  std::string from, to;
  std::vector<BreakSection> breaks;
  std::string note;

  static constexpr auto describe() {
    using T = ShiftSection;
    return record(
        "shift", required("name", &T::name, "", "How people call it: early, night."),
        field("days", &T::days, "", "Days of the week on which it begins."),
        field("weeks", &T::weeks, "", "Every week, or those with an even or odd ISO number."),
        field("dates", &T::dates, "", "Single days instead: \"2026-11-22\"."),
        required("from", &T::from, "", "Clock time of the plant, such as \"06:00\"."),
        required("to", &T::to, "", "Clock time; not after `from`: of the next day."),
        field("breaks", &T::breaks, "", "Planned breaks."),
        field("note", &T::note, "", "A remark."));
  }
};

// A half-open span of time: from <= t < until.
struct TimeSpan {
  Instant from{}, until{};
  Duration length() const { return until > from ? until - from : Duration::zero(); }
  friend bool operator==(const TimeSpan&, const TimeSpan&) = default;
};

// A shift as it takes place.
struct Shift {
  std::string name;
  std::string day;  // date of the plant on which it begins: "2026-11-22"
  Instant from{}, until{};
  std::vector<TimeSpan> breaks;  // in order, inside it
  friend bool operator==(const Shift&, const Shift&) = default;
};

// When the plant works: the sections `shifts:` and `holidays:` in the plant's zone. A shift belongs
// to the day on which it begins, so that a night shift is one; on days when clocks change a shift
// is as long as it really is. Without `shifts:` there is one shift "day" from midnight to midnight.
// On a holiday only shifts with `dates` take place, and on its date such a shift takes the place of
// those by weekday that it overlaps. Plain data. Thread: any; pure.
class Calendar {
 public:
  static constexpr std::size_t shifts_max = 100, breaks_max = 20, dates_max = 1000;
  static constexpr Duration search_max = 400 * 24h;  // how far after_work() looks

  Calendar() = default;  // UTC, one shift a day
  // What is wrong is a problem with its place, and left out.
  static Calendar read(const Plant& plant, Problems& problems);

  // Shifts that overlap the span, in order. They never overlap one another.
  std::vector<Shift> shifts_between(Instant from, Instant until) const;
  std::optional<Shift> shift_at(Instant at) const;
  // When so much time of shifts without their breaks has passed since `start`. Nothing when that
  // lies more than search_max ahead.
  std::optional<Instant> after_work(Instant start, Duration work) const;
  // Time of shifts without their breaks.
  Duration work_between(Instant from, Instant until) const;

  // The hour of the plant's clocks that holds `at`; cut where clocks change.
  TimeSpan hour_of(Instant at) const;
  // The day of the plant that holds `at`: 23, 24 or 25 hours.
  TimeSpan day_of(Instant at) const;
  // Its date: "2026-11-22".
  std::string date_of(Instant at) const;

 private:
  friend class CalendarReader;
  struct Break {
    int from = 0;  // minutes after midnight of the shift's day
    Duration lasts{};
  };
  struct Rule {
    std::string name;
    unsigned days = 0;  // bit of each Weekday
    Weeks weeks = Weeks::every;
    std::vector<int> dates;      // days since 1970; when there are any, `days` is nought
    int from = 0, to = 24 * 60;  // minutes after midnight; `to` is always the greater one
    std::vector<Break> breaks;
  };
  static bool takes_place(const Rule& rule, int day);
  bool is_holiday(int day) const;

  std::string zone_ = "UTC";
  std::vector<Rule> rules_{{"day", 0x7FU, Weeks::every, {}, 0, 24 * 60, {}}};
  std::vector<int> holidays_;  // sorted
};

// The sections of the plant file: `shifts:` and `holidays:`.
std::vector<Section> calendar_sections();

}  // namespace millwright
