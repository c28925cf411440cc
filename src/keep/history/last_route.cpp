// GET /api/v1/last (docs/api.md).
#include "base/json.hpp"
#include "keep/history/asked.hpp"
#include "keep/history/routes.hpp"
#include "keep/history/tag_row.hpp"
#include "model/described_json.hpp"

namespace millwright::keep {
namespace {

Result<flow::Answer> answer_last(const flow::Question& question, const History& history,
                                 const flow::Catalogue& catalogue) {
  const std::vector<fact::TagFound> tags = TRY(tags_of(question, catalogue));
  std::vector<std::optional<flow::LastValue>> last;
  last.reserve(tags.size());
  for (const fact::TagFound& tag : tags)
    last.push_back(history.last(tag.tag));
  flow::Answer answer;
  JsonWriter out(answer.body);
  const auto write = [&](std::string_view name, const auto& each) {
    out.key(name).begin_list();
    for (const auto& one : last) {
      if (one)
        each(*one);
      else
        out.null();
    }
    out.end_list();
  };
  out.begin_object().key("tag").begin_list();
  for (const fact::TagFound& tag : tags)
    out.value(std::string_view(tag.path));
  out.end_list();
  write("kind", [&](const flow::LastValue& one) { out.value(word(one.kind)); });
  write("time", [&](const flow::LastValue& one) { out.value(milliseconds(one.happened)); });
  write("value",
        [&](const flow::LastValue& one) { write_json(out, shown(one.kind, one.value, one.text)); });
  write("quality", [&](const flow::LastValue& one) { out.value(one.quality.code); });
  out.end_object();
  return answer;
}

}  // namespace

flow::Route last_route(const History& history, const flow::LineContext& line) {
  flow::Route route;
  route.path = "/api/v1/last";
  route.help = "The newest value of each of many tags.";
  route.parameters = {{"tag", "paths of tags, with commas between; with stars too", true}};
  route.answer_schema = [](JsonWriter& out) {
    out.member("type", "object").key("properties").begin_object();
    for (const char* name : {"tag", "kind", "time", "value", "quality"})
      out.key(name).begin_object().member("type", "array").end_object();
    out.end_object();
  };
  const flow::Catalogue& catalogue = line.catalogue;
  route.answer = [&history, &catalogue](const flow::Question& question) {
    return answer_last(question, history, catalogue);
  };
  return route;
}

}  // namespace millwright::keep
