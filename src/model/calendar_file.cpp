// The sections `shifts:` and `holidays:` of the plant file.
#include <date/date.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <sstream>

#include "model/calendar.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright {
namespace {

constexpr int minutes_a_day = 24 * 60;

// "06:00" to "24:00".
std::optional<int> minutes_of(const std::string& text) {
  const auto digits = [&](std::size_t at) {
    int value = -1;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 2, value);
    return error == std::errc{} && end == text.data() + at + 2 ? value : -1;
  };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hours = digits(0), minutes = digits(3);
  const bool is_time = hours >= 0 && minutes >= 0 && minutes < 60 && hours * 60 + minutes <= 1440;
  return is_time ? std::optional(hours * 60 + minutes) : std::nullopt;
}

std::string clock_text(int minutes) {
  const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return two(minutes / 60 % 24) + ":" + two(minutes % 60);
}

// "2026-11-22", in days since 1970.
std::optional<int> day_of(const std::string& text) {
  if (text.size() != 10) return std::nullopt;
  std::istringstream in(text);
  date::sys_days day;
  in >> date::parse("%F", day);
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return day.time_since_epoch().count();
}

}  // namespace

class CalendarReader {
 public:
  explicit CalendarReader(Problems& problems) : problems_(problems) {}

  Calendar read(const Plant& plant) {
    calendar_.zone_ = plant.identity.zone;
    if (const auto found = plant.sections.find("holidays"); found != plant.sections.end())
      read_holidays(found->second);
    if (const auto found = plant.sections.find("shifts"); found != plant.sections.end())
      read_shifts(found->second);
    return std::move(calendar_);
  }

  void read_holidays(const Node& node) {
    std::vector<std::string> dates;
    load(node, "holidays", dates, problems_);
    if (dates.size() > Calendar::dates_max)
      return too_many(node, "holidays", "holidays", Calendar::dates_max);
    calendar_.holidays_ = days_of(node, "holidays", dates);
    std::sort(calendar_.holidays_.begin(), calendar_.holidays_.end());
  }

  void read_shifts(const Node& node) {
    calendar_.rules_.clear();
    if (node.kind != Node::Kind::list) return detail::expect(node, "shifts", "a list", problems_);
    if (node.items.size() > Calendar::shifts_max)
      return too_many(node, "shifts", "shifts", Calendar::shifts_max);
    for (std::size_t i = 0; i < node.items.size(); ++i)
      read_shift(node.items[i], "shifts/" + label_of(node.items[i], i));
    refuse_overlaps();
  }

 private:
  struct Occurrence {
    int from, to;  // minutes since 1970 on the plant's clocks
    std::size_t rule;
  };

  void too_many(const Node& node, const std::string& where, std::string_view what,
                std::size_t most) {
    problems_.add({node.at, where, "too many " + std::string(what),
                   "at most " + std::to_string(most) + " " + std::string(what), ""});
  }

  void refuse(const Node& node, std::string_view key, const std::string& where,
              const std::string& found, std::string expected) {
    const Node* at = node.find(key);
    problems_.add({at == nullptr ? node.at : at->at, place(where, key), "'" + found + "'",
                   std::move(expected), ""});
  }

  std::vector<int> days_of(const Node& list, const std::string& where,
                           const std::vector<std::string>& dates) {
    std::vector<int> out;
    for (std::size_t i = 0; i < dates.size(); ++i) {
      if (const auto day = day_of(dates[i])) {
        out.push_back(*day);
      } else if (i < list.items.size() && list.items[i].kind == Node::Kind::scalar) {
        problems_.add(
            {list.items[i].at, where, "'" + dates[i] + "'", "a date such as \"2026-11-22\"", ""});
      }
    }
    return out;
  }

  std::optional<int> read_clock(const Node& node, std::string_view key, const std::string& where,
                                const std::string& text) {
    const auto minutes = minutes_of(text);
    if (!minutes && node.find(key) != nullptr)
      refuse(node, key, where, text, R"(a time from "00:00" to "24:00")");
    return minutes;
  }

  void read_shift(const Node& node, const std::string& where) {
    ShiftSection section;
    const std::size_t before = problems_.count();
    load(node, where, section, problems_);
    if (problems_.count() > before) return;
    Calendar::Rule rule{section.name, 0, section.weeks, {}, 0, 0, {}};
    for (const Weekday day : section.days)
      rule.days |= 1U << static_cast<unsigned>(day);
    if (const Node* dates = node.find("dates"))
      rule.dates = days_of(*dates, place(where, "dates"), section.dates);
    if (section.days.empty() == section.dates.empty())
      problems_.add({node.at, where, section.days.empty() ? "no day" : "'days' beside 'dates'",
                     "either days: [mon, tue] or dates: [\"2026-11-22\"]", ""});
    if (section.dates.size() > Calendar::dates_max)
      too_many(node, where, "dates", Calendar::dates_max);
    const auto from = read_clock(node, "from", where, section.from);
    const auto to = read_clock(node, "to", where, section.to);
    if (from == minutes_a_day) refuse(node, "from", where, section.from, "a time before \"24:00\"");
    if (!from || !to || problems_.count() > before) return;
    rule.from = *from;
    rule.to = *to > *from ? *to : *to + minutes_a_day;
    read_breaks(node, where, section, rule);
    if (problems_.count() > before) return;
    calendar_.rules_.push_back(std::move(rule));
    nodes_.push_back(&node);
  }

