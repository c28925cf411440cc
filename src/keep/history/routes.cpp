// GET /api/v1/readings and /api/v1/buckets (docs/api.md).
#include <array>
#include <charconv>

#include "keep/history/history.hpp"
#include "keep/history/tag_row.hpp"
#include "model/described_json.hpp"

namespace millwright::keep {
namespace {

constexpr std::size_t limit_default = 10'000;
constexpr std::size_t count_default = 500;

struct Asked {
  fact::TagFound tag;
  Span span;
  std::size_t count;
};

Result<Instant> time_of(const flow::Question& question, std::string_view name) {
  const std::string_view text = question.parameter(name);
  std::int64_t milliseconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  constexpr std::int64_t milliseconds_max = std::numeric_limits<std::int64_t>::max() / 1'000'000;
  if (!text.empty() && read.ptr == text.data() + text.size() && read.ec == std::errc{} &&
      milliseconds <= milliseconds_max && milliseconds >= -milliseconds_max)
    return instant(milliseconds * 1'000'000);
  const Result<Instant> at = to_instant(text);
  if (at) return *at;
  return fail(Code::invalid, "'" + std::string(name) + "' is '" + std::string(text) +
                                 "': write a time as 2026-11-22T08:57:11Z, or as milliseconds "
                                 "since 1970");
}

Result<std::size_t> count_of(const flow::Question& question, std::string_view name,
                             std::size_t otherwise) {
  const std::string_view text = question.parameter(name);
  if (text.empty()) return otherwise;
  std::size_t count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) return count;
  return fail(Code::invalid,
              "'" + std::string(name) + "' is '" + std::string(text) + "': write a whole number");
}

Result<Asked> read_question(const flow::Question& question, const FindTag& find_tag,
                            Result<std::size_t> count) {
  const std::string_view path = question.parameter("tag");
  const auto tag = find_tag(path);
  if (!tag)
    return fail(Code::not_found, "there is no tag '" + std::string(path) +
                                     "': GET /api/v1/tags?query= finds the paths");
  const Instant from = TRY(time_of(question, "from"));
  const Instant to = TRY(time_of(question, "to"));
  return Asked{*tag, {from, to}, TRY(std::move(count))};
}

double milliseconds(Instant at) {
  return static_cast<double>(nanoseconds(at)) / 1e6;
}

ShownValue value_at(const flow::Samples& samples, std::size_t row) {
  const bool is_text = samples.kind == Kind::text;
  return shown(samples.kind, samples.values[row], is_text ? samples.texts[row] : "");
}

template <class T, class Write>
void write_column(JsonWriter& out, std::string_view name, const std::vector<T>& column,
                  Write&& write) {
  out.key(name).begin_list();
  for (const T& item : column)
    write(item);
  out.end_list();
}

flow::Answer readings_json(const Asked& asked, const flow::Samples& samples) {
  flow::Answer answer;
  JsonWriter out(answer.body);
  const Kind kind = samples.times.empty() ? asked.tag.kind : samples.kind;
  out.begin_object().member("tag", std::string_view(asked.tag.path)).member("kind", word(kind));
  write_column(out, "time", samples.times, [&](Instant at) { out.value(milliseconds(at)); });
  out.key("value").begin_list();
  for (std::size_t row = 0; row < samples.times.size(); ++row)
    write_json(out, value_at(samples, row));
  out.end_list();
  write_column(out, "quality", samples.qualities, [&](Quality q) { out.value(q.code); });
  out.member("more", samples.has_more).end_object();
  return answer;
}

// RFC 4180. A text that a spreadsheet would take for a formula is led by an apostrophe.
std::string csv_text(std::string_view text) {
  std::string field;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    field += '\'';
  field += text;
  if (field.find_first_of("\",\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

flow::Answer readings_csv(const Asked& asked, const flow::Samples& samples) {
  flow::Answer answer;
  answer.content_type = "text/csv; charset=utf-8; header=present";
  answer.body = "time," + csv_text(asked.tag.path) + ",quality,reason\r\n";
  for (std::size_t row = 0; row < samples.times.size(); ++row) {
    const Quality quality = samples.qualities[row];
    std::string value;
    if (samples.kind == Kind::text) {
      value = csv_text(samples.texts[row]);
    } else {
      JsonWriter out(value);
      write_json(out, value_at(samples, row));
      if (value == "null") value.clear();
    }
    answer.body += to_text(samples.times[row]) + "," + value + "," + std::string(word_of(quality)) +
                   "," + csv_text(reason_of(quality)) + "\r\n";
  }
  answer.headers = {{"Content-Disposition", "attachment; filename=\"readings.csv\""},
                    {"X-Has-More", samples.has_more ? "true" : "false"}};
  return answer;
}

std::vector<Instant> starts_of(Span span, std::size_t count) {
  __extension__ using Wide = __int128;
  std::vector<Instant> starts;
  const Wide from = nanoseconds(span.from), whole = Wide(nanoseconds(span.to)) - from;
  for (std::size_t i = 0; i < count; ++i) {
    const auto wide_count = static_cast<Wide>(count);
    starts.push_back(instant(static_cast<std::int64_t>(
        from + (whole * static_cast<Wide>(i) + wide_count - 1) / wide_count)));
  }
  return starts;
}

flow::Answer buckets_json(const Asked& asked, const flow::Buckets& buckets) {
  flow::Answer answer;
  JsonWriter out(answer.body);
  const auto number = [&](auto n) { out.value(n); };
  out.begin_object().member("tag", std::string_view(asked.tag.path));
  out.member("from", milliseconds(asked.span.from)).member("to", milliseconds(asked.span.to));
  write_column(out, "time", starts_of(asked.span, asked.count),
               [&](Instant at) { out.value(milliseconds(at)); });
  write_column(out, "min", buckets.min, number);
  write_column(out, "max", buckets.max, number);
  write_column(out, "mean", buckets.mean, number);
  write_column(out, "count", buckets.count, number);
  write_column(out, "bad", buckets.bad, number);
  out.end_object();
  return answer;
}

// An object whose members are lists of one type each, beside `tag`.
void write_columns_schema(JsonWriter& out,
                          std::initializer_list<std::pair<const char*, const char*>> columns) {
  out.member("type", "object").key("properties").begin_object();
  out.key("tag").begin_object().member("type", "string").end_object();
  for (const auto& [name, type] : columns) {
    out.key(name).begin_object().member("type", "array").key("items").begin_object();
    if (*type != '\0') out.key("type").begin_list().value(type).value("null").end_list();
    out.end_object().end_object();
  }
  out.end_object();
}

const std::vector<flow::Parameter> span_parameters{
    {"tag", "path of the tag", true},
    {"from", "start, RFC 3339 or milliseconds since 1970", true},
    {"to", "end, not included", true}};

}  // namespace

flow::Route readings_route(const History& history, FindTag find_tag) {
  flow::Route route;
  route.path = "/api/v1/readings";
  route.help = "The readings of a tag, as they were heard.";
  route.parameters = span_parameters;
  route.parameters.push_back({"limit", "at most so many rows; 10000 when absent", false});
  route.parameters.push_back({"format", "json (when absent) or csv", false});
  route.answer_schema = [](JsonWriter& out) {
    write_columns_schema(out, {{"time", "number"}, {"value", ""}, {"quality", "integer"}});
  };
  route.answer = [&history, find_tag](const flow::Question& question) -> Result<flow::Answer> {
    const Asked asked =
        TRY(read_question(question, find_tag, count_of(question, "limit", limit_default)));
    const std::string_view format = question.parameter("format");
    if (!format.empty() && format != "json" && format != "csv")
      return fail(Code::invalid, "format '" + std::string(format) + "' is not known: json or csv");
    const flow::Samples samples =
        TRY(history.raw(asked.tag.tag, asked.span.from, asked.span.to, asked.count));
    return format == "csv" ? readings_csv(asked, samples) : readings_json(asked, samples);
  };
  return route;
}

flow::Route buckets_route(const History& history, FindTag find_tag) {
  flow::Route route;
  route.path = "/api/v1/buckets";
  route.help = "Least, greatest and mean value of a tag in equal spans of time.";
  route.parameters = span_parameters;
  route.parameters.push_back({"count", "how many spans; 500 when absent", false});
  route.answer_schema = [](JsonWriter& out) {
    write_columns_schema(out, {{"time", "number"},
                               {"min", "number"},
                               {"max", "number"},
                               {"mean", "number"},
                               {"count", "integer"},
                               {"bad", "integer"}});
  };
  route.answer = [&history, find_tag](const flow::Question& question) -> Result<flow::Answer> {
    const Asked asked =
        TRY(read_question(question, find_tag, count_of(question, "count", count_default)));
    const flow::Buckets buckets =
        TRY(history.buckets(asked.tag.tag, asked.span.from, asked.span.to, asked.count));
    return buckets_json(asked, buckets);
  };
  return route;
}

flow::Room history_room(History& history, FindTag find_tag) {
  flow::Room room;
  room.name = "keep/history";
  room.stage = [&history](const flow::Directory& directory) {
    return history_stage(history, directory);
  };
  room.routes = {readings_route(history, find_tag), buckets_route(history, find_tag)};
  room.views = {{"tags", "The last value of each tag, by its path.",
                 [](JsonWriter& out) { write_schema<TagRow>(out, SchemaFor::api); }}};
  return room;
}

}  // namespace millwright::keep
