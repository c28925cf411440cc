#include "keep/history/when.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>

#include "base/text.hpp"
#include "keep/history/around.hpp"
#include "keep/history/tag_row.hpp"
#include "model/described_json.hpp"

namespace millwright::keep {
namespace {

Error too_many() {
  return fail(Code::invalid, "more than " + std::to_string(pieces_max) +
                                 " pieces of time: ask for longer ones, or for a shorter span");
}

Result<std::vector<Piece>> by_step(Span span, Duration step) {
  std::vector<Piece> pieces;
  for (Instant at = span.from; at < span.to; at += step) {
    if (pieces.size() == pieces_max) return too_many();
    pieces.push_back({at, span.to - at < step ? span.to : at + step});
    if (span.to - at <= step) break;
  }
  return pieces;
}

// As GET /api/v1/buckets cuts a span.
Result<std::vector<Piece>> by_count(Span span, std::size_t count) {
  __extension__ using Wide = __int128;
  if (count == 0) return fail(Code::invalid, "'count' is nought: ask for at least one piece");
  if (count > pieces_max) return too_many();
  const Wide from = nanoseconds(span.from), whole = Wide(nanoseconds(span.to)) - from;
  const auto edge = [&](std::size_t i) {
    const auto all = static_cast<Wide>(count);
    const Wide at = from + (whole * static_cast<Wide>(i) + all - 1) / all;
    return instant(static_cast<std::int64_t>(at));
  };
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < count; ++i)
    if (edge(i) < edge(i + 1)) pieces.push_back({edge(i), edge(i + 1)});
  return pieces;
}

std::chrono::sys_days to_day(const std::string& date) {
  int year = 0;
  unsigned month = 1, day = 1;
  std::from_chars(date.data(), date.data() + 4, year);
  std::from_chars(date.data() + 5, date.data() + 7, month);
  std::from_chars(date.data() + 8, date.data() + 10, day);
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                               std::chrono::day(day));
}

// Whether a week, or a month, begins on the day.
bool begins(std::string_view each, const std::string& date) {
  if (each == "week") return std::chrono::weekday(to_day(date)) == std::chrono::Monday;
  return each == "day" || std::string_view(date).substr(8) == "01";
}

// Days, weeks and months of the plant that begin in the span, whole.
Result<std::vector<Piece>> by_days(Span span, const Calendar& calendar, std::string_view each) {
  std::vector<Piece> pieces;
  TimeSpan day = calendar.day_of(span.from);
  if (day.from < span.from) day = calendar.day_of(day.until);
  while (true) {
    const std::string date = calendar.date_of(day.from);
    const bool is_beginning = begins(each, date);
    if (is_beginning && day.from >= span.to) return pieces;
    if (is_beginning) {
      if (pieces.size() == pieces_max) return too_many();
      pieces.push_back({day.from, day.until, each == "month" ? date.substr(0, 7) : date});
    } else if (!pieces.empty()) {
      pieces.back().to = day.until;
    } else if (day.from >= span.to) {
      return pieces;
    }
    day = calendar.day_of(day.until);
  }
}

Result<std::vector<Piece>> by_hours(Span span, const Calendar& calendar) {
  std::vector<Piece> pieces;
  TimeSpan hour = calendar.hour_of(span.from);
  if (hour.from < span.from) hour = calendar.hour_of(hour.until);
  for (; hour.from < span.to; hour = calendar.hour_of(hour.until)) {
    if (pieces.size() == pieces_max) return too_many();
    pieces.push_back({hour.from, hour.until});
  }
  return pieces;
}

Result<std::vector<Piece>> by_shifts(Span span, const Calendar& calendar) {
  constexpr Duration calendar_max = 24h * 366 * 30;
  if (span.to - span.from > calendar_max)
    return fail(Code::invalid, "'each' looks at 30 years at most: ask for a shorter span");
  std::vector<Piece> pieces;
  for (const Shift& shift : calendar.shifts_between(span.from, span.to))
    if (shift.from >= span.from)
      pieces.push_back({shift.from, shift.until, shift.day + " " + shift.name});
  if (pieces.size() > pieces_max) return too_many();
  return pieces;
}

Result<std::vector<Piece>> by_calendar(Span span, const Calendar& calendar, std::string_view each) {
  if (each == "all") return std::vector<Piece>{{span.from, span.to}};
  if (each == "hour") return by_hours(span, calendar);
  if (each == "shift") return by_shifts(span, calendar);
  if (each == "day" || each == "week" || each == "month") return by_days(span, calendar, each);
  return fail(Code::invalid,
              "'each' is '" + std::string(each) + "': write hour, shift, day, week, month or all");
}

// "FROM/TO,FROM/TO", each with a name behind a bar when it has one: "FROM/TO|lot 7".
Result<std::vector<Piece>> by_intervals(std::string_view text) {
  std::vector<Piece> pieces;
  for (const std::string_view part : split(text, ',')) {
    if (pieces.size() == pieces_max) return too_many();
    const std::size_t bar = part.find('|');
    const std::string_view times = part.substr(0, bar);
    const std::size_t middle = times.find('/');
    if (middle == std::string_view::npos)
      return fail(Code::invalid, "'intervals' holds '" + std::string(part) +
                                     "': write FROM/TO, with commas between, and |NAME behind it "
                                     "where it has one");
    const Piece piece{
        TRY(to_time(trimmed(times.substr(0, middle)), "intervals")),
        TRY(to_time(trimmed(times.substr(middle + 1)), "intervals")),
        bar == std::string_view::npos ? std::string() : std::string(part.substr(bar + 1))};
    if (piece.from >= piece.to)
      return fail(Code::invalid,
                  "'intervals' holds '" + std::string(part) + "', which ends before it begins");
    pieces.push_back(piece);
  }
  return pieces;
}