  void read_breaks(const Node& node, const std::string& where, const ShiftSection& section,
                   Calendar::Rule& rule) {
    if (section.breaks.size() > Calendar::breaks_max)
      return too_many(node, where, "breaks", Calendar::breaks_max);
    for (std::size_t i = 0; i < section.breaks.size(); ++i) {
      const BreakSection& pause = section.breaks[i];
      const Node& at = node.find("breaks")->items[i];
      const std::string here = place(where, "breaks/" + std::to_string(i + 1));
      const auto from = read_clock(at, "from", here, pause.from);
      if (!from) continue;
      const int begins = *from >= rule.from ? *from : *from + minutes_a_day;
      const Duration ends = std::chrono::minutes(begins) + pause.lasts;
      if (pause.lasts <= Duration::zero() || ends > std::chrono::minutes(rule.to)) {
        refuse(at, "from", here, pause.from + " for " + to_text(pause.lasts),
               "a break inside the shift, " + clock_text(rule.from) + " to " + clock_text(rule.to));
      } else {
        rule.breaks.push_back({begins, pause.lasts});
      }
    }
    std::sort(rule.breaks.begin(), rule.breaks.end(),
              [](const auto& a, const auto& b) { return a.from < b.from; });
    for (std::size_t i = 1; i < rule.breaks.size(); ++i) {
      const auto& before = rule.breaks[i - 1];
      const bool is_clear = std::chrono::minutes(before.from) + before.lasts <=
                            std::chrono::minutes(rule.breaks[i].from);
      if (!is_clear)
        refuse(node, "breaks", where, clock_text(rule.breaks[i].from),
               "breaks that do not overlap: that of " + clock_text(before.from) + " lasts " +
                   to_text(before.lasts));
    }
  }

  // Shifts by weekday are laid out over five weeks in which every change of parity happens (2026
  // has a week 53: even, odd, odd, even, odd); shifts with dates on their dates.
  void refuse_overlaps() {
    const int monday = *day_of("2026-12-21");
    std::vector<Occurrence> weekly, dated;
    for (std::size_t r = 0; r < calendar_.rules_.size(); ++r) {
      const Calendar::Rule& rule = calendar_.rules_[r];
      const auto add = [&](std::vector<Occurrence>& to, int day) {
        to.push_back({day * minutes_a_day + rule.from, day * minutes_a_day + rule.to, r});
      };
      for (const int day : rule.dates)
        add(dated, day);
      for (int day = monday; rule.dates.empty() && day < monday + 35; ++day)
        if (Calendar::takes_place(rule, day)) add(weekly, day);
    }
    refuse_overlaps(weekly);
    refuse_overlaps(dated);
  }

  void refuse_overlaps(std::vector<Occurrence>& all) {
    std::sort(all.begin(), all.end(), [](const Occurrence& a, const Occurrence& b) {
      return std::pair(a.from, a.rule) < std::pair(b.from, b.rule);
    });
    std::set<std::pair<std::size_t, std::size_t>> told;
    for (std::size_t i = 1, longest = 0; i < all.size(); ++i) {
      const auto pair = std::minmax(all[longest].rule, all[i].rule);
      if (all[i].from < all[longest].to && told.insert(pair).second)
        tell_overlap(pair.first, pair.second);
      if (all[i].to > all[longest].to) longest = i;
    }
  }

  void tell_overlap(std::size_t first, std::size_t second) {
    const Calendar::Rule& one = calendar_.rules_[first];
    const Calendar::Rule& other = calendar_.rules_[second];
    const auto told = [](const Calendar::Rule& rule) {
      return "'" + rule.name + "' " + clock_text(rule.from) + " to " + clock_text(rule.to);
    };
    problems_.add({nodes_[second]->at, "shifts/" + other.name, told(other),
                   "shifts that do not overlap: " + told(one) + " stands in line " +
                       std::to_string(nodes_[first]->at.line),
                   ""});
  }

  Problems& problems_;
  Calendar calendar_;
  std::vector<const Node*> nodes_;  // of each rule
};

Calendar Calendar::read(const Plant& plant, Problems& problems) {
  return CalendarReader(problems).read(plant);
}

std::vector<Section> calendar_sections() {
  Section shifts;
  shifts.place = Section::Place::plant;
  shifts.key = "shifts";
  shifts.help = "When the plant works; one shift from midnight to midnight when absent.";
  shifts.check = [](const Node& node, const Plant&, const Machine*, Problems& problems) {
    CalendarReader(problems).read_shifts(node);
  };
  shifts.write_schema = [](JsonWriter& out) {
    write_schema<std::vector<ShiftSection>>(out, SchemaFor::plant_file);
  };
  Section holidays;
  holidays.place = Section::Place::plant;
  holidays.key = "holidays";
  holidays.help = "Days without shifts, but for those with `dates`.";
  holidays.check = [](const Node& node, const Plant&, const Machine*, Problems& problems) {
    CalendarReader(problems).read_holidays(node);
  };
  holidays.write_schema = [](JsonWriter& out) {
    write_schema<std::vector<std::string>>(out, SchemaFor::plant_file);
  };
  return {std::move(shifts), std::move(holidays)};
}

}  // namespace millwright
