#include "watch/count/count.hpp"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "model/calendar.hpp"
#include "model/described_json.hpp"

namespace millwright::watch::count {
namespace {

constexpr Duration young_min = 1min;

Section count_section() {
  Section section;
  section.place = Section::Place::machine;
  section.key = "count";
  section.help = "Tags that count the machine's parts.";
  section.check = [](const Node&, const Plant&, const Machine* machine, Problems& problems) {
    if (machine != nullptr) read_count(*machine, problems);
  };
  section.write_schema = [](JsonWriter& out) {
    write_schema<CountSection>(out, SchemaFor::plant_file);
  };
  return section;
}

}  // namespace

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
