#include "model/described_json.hpp"
#include "model/machine_sections.hpp"
#include "watch/stop/stop.hpp"

namespace millwright::watch::stop {
namespace {

Section list_section(const char* key, std::string help) {
  Section section;
  section.place = Section::Place::plant;
  section.key = key;
  section.help = std::move(help);
  section.check = [key](const Node&, const Plant& plant, const Machine*, Problems& problems) {
    read_reasons(plant, key, problems);
  };
  section.write_schema = [](JsonWriter& out) {
    write_schema<std::vector<Reason>>(out, SchemaFor::plant_file);
  };
  return section;
}

}  // namespace

std::vector<Reason> reasons_of(const Plant& plant, const std::string& key) {
  Problems ignored;
  return read_reasons(plant, key, ignored);
}

std::vector<Section> sections() {
  Section machine;
  machine.place = Section::Place::machine;
  machine.key = "stop";
  machine.help = "When a stop is short, and when it needs a reason.";
  machine.check = [](const Node&, const Plant&, const Machine* at, Problems& problems) {
    if (at != nullptr) read_stop(*at, problems);
  };
  machine.write_schema = [](JsonWriter& out) {
    write_schema<StopSection>(out, SchemaFor::plant_file);
  };
  return {machine, list_section("reasons", "Reasons of stops that people choose from."),
          list_section("scrap_reasons", "Reasons of rejected parts that people choose from.")};
}

}  // namespace millwright::watch::stop
