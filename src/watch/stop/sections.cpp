#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"
#include "watch/stop/stop.hpp"

namespace millwright::watch::stop {
namespace {

constexpr std::size_t name_bytes_max = 64;

bool is_word(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max &&
         name.find_first_of(" \t\r\n|") == name.npos;
}

void check_machines(const Reason& reason, const Node& at, const std::string& where,
                    const Plant& plant, Problems& problems) {
  std::vector<std::string_view> known;
  for (const Machine& machine : plant.machines)
    known.push_back(machine.path);
  for (const std::string& named : reason.machines) {
    const bool is_known = std::find(known.begin(), known.end(), named) != known.end() ||
                          std::any_of(known.begin(), known.end(), [&](std::string_view path) {
                            return named == plant.identity.path + "/" + std::string(path);
                          });
    if (!is_known)
      problems.add({at.at, where + "/machines", "'" + named + "'", "the path of a machine",
                    std::string(nearest(named, known).value_or(""))});
  }
}

Section list_section(const char* key, std::string help) {
  Section section;
  section.place = Section::Place::plant;
  section.key = key;
  section.help = std::move(help);
  section.check = [key](const Node& node, const Plant& plant, const Machine*, Problems& problems) {
    read_reasons(node, key, plant, problems);
  };
  section.write_schema = [](JsonWriter& out) {
    write_schema<std::vector<Reason>>(out, SchemaFor::plant_file);
  };
  return section;
}

}  // namespace

bool applies(const Reason& reason, const Plant& plant, std::string_view machine_path) {
  return reason.machines.empty() ||
         std::any_of(reason.machines.begin(), reason.machines.end(), [&](const std::string& named) {
           return named == machine_path || plant.identity.path + "/" + named == machine_path;
         });
}

std::vector<Reason> read_reasons(const Node& node, std::string_view key, const Plant& plant,
                                 Problems& problems) {
  std::vector<Reason> reasons;
  load(node, std::string(key), reasons, problems);
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < reasons.size() && i < node.items.size(); ++i) {
    const std::string where = place(key, label_of(node.items[i], i));
    if (!is_word(reasons[i].name))
      problems.add({node.items[i].at, where, "'" + reasons[i].name + "'",
                    "a name of 1 to 64 characters without spaces", ""});
    if (!seen.insert(reasons[i].name).second)
      problems.add(
          {node.items[i].at, where, "'" + reasons[i].name + "' again", "each reason once", ""});
    check_machines(reasons[i], node.items[i], where, plant, problems);
  }
  for (const Machine& machine : plant.machines) {
    std::size_t count = 0;
    for (const Reason& reason : reasons)
      if (applies(reason, plant, plant.machine_path(machine))) ++count;
    if (count > reasons_max)
      problems.add({node.at, std::string(key),
                    std::to_string(count) + " reasons for machine '" + machine.path + "'",
                    "at most " + std::to_string(reasons_max) +
                        " that apply to one machine: name the machines of each",
                    ""});
  }
  return reasons;
}

std::vector<Reason> reasons_of(const Plant& plant, const std::string& key) {
  const auto section = plant.sections.find(key);
  if (section == plant.sections.end()) return {};
  Problems ignored;  // told when the file was read
  return read_reasons(section->second, key, plant, ignored);
}

StopSection read_stop(const Node& node, const Machine& machine, Problems& problems) {
  const std::string where = "machines/" + machine.path + "/stop";
  StopSection section;
  load(node, where, section, problems);
  const auto check = [&](std::string_view key, Duration& value, Duration least) {
    const Duration most = 24h;
    if (value >= least && value <= most) return;
    const Node* at = node.find(key);
    problems.add({at == nullptr ? node.at : at->at, where + "/" + std::string(key),
                  "'" + to_text(value) + "'", "a time from " + to_text(least) + " to 24 h", ""});
    value = std::clamp(value, least, most);
  };
  check("micro_stop", section.micro_stop, 0s);
  check("needs_reason_after", section.needs_reason_after, section.micro_stop);
  return section;
}

std::vector<Section> sections() {
  Section machine;
  machine.place = Section::Place::machine;
  machine.key = "stop";
  machine.help = "When a stop is short, and when it needs a reason.";
  machine.check = [](const Node& node, const Plant&, const Machine* at, Problems& problems) {
    if (at != nullptr) read_stop(node, *at, problems);
  };
  machine.write_schema = [](JsonWriter& out) {
    write_schema<StopSection>(out, SchemaFor::plant_file);
  };
  return {machine, list_section("reasons", "Reasons of stops that people choose from."),
          list_section("scrap_reasons", "Reasons of rejected parts that people choose from.")};
}

}  // namespace millwright::watch::stop
