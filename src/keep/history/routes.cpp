// GET /api/v1/readings and /api/v1/buckets (docs/api.md).
#include "keep/history/routes.hpp"

#include <limits>

#include "keep/history/asked.hpp"
#include "keep/history/readings.hpp"
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

template <class T, class Write>
void write_column(JsonWriter& out, std::string_view name, const std::vector<T>& column,
                  Write&& write) {
  out.key(name).begin_list();
  for (const T& item : column)
    write(item);
  out.end_list();
}

// As much as is ready at once; the rest as it is taken.
Result<flow::Answer> readings_answer(const History& history, ReadingsAsked&& asked) {
  constexpr std::size_t piece_bytes = std::size_t{128} << 10U;
  const bool is_csv = asked.is_csv;
  // Owners: this, and the answer while it is taken.
  const auto text =
      std::make_shared<ReadingsText>(TRY(ReadingsText::open(history, std::move(asked))));
  flow::Answer answer;
  answer.body = TRY(text->next(piece_bytes));
  if (!text->is_over()) answer.more = [text] { return text->next(piece_bytes); };
  if (!is_csv) return answer;
  answer.content_type = "text/csv; charset=utf-8; header=present";
  answer.headers = {{"Content-Disposition", "attachment; filename=\"readings.csv\""},
                    {"X-Has-More", text->has_more() ? "true" : "false"}};
  return answer;
}

Result<std::size_t> limit_of(const flow::Question& question) {
  if (question.parameter("limit") == "all") return std::numeric_limits<std::size_t>::max();
  const std::size_t limit = TRY(count_of(question, "limit", limit_default));
  if (limit == 0) return fail(Code::invalid, "'limit' must be at least 1, or all");
  return limit;
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
  route.parameters.push_back({"limit", "at most so many rows, or all; 10000 when absent", false});
  route.parameters.push_back(
      {"bounds", "yes: with the row before 'from' and the first one at or after 'to'", false});
  route.parameters.push_back({"format", "json (when absent) or csv", false});
  route.answer_schema = [](JsonWriter& out) {
    write_columns_schema(out, {{"time", "number"}, {"value", ""}, {"quality", "integer"}});
  };
  route.answer = [&history, find_tag](const flow::Question& question) -> Result<flow::Answer> {
    const Asked asked = TRY(read_question(question, find_tag, limit_of(question)));
    if (asked.span.from > asked.span.to) return fail(Code::invalid, "'from' lies after 'to'");
    return readings_answer(history, {asked.tag, asked.span, asked.count, TRY(wants_csv(question)),
                                     TRY(truth_of(question, "bounds", false))});
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
  room.line_routes = [&history](const flow::LineContext& line) {
    return std::vector<flow::Route>{aggregates_route(history, line), values_route(history, line),
                                    last_route(history, line)};
  };
  room.views = {{"tags", "The last value of each tag, by its path.",
                 [](JsonWriter& out) { write_schema<TagRow>(out, SchemaFor::api); }}};
  return room;
}

}  // namespace millwright::keep
