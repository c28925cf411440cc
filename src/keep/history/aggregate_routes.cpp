// GET /api/v1/aggregates and /api/v1/values (docs/api.md).
#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "keep/history/aggregates.hpp"
#include "keep/history/routes.hpp"

namespace millwright::keep {
namespace {

constexpr std::size_t times_asked_max = 1'000;  // of /values, for each tag

template <class T, class Write>
void write_list(JsonWriter& out, std::string_view name, const std::vector<T>& list, Write&& write) {
  out.key(name).begin_list();
  for (const T& one : list)
    write(one);
  out.end_list();
}

void write_column(JsonWriter& out, const AggregateColumn& column) {
  const auto plain = [&](auto one) { out.value(one); };
  out.key(column.name).begin_object();
  write_list(out, "value", column.values, plain);
  write_list(out, "status", column.statuses, plain);
  if (!column.times.empty())
    write_list(out, "time", column.times,
               [&](std::int64_t at) { out.value(milliseconds(instant(at))); });
  if (!column.resets.empty()) {
    write_list(out, "resets", column.resets, plain);
    write_list(out, "rollovers", column.rollovers, plain);
    write_list(out, "ignored", column.ignored, plain);
  }
  out.end_object();
}

flow::Answer json_answer(const AggregatesAsked& asked, const std::vector<TagAggregates>& tags) {
  flow::Answer answer;
  JsonWriter out(answer.body);
  out.begin_object();
  write_list(out, "from", asked.pieces, [&](const Piece& p) { out.value(milliseconds(p.from)); });
  write_list(out, "to", asked.pieces, [&](const Piece& p) { out.value(milliseconds(p.to)); });
  const bool has_names = std::any_of(asked.pieces.begin(), asked.pieces.end(),
                                     [](const Piece& piece) { return !piece.name.empty(); });
  if (has_names)
    write_list(out, "name", asked.pieces,
               [&](const Piece& p) { out.value(std::string_view(p.name)); });
  write_list(out, "tags", tags, [&](const TagAggregates& tag) {
    out.begin_object().member("tag", std::string_view(tag.tag.path));
    out.member("unit", std::string_view(tag.tag.unit));
    if (asked.top > 0) out.member("rank", tag.rank);
    for (const AggregateColumn& column : tag.columns)
      write_column(out, column);
    out.end_object();
  });
  out.end_object();
  return answer;
}

std::string number_text(double number) {
  std::string text;
  if (std::isfinite(number)) JsonWriter(text).value(number);
  return text;
}

flow::Answer csv_answer(const AggregatesAsked& asked, const std::vector<TagAggregates>& tags) {
  flow::Answer answer;
  answer.content_type = "text/csv; charset=utf-8; header=present";
  answer.headers = {{"Content-Disposition", "attachment; filename=\"aggregates.csv\""}};
  std::string& out = answer.body;
  out = "tag,unit,from,to,name";
  if (!tags.empty())
    for (const AggregateColumn& column : tags.front().columns)
      out += "," + column.name + "," + column.name + " quality";
  out += "\r\n";
  for (const TagAggregates& tag : tags) {
    for (std::size_t i = 0; i < asked.pieces.size(); ++i) {
      const Piece& piece = asked.pieces[i];
      out += csv_text(tag.tag.path) + "," + csv_text(tag.tag.unit) + "," + to_text(piece.from) +
             "," + to_text(piece.to) + "," + csv_text(piece.name);
      for (const AggregateColumn& column : tag.columns)
        out += "," + number_text(column.values[i]) + "," +
               std::string(word_of(Quality{column.statuses[i]}));
      out += "\r\n";
    }
  }
  return answer;
}

Result<std::vector<Instant>> times_asked(const flow::Question& question) {
  std::vector<Instant> times;
  for (const std::string_view part : split(question.parameter("at"), ',')) {
    if (times.size() == times_asked_max)
      return fail(Code::invalid, "'at' holds more than " + std::to_string(times_asked_max) +
                                     " times: GET /api/v1/aggregates gives Interpolative at every "
                                     "step");
    times.push_back(TRY(to_time(trimmed(part), "at")));
  }
  return times;
}

Result<math::Bounds> bounds_asked(const flow::Question& question) {
  const std::string_view bounds = question.parameter("bounds");
  if (bounds.empty() || bounds == "interpolated") return math::Bounds::interpolated;
  if (bounds == "simple") return math::Bounds::simple;
  return fail(Code::invalid,
              "'bounds' is '" + std::string(bounds) + "': write interpolated or simple");
}

Result<flow::Answer> answer_values(const flow::Question& question, const History& history,
                                   const flow::LineContext& line) {
  const auto tags = TRY(tags_of(question, line.catalogue));
  const auto times = TRY(times_asked(question));
  const auto bounds = TRY(bounds_asked(question));
  const AskedSettings settings = TRY(settings_of(question, line.clock.now()));
  constexpr std::size_t values_max = 20'000;
  if (tags.size() * times.size() > values_max)
    return fail(Code::invalid,
                "more than " + std::to_string(values_max) + " values: ask for fewer tags or times");
  flow::Answer answer;
  JsonWriter out(answer.body);
  out.begin_object();
  write_list(out, "at", times, [&](Instant at) { out.value(milliseconds(at)); });
  out.key("tags").begin_list();
  for (const fact::TagFound& tag : tags) {
    if (tag.kind == Kind::text)
      return fail(Code::invalid, "'" + tag.path +
                                     "' holds texts, and nothing lies between two texts: "
                                     "GET /api/v1/readings?bounds=yes gives the one before");
    out.begin_object().member("tag", std::string_view(tag.path));
    out.member("unit", std::string_view(tag.unit));
    std::vector<math::AggregateValue> values;
    for (const Instant at : times)
      values.push_back(TRY(value_at(history, tag.tag, at, bounds, settings.of(tag.kind))));
    write_list(out, "value", values, [&](const auto& value) { out.value(value.value); });
    write_list(out, "status", values, [&](const auto& value) { out.value(value.status); });
    out.end_object();
  }
  out.end_list().end_object();
  return answer;
}

void write_schema_of(JsonWriter& out, std::string_view times, std::string_view more_times) {
  const auto numbers = [&](std::string_view name) {
    if (name.empty()) return;
    out.key(name).begin_object().member("type", "array").key("items").begin_object();
    out.member("type", "number").end_object().end_object();
  };
  out.member("type", "object").key("properties").begin_object();
  numbers(times);
  numbers(more_times);
  out.key("tags").begin_object().member("type", "array").key("items").begin_object();
  out.member("type", "object").key("properties").begin_object();
  out.key("tag").begin_object().member("type", "string").end_object();
  out.end_object().end_object().end_object();
  out.end_object();
}

const flow::Parameter tag_parameter{
    "tag",
    "paths of tags, with commas between; * stands for any part of a name, ** for any folders",
    true};

}  // namespace

flow::Route aggregates_route(const History& history, const flow::LineContext& line) {
  flow::Route route;
  route.path = "/api/v1/aggregates";
  route.help = "The aggregates of OPC UA (Part 13) of tags, by pieces of time.";
  route.parameters = {
      tag_parameter,
      {"aggregate", "names of OPC UA, with commas between: TimeAverage2,Maximum; or Increase",
       true}};
  for (auto more : {pieces_parameters(), settings_parameters()})
    route.parameters.insert(route.parameters.end(), more.begin(), more.end());
  for (const flow::Parameter& more : std::vector<flow::Parameter>{
           {"sum", "yes: pieces of one name (a state) together", false},
           {"counter_range", "Increase: where the counter starts again, such as 65536", false},
           {"largest_step", "Increase: a larger step after a roll-over is none", false},
           {"top", "only so many tags: those whose first aggregate over the time is largest",
            false},
           {"rank", "largest (when absent) or smallest", false},
           {"format", "json (when absent) or csv", false}})
    route.parameters.push_back(more);
  route.answer_schema = [](JsonWriter& out) { write_schema_of(out, "from", "to"); };
  route.answer = [&history, line](const flow::Question& question) -> Result<flow::Answer> {
    const bool is_csv = TRY(wants_csv(question));
    AggregatesAsked asked = TRY(read_aggregates(question, history, line));
    const auto tags = TRY(answer_aggregates(history, asked));
    return is_csv ? csv_answer(asked, tags) : json_answer(asked, tags);
  };
  return route;
}

flow::Route values_route(const History& history, const flow::LineContext& line) {
  flow::Route route;
  route.path = "/api/v1/values";
  route.help = "What tags showed at given times, between their readings too.";
  route.parameters = {
      tag_parameter,
      {"at", "times with commas between, RFC 3339 or milliseconds since 1970", true},
      {"bounds", "interpolated (when absent): between usable readings; simple: between neighbours",
       false}};
  for (const flow::Parameter& more : settings_parameters())
    route.parameters.push_back(more);
  route.answer_schema = [](JsonWriter& out) { write_schema_of(out, "at", ""); };
  route.answer = [&history, line](const flow::Question& question) {
    return answer_values(question, history, line);
  };
  return route;
}

}  // namespace millwright::keep
