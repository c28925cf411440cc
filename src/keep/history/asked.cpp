#include "keep/history/asked.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "base/text.hpp"

namespace millwright::keep {
namespace {

std::string quoted(std::string_view name, std::string_view text) {
  return "'" + std::string(name) + "' is '" + std::string(text) + "': ";
}

template <class T>
bool read_whole(std::string_view text, T& out) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

}  // namespace

Result<Instant> to_time(std::string_view text, std::string_view name) {
  std::int64_t milliseconds = 0;
  constexpr std::int64_t milliseconds_max = std::numeric_limits<std::int64_t>::max() / 1'000'000;
  if (read_whole(text, milliseconds) && milliseconds <= milliseconds_max &&
      milliseconds >= -milliseconds_max)
    return instant(milliseconds * 1'000'000);
  const Result<Instant> at = to_instant(text);
  if (at) return *at;
  return fail(Code::invalid, quoted(name, text) +
                                 "write a time as 2026-11-22T08:57:11Z, or as milliseconds since "
                                 "1970");
}

Result<Instant> time_of(const flow::Question& question, std::string_view name) {
  return to_time(question.parameter(name), name);
}

Result<Span> span_of(const flow::Question& question) {
  const Span span{TRY(time_of(question, "from")), TRY(time_of(question, "to"))};
  if (span.from >= span.to) return fail(Code::invalid, "'from' must lie before 'to'");
  return span;
}

Result<std::size_t> count_of(const flow::Question& question, std::string_view name,
                             std::size_t otherwise) {
  const std::string_view text = question.parameter(name);
  if (text.empty()) return otherwise;
  std::size_t count = 0;
  if (read_whole(text, count)) return count;
  return fail(Code::invalid, quoted(name, text) + "write a whole number");
}

Result<double> number_of(const flow::Question& question, std::string_view name, double otherwise) {
  const std::string_view text = question.parameter(name);
  if (text.empty()) return otherwise;
  double number = 0;
  if (read_whole(text, number) && std::isfinite(number)) return number;
  return fail(Code::invalid, quoted(name, text) + "write a number");
}

Result<bool> truth_of(const flow::Question& question, std::string_view name, bool otherwise) {
  const std::string_view text = question.parameter(name);
  if (text.empty()) return otherwise;
  if (text == "yes" || text == "true" || text == "1") return true;
  if (text == "no" || text == "false" || text == "0") return false;
  return fail(Code::invalid, quoted(name, text) + "write yes or no");
}

Result<Duration> duration_of(const flow::Question& question, std::string_view name) {
  const std::string_view text = question.parameter(name);
  const Result<Duration> duration = to_duration(text);
  if (duration && *duration > Duration::zero()) return *duration;
  return fail(Code::invalid, quoted(name, text) + "write a time such as 10 min, 1 h or 250 ms");
}

Result<bool> wants_csv(const flow::Question& question) {
  const std::string_view format = question.parameter("format");
  if (format.empty() || format == "json") return false;
  if (format == "csv") return true;
  return fail(Code::invalid, "format '" + std::string(format) + "' is not known: json or csv");
}

Result<std::vector<fact::TagFound>> tags_of(const flow::Question& question,
                                            const flow::Catalogue& catalogue) {
  const std::string_view asked = question.parameter("tag");
  std::vector<fact::TagFound> tags;
  std::set<std::uint32_t> seen;
  for (const std::string_view part : split(asked, ',')) {
    const std::string_view path = trimmed(part);
    std::vector<fact::TagFound> found;
    if (is_pattern(path)) {
      found = catalogue.matching(path, tags_asked_max + 1);
    } else if (auto one = catalogue.find(path)) {
      found.push_back(std::move(*one));
    }
    if (found.empty())
      return fail(Code::not_found, "there is no tag '" + std::string(path) +
                                       "': GET /api/v1/tags?query= finds the paths");
    for (fact::TagFound& tag : found)
      if (seen.insert(tag.tag.value).second) tags.push_back(std::move(tag));
    if (tags.size() > tags_asked_max)
      return fail(Code::invalid, "'tag' names more than " + std::to_string(tags_asked_max) +
                                     " tags: ask for a smaller folder");
  }
  return tags;
}

math::AggregateSettings AskedSettings::of(Kind kind) const {
  math::AggregateSettings out = settings;
  const bool is_line = kind == Kind::number || kind == Kind::single;
  if (!is_stepped_told) out.between = is_line ? math::Between::sloped : math::Between::stepped;
  return out;
}

Result<AskedSettings> settings_of(const flow::Question& question, Instant now) {
  AskedSettings out;
  math::AggregateSettings& to = out.settings;
  out.is_stepped_told = !question.parameter("stepped").empty();
  if (TRY(truth_of(question, "stepped", false))) to.between = math::Between::stepped;
  to.treat_uncertain_as_bad =
      TRY(truth_of(question, "treat_uncertain_as_bad", to.treat_uncertain_as_bad));
  to.use_sloped_extrapolation =
      TRY(truth_of(question, "use_sloped_extrapolation", to.use_sloped_extrapolation));
  constexpr std::size_t percent_max = 100;
  for (auto [name, percent] : {std::pair("percent_data_good", &to.percent_data_good),
                               std::pair("percent_data_bad", &to.percent_data_bad)}) {
    const std::size_t told = TRY(count_of(question, name, static_cast<std::size_t>(*percent)));
    if (told > percent_max)
      return fail(Code::invalid, "'" + std::string(name) + "' is more than 100 percent");
    *percent = static_cast<int>(told);
  }
  if (!question.parameter("hold_at_most").empty())
    to.hold_at_most = TRY(duration_of(question, "hold_at_most")).count();
  to.known_until = nanoseconds(now);
  return out;
}

std::vector<flow::Parameter> settings_parameters() {
  return {
      {"stepped",
       "yes: a value holds until the next; no: a line lies between. When absent: no for "
       "numbers, yes for whole numbers, truths and texts",
       false},
      {"treat_uncertain_as_bad", "yes when absent", false},
      {"percent_data_good", "from how much good data on a result is good; 100 when absent", false},
      {"percent_data_bad", "from how much bad data on a result is bad; 100 when absent", false},
      {"use_sloped_extrapolation", "whether a line goes on after the last row; no when absent",
       false},
      {"hold_at_most",
       "how long a value holds without a new one, such as 5 min; for ever when "
       "absent",
       false}};
}

std::string csv_text(std::string_view text) {
  std::string field;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    field += '\'';
  field += text;
  if (field.find_first_of("\",\r\n") == std::string::npos) return field;
  std::string quoted_field = "\"";
  for (const char c : field) {
    if (c == '"') quoted_field += '"';
    quoted_field += c;
  }
  return quoted_field + '"';
}

}  // namespace millwright::keep