std::string name_of(const Rows& rows, std::size_t row) {
  if (rows.kind == Kind::text) return rows.texts[row];
  std::string text;
  JsonWriter out(text);
  write_json(out, shown(rows.kind, rows.values[row], {}));
  return text;
}

// Cuts time where a value changes.
class StateCutter final : public Listener {
 public:
  StateCutter(Span span, Instant known_until) : span_(span), known_until_(known_until) {}
  Result<bool> take(const Rows& rows) override {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const Instant at = std::max(rows.times[row], span_.from);
      if (at >= span_.to) {
        known_until_ = span_.to;
        return false;
      }
      const std::string name = rows.is_good(row) ? name_of(rows, row) : std::string();
      last_ = at;
      if (is_open_ && rows.is_good(row) && pieces_.back().name == name) continue;
      close(at);
      if (!rows.is_good(row)) continue;
      if (pieces_.size() == pieces_max) return too_many();
      pieces_.push_back({at, at, name});
      is_open_ = true;
    }
    return true;
  }
  std::vector<Piece> done() {
    close(std::min(span_.to, std::max(known_until_, last_)));
    return std::move(pieces_);
  }

 private:
  void close(Instant at) {
    if (!is_open_) return;
    is_open_ = false;
    pieces_.back().to = at;
    if (pieces_.back().from >= at) pieces_.pop_back();
  }
  Span span_;
  Instant known_until_, last_ = Instant::min();
  bool is_open_ = false;
  std::vector<Piece> pieces_;
};

}  // namespace

Result<std::vector<Piece>> pieces_of(const flow::Question& question, const Calendar& calendar) {
  std::vector<std::string_view> told;
  for (const std::string_view name : {"step", "count", "each", "intervals", "states"})
    if (!question.parameter(name).empty()) told.push_back(name);
  if (told.size() > 1)
    return fail(Code::invalid, "'" + std::string(told[0]) + "' and '" + std::string(told[1]) +
                                   "' both cut time: give one of them");
  const std::string_view how = told.empty() ? std::string_view() : told[0];
  if (how == "intervals") return by_intervals(question.parameter(how));
  const Span span = TRY(span_of(question));
  constexpr std::int64_t time_max = std::numeric_limits<std::int64_t>::max() / 2;
  if (nanoseconds(span.from) < -time_max || nanoseconds(span.to) > time_max)
    return fail(Code::invalid, "'from' and 'to' must lie between the years 1824 and 2116");
  if (how == "step") return by_step(span, TRY(duration_of(question, how)));
  if (how == "count") return by_count(span, TRY(count_of(question, how, 1)));
  if (how == "each") return by_calendar(span, calendar, question.parameter(how));
  return std::vector<Piece>{{span.from, span.to}};
}

Result<std::vector<Piece>> pieces_of_states(const History& history, TagId tag, Span span,
                                            Instant known_until) {
  StateCutter cutter(span, known_until);
  TRY(tell_with_around(history, tag, span, {}, cutter));
  return cutter.done();
}

Result<std::vector<Layer>> layers_of(const std::vector<Piece>& pieces) {
  std::vector<std::size_t> left(pieces.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  std::stable_sort(left.begin(), left.end(),
                   [&](std::size_t a, std::size_t b) { return pieces[a].from < pieces[b].from; });
  std::vector<Layer> layers;
  constexpr std::size_t layers_max = 100;
  while (!left.empty()) {
    if (layers.size() == layers_max)
      return fail(Code::invalid, "more than " + std::to_string(layers_max) +
                                     " of the intervals overlap at one time: ask for fewer");
    std::vector<std::int64_t> edges;
    std::vector<std::size_t> owners, later;
    for (const std::size_t i : left) {
      const std::int64_t from = nanoseconds(pieces[i].from);
      if (!edges.empty() && from < edges.back()) {
        later.push_back(i);
        continue;
      }
      if (!edges.empty() && from > edges.back()) owners.push_back(Layer::none);
      if (edges.empty() || from > edges.back()) edges.push_back(from);
      edges.push_back(nanoseconds(pieces[i].to));
      owners.push_back(i);
    }
    layers.push_back({TRY(math::Intervals::between(std::move(edges))), std::move(owners)});
    left = std::move(later);
  }
  return layers;
}

std::vector<flow::Parameter> pieces_parameters() {
  return {
      {"from", "start, RFC 3339 or milliseconds since 1970; not with 'intervals'", false},
      {"to", "end, not included", false},
      {"step", "length of each piece of time, such as 10 min", false},
      {"count", "into how many equal pieces the time is cut", false},
      {"each",
       "hour, shift, day, week or month of the plant's clocks that begins in the time, whole; "
       "or all",
       false},
      {"intervals", "the pieces themselves: FROM/TO or FROM/TO|NAME, with commas between", false},
      {"states", "path of a tag: a piece for each time that it held a value, named after it",
       false}};
}

}  // namespace millwright::keep
