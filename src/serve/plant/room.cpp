#include <charconv>

#include "base/text.hpp"
#include "model/described_json.hpp"
#include "serve/plant/answers.hpp"
#include "serve/plant/plant.hpp"

namespace millwright::serve {
namespace {

using flow::Answer;
using flow::Permission;
using flow::Question;
using Sight = flow::LineContext;

constexpr std::size_t tags_default = 50;
constexpr std::size_t tags_max = 10'000;

std::string title_of(const Machine& machine) {
  if (!machine.title.empty()) return machine.title;
  return machine.path.substr(machine.path.rfind('/') + 1);
}

PlantAnswer plant_row(const Sight& sight) {
  const Plant& plant = *sight.plant;
  PlantAnswer row{
      plant.identity.path, plant.identity.title, plant.identity.zone, sight.clock.now(), {}};
  if (row.title.empty()) row.title = row.path;
  for (const Machine& machine : plant.machines) {
    const auto parts = split(machine.path, '/');
    row.machines.push_back({plant.machine_path(machine), title_of(machine),
                            std::string(parts.front()),
                            parts.size() > 1 ? std::string(parts[1]) : "", machine.ideal_rate,
                            static_cast<std::uint32_t>(machine.tags.size()), machine.is_real});
  }
  return row;
}

// Titles stand in the plant file alone.
std::string tag_title(const Plant& plant, const std::string& path) {
  for (const Machine& machine : plant.machines) {
    const std::string start = plant.machine_path(machine) + "/";
    if (!path.starts_with(start)) continue;
    for (const TagDescription& tag : machine.tags) {
      if (path.compare(start.size(), std::string::npos, tag.name) == 0) return tag.title;
    }
  }
  return {};
}

Result<Answer> find_tags(const Sight& sight, const Question& question) {
  std::size_t limit = tags_default;
  const std::string_view text = question.parameter("limit");
  const auto read = std::from_chars(text.data(), text.data() + text.size(), limit);
  const bool is_wrong =
      !text.empty() && (read.ec != std::errc() || read.ptr != text.data() + text.size());
  if (is_wrong || limit == 0 || limit > tags_max) {
    return fail(Code::invalid, "limit is a whole number from 1 to " + std::to_string(tags_max));
  }
  FoundTags out;
  for (const fact::TagFound& tag : sight.catalogue.search(question.parameter("query"), limit)) {
    out.tags.push_back({tag.path, tag.unit, std::string(word(tag.kind)),
                        tag_title(*sight.plant, tag.path), tag.is_described});
  }
  Answer answer;
  answer.body = to_json(out);
  return answer;
}

Result<Answer> show_view(const Sight& sight, const Question& question) {
  const std::string_view name = question.parameter("view");
  const auto view = sight.views.get(name);
  if (!view) {
    std::string known;
    for (const std::string& each : sight.views.names())
      known += (known.empty() ? "" : ", ") + each;
    return fail(Code::not_found,
                "there is no view '" + std::string(name) + "': the views are " + known);
  }
  Answer answer;
  JsonWriter out(answer.body);
  out.begin_object().member("version", view->version()).key("rows").begin_object();
  for (std::size_t slot = 0; slot < view->slots(); ++slot) {
    if (view->is_gone(slot)) continue;
    out.key(view->key(slot));
    view->write_row(slot, out);
  }
  out.end_object().end_object();
  return answer;
}

Result<Answer> tell_health(const Sight& sight) {
  const std::string trouble = sight.trouble();
  if (!trouble.empty()) return fail(Code::offline, trouble);
  Answer answer;
  answer.body = to_json(Health{"accepting"});
  return answer;
}

template <class T>
std::function<void(JsonWriter&)> schema() {
  return [](JsonWriter& out) { write_schema<T>(out, SchemaFor::api); };
}

std::vector<flow::Route> plant_routes(const Sight& sight) {
  std::vector<flow::Route> out;
  out.push_back({.path = "/api/v1/health",
                 .permission = Permission::open,
                 .help = "Tells whether data is accepted and kept.",
                 .answer_schema = schema<Health>(),
                 .answer = [sight](const Question&) { return tell_health(sight); }});
  out.push_back({.path = "/api/v1/plant",
                 .help = "The plant and its machines.",
                 .answer_schema = schema<PlantAnswer>(),
                 .answer = [sight](const Question&) -> Result<Answer> {
                   Answer answer;
                   answer.body = to_json(plant_row(sight));
                   return answer;
                 }});
  out.push_back({.path = "/api/v1/views/{view}",
                 .help = "All rows of a view, as the live socket shows them.",
                 .parameters = {{"view", "Name of the view.", true}},
                 .answer = [sight](const Question& q) { return show_view(sight, q); }});
  out.push_back(
      {.path = "/api/v1/tags",
       .help = "Finds tags by the words in their paths.",
       .parameters = {{"query", "Words that the path holds."}, {"limit", "At most so many; 50."}},
       .answer_schema = schema<FoundTags>(),
       .answer = [sight](const Question& q) { return find_tags(sight, q); }});
  return out;
}

}  // namespace

flow::Room plant_room() {
  flow::Room room{.name = "serve/plant"};
  room.line_routes = plant_routes;
  return room;
}

}  // namespace millwright::serve
