#include "keep/history/limits.hpp"

#include <algorithm>

#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright::keep {
namespace {

constexpr const char* section_key = "history";
constexpr double memory_min = 4, memory_max = 4000, bytes_per_open_row = 16;
constexpr double disk_min = 0.1, day_seconds = 86'400, year_days = 365.25;
constexpr Duration keep_min = 24h;

void check(const Node& node, const HistorySection& section, Problems& problems) {
  const auto refuse = [&](const char* key, const std::string& found, const char* expected) {
    const Node* const at = node.find(key);
    problems.add({at != nullptr ? at->at : node.at, key, found, expected, ""});
  };
  if (section.memory < memory_min || section.memory > memory_max)
    refuse("memory", std::to_string(section.memory), "4 to 4000 (MB)");
  if (section.disk && *section.disk < disk_min)
    refuse("disk", std::to_string(*section.disk), "at least 0.1 (GB)");
  if (section.endurance && *section.endurance <= 0)
    refuse("endurance", std::to_string(*section.endurance), "more than 0 (TB)");
  if (section.keep && *section.keep < keep_min)
    refuse("keep", to_text(*section.keep), "at least one day");
}

}  // namespace

HistorySection history_section(const Plant& plant) {
  HistorySection section;
  Problems ignored;  // the import found them
  const auto found = plant.sections.find(section_key);
  if (found != plant.sections.end()) load(found->second, section_key, section, ignored);
  return section;
}

HistorySettings history_settings(const HistorySection& section) {
  HistorySettings settings;
  settings.rows_open_max = static_cast<std::size_t>(section.memory * 1e6 / bytes_per_open_row);
  if (section.disk) settings.bytes_max = static_cast<std::uint64_t>(*section.disk * 1e9);
  settings.stops_when_full = section.when_full == WhenFull::stop;
  settings.keep = section.keep;
  return settings;
}

flow::Room history_sections() {
  Section section;
  section.place = Section::Place::plant;
  section.key = section_key;
  section.help = "How much of the past is kept, and what happens at the limits.";
  section.check = [](const Node& node, const Plant&, const Machine*, Problems& problems) {
    HistorySection read;
    load(node, "", read, problems);
    check(node, read, problems);
  };
  section.write_schema = [](JsonWriter& out) {
    write_schema<HistorySection>(out, SchemaFor::plant_file);
  };
  flow::Room room;
  room.name = "keep/history";
  room.sections.push_back(std::move(section));
  return room;
}

std::optional<double> days_until_full(const Growth& growth) {
  if (!growth.bytes_per_day || *growth.bytes_per_day <= 0) return std::nullopt;
  const auto bytes = static_cast<double>(growth.bytes);
  double room = static_cast<double>(growth.disk_free);
  if (growth.bytes_max) room = std::min(room, static_cast<double>(*growth.bytes_max) - bytes);
  room = std::max(room, 0.0);
  // What goes by its age makes room for what comes.
  const double kept_days =
      growth.keep ? std::chrono::duration<double>(*growth.keep).count() / day_seconds : 0;
  if (growth.keep && *growth.bytes_per_day * kept_days <= bytes + room) return std::nullopt;
  return room / *growth.bytes_per_day;
}

std::optional<double> years_of_wear(double endurance_bytes, double bytes_written, Duration since) {
  const double days = std::chrono::duration<double>(since).count() / day_seconds;
  if (days <= 0 || bytes_written <= 0) return std::nullopt;
  return endurance_bytes / (bytes_written / days) / year_days;
}

}  // namespace millwright::keep
