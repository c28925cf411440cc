#include "watch/count/count.hpp"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "base/text.hpp"
#include "model/calendar.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright::watch::count {
namespace {

constexpr Duration young_min = 1min;

// A tag that counts, by its name in the section.
void check_tag(const Node& section, const Machine& machine, std::string_view key,
               const std::string& where, Problems& problems) {
  const Node* node = section.find(key);
  if (node == nullptr || node->kind != Node::Kind::scalar) return;  // absent is allowed
  std::vector<std::string_view> names;
  for (const TagDescription& tag : machine.tags) {
    names.push_back(tag.name);
    if (tag.name != node->text) continue;
    if (tag.kind == Kind::text || tag.kind == Kind::boolean)
      problems.add({node->at, where + "/" + std::string(key), "'" + node->text + "'",
                    "a tag whose kind is a number", ""});
    return;
  }
  problems.add({node->at, where + "/" + std::string(key), "'" + node->text + "'",
                "the name of a tag of this machine",
                std::string(nearest(node->text, names).value_or(""))});
}

Section count_section() {
  Section section;
  section.place = Section::Place::machine;
  section.key = "count";
  section.help = "Tags that count the machine's parts.";
  section.check = [](const Node& node, const Plant&, const Machine* machine, Problems& problems) {
    if (machine != nullptr) read_count(node, *machine, problems);
  };
  section.write_schema = [](JsonWriter& out) {
    write_schema<CountSection>(out, SchemaFor::plant_file);
  };
  return section;
}

}  // namespace

CountSection read_count(const Node& node, const Machine& machine, Problems& problems) {
  const std::string where = "machines/" + machine.path + "/count";
  CountSection section;
  load(node, where, section, problems);
  check_tag(node, machine, "good", where, problems);
  check_tag(node, machine, "reject", where, problems);
  const Duration window = std::clamp<Duration>(section.window, 1min, 8h);
  if (window != section.window) {
    const Node* at = node.find("window");
    problems.add({at == nullptr ? node.at : at->at, where + "/window",
                  "'" + to_text(section.window) + "'", "a time from 1 min to 8 h", ""});
    section.window = window;
  }
  return section;
}

Instant midnight(Instant now, const std::string& zone_name) {
  const date::sys_time<Duration> utc(now.time_since_epoch());
  try {
    const date::time_zone* zone = date::locate_zone(zone_name);
    const auto day = date::floor<date::days>(zone->to_local(utc));
    return Instant(Duration(zone->to_sys(day, date::choose::earliest).time_since_epoch()));
  } catch (const std::exception&) {
    return Instant(Duration(date::floor<date::days>(utc).time_since_epoch()));
  }
}

std::optional<double> rate_of(const Counter& good, Instant now, Duration window) {
  if (!good.is_heard()) return std::nullopt;
  const Duration covered = std::min(window, now - good.first());
  if (covered < std::min(window, young_min)) return std::nullopt;
  return good.parts(now - covered, now) * 3600 / seconds(covered);
}

flow::Room room() {
  flow::Room room;
  room.name = "watch/count";
  room.sections = calendar_sections();
  room.sections.push_back(count_section());
  room.stage = [](const flow::Directory& directory) { return make_stage(directory); };
  room.views = {{"counts", "What each machine makes, and how fast, by its path.",
                 [](JsonWriter& out) { write_schema<CountRow>(out, SchemaFor::api); }}};
  room.line_routes = [](const flow::LineContext& line) {
    return std::vector<flow::Route>{counts_route(line)};
  };
  return room;
}

}  // namespace millwright::watch::count
