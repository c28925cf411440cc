#include "watch/order/import.hpp"

#include <date/tz.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "watch/order/sections.hpp"

namespace millwright::watch::order {
namespace {

constexpr std::string_view columns[] = {"order", "product", "quantity", "due", "machines", "note"};
constexpr std::string_view passed_over[] = {"state", "released", "started", "done", "good",
                                            "scrap", "made_at",  "how",     "who"};

template <class List>
bool holds(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

Outcome check_header(const std::vector<std::string>& header) {
  std::set<std::string_view> seen;
  for (const std::string& name : header) {
    if (!seen.insert(name).second)
      return fail(Code::invalid, "line 1: the column '" + name + "' stands there twice");
    if (holds(columns, name) || holds(passed_over, name)) continue;
    const auto near = nearest(name, columns);
    return fail(Code::invalid,
                "line 1: found the column '" + name +
                    "', expected order, product, quantity, due, machines and note" +
                    (near ? "; did you mean '" + std::string(*near) + "'?" : std::string()));
  }
  if (!seen.contains("order")) return fail(Code::invalid, "line 1: there is no column 'order'");
  return Done{};
}

// A number of so many digits; -1 when it is none.
int digits(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  const char* const begin = text.data() + from;
  const auto read = std::from_chars(begin, begin + count, value);
  return read.ec == std::errc() && read.ptr == begin + count ? value : -1;
}

// "2026-11-25" or "2026-11-25 14:00" on the clocks of the plant.
std::optional<Instant> local_time(std::string_view text, const std::string& zone_name) {
  const bool is_day = text.size() == 10;
  if (!is_day && text.size() != 16) return std::nullopt;
  if (text[4] != '-' || text[7] != '-') return std::nullopt;
  const date::year_month_day day{date::year(digits(text, 0, 4)),
                                 date::month(static_cast<unsigned>(digits(text, 5, 2))),
                                 date::day(static_cast<unsigned>(digits(text, 8, 2)))};
  if (digits(text, 0, 4) < 1970 || !day.ok()) return std::nullopt;
  date::local_seconds local = date::local_days(day);
  if (is_day) {
    local += date::days(1);
  } else {
    const int hour = digits(text, 11, 2), minute = digits(text, 14, 2);
    const bool is_time = (text[10] == ' ' || text[10] == 'T') && text[13] == ':' && hour >= 0 &&
                         hour < 24 && minute >= 0 && minute < 60;
    if (!is_time) return std::nullopt;
    local += std::chrono::hours(hour) + std::chrono::minutes(minute);
  }
  try {
    return Instant(Duration(
        date::locate_zone(zone_name)->to_sys(local, date::choose::earliest).time_since_epoch()));
  } catch (const std::exception&) {
    return Instant(Duration(local.time_since_epoch()));  // of an unknown zone: in UTC
  }
}

// Puts a field into its place; what is wrong with it, as a sentence.
std::string take_field(OrderForm& form, std::string_view column, const std::string& text,
                       const std::string& zone) {
  if (text.empty()) return "";
  if (column == "order") form.order = text;
  if (column == "product") form.product = text;
  if (column == "note") form.note = text;
  if (column == "quantity") {
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, form.quantity);
    if (read.ec != std::errc() || read.ptr != end)
      return "quantity: found '" + text + "', expected a whole number of parts";
  }
  if (column == "due") {
    const Result<Instant> whole = to_instant(text);
    form.due = whole ? std::optional(*whole) : local_time(text, zone);
    if (!form.due)
      return "due: found '" + text +
             "', expected a day as 2026-11-25 or a time as 2026-11-25 14:00";
  }
  if (column == "machines") {
    for (const std::string_view path : split(text, ' '))
      if (!path.empty()) form.machines.emplace_back(path);
  }
  return "";
}

}  // namespace

Result<Import> read_import(std::string_view csv, const Plant& plant) {
  const CsvTable table = TRY(read_csv(csv));
  TRY(check_header(table.header));
  Import out;
  std::set<std::string> seen;
  for (const CsvRow& row : table.rows) {
    OrderForm form;
    std::string wrong;
    if (row.fields.size() != table.header.size())
      wrong = "found " + std::to_string(row.fields.size()) + " fields, expected " +
              std::to_string(table.header.size()) + " as in line 1";
    for (std::size_t i = 0; i < row.fields.size() && wrong.empty(); ++i)
      wrong = take_field(form, table.header[i], row.fields[i], plant.identity.zone);
    if (wrong.empty()) wrong = complete(form, plant);
    if (wrong.empty() && !seen.insert(form.order).second)
      wrong = "order '" + form.order + "' stands there twice: each order once";
    if (wrong.empty()) {
      out.good.push_back({row.line, std::move(form)});
    } else {
      out.problems.push_back({row.line, std::move(wrong)});
    }
  }
  return out;
}

}  // namespace millwright::watch::order
