// The sections `oee:` of the plant and `cycle:` of a machine.
#include <charconv>

#include "base/text.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"
#include "model/plant_lists.hpp"
#include "watch/oee/board.hpp"

namespace millwright::watch::oee {
namespace {

struct OeeSection {
  std::string target, note;
  static constexpr auto describe() {
    using T = OeeSection;
    return record("oee", field("target", &T::target, "", "OEE that is planned with, such as 85 %."),
                  field("note", &T::note, "", "A remark."));
  }
};

// "85 %", "85%" or 0.85.
std::optional<double> share_of(std::string_view text) {
  const bool is_percent = text.ends_with('%');
  if (is_percent) text = trimmed(text.substr(0, text.size() - 1));
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (is_percent) number /= 100;
  return number > 0 && number <= 1 ? std::optional(number) : std::nullopt;
}

template <class Settings>
Section section_of(Section::Place where, std::string key, std::string help) {
  Section section;
  section.place = where;
  section.key = std::move(key);
  section.help = std::move(help);
  section.check = [](const Node&, const Plant& plant, const Machine* machine, Problems& problems) {
    if (machine == nullptr)
      read_target(plant, problems);
    else
      read_cycle(*machine, problems);
  };
  section.write_schema = [](JsonWriter& out) {
    write_schema<Settings>(out, SchemaFor::plant_file);
  };
  return section;
}

Section feeds_section() {
  Section section;
  section.place = Section::Place::machine;
  section.key = "feeds";
  section.help = "Machines that its parts go to next.";
  section.check = [](const Node&, const Plant& plant, const Machine* machine, Problems& problems) {
    if (machine != nullptr) read_feeds(*machine, plant, problems);
  };
  section.write_schema = [](JsonWriter& out) {
    write_schema<std::vector<std::string>>(out, SchemaFor::plant_file);
  };
  return section;
}

}  // namespace

std::optional<double> read_target(const Plant& plant, Problems& problems) {
  const auto node = plant.sections.find("oee");
  if (node == plant.sections.end()) return std::nullopt;
  OeeSection section;
  load(node->second, "oee", section, problems);
  if (section.target.empty()) return std::nullopt;
  const auto target = share_of(section.target);
  if (!target) {
    const Node* at = node->second.find("target");
    problems.add({at == nullptr ? node->second.at : at->at, "oee/target",
                  "'" + section.target + "'", "a share such as 85 % or 0.85", ""});
  }
  return target;
}

Ideals read_ideals(const Machine& machine, const Plant& plant) {
  Problems ignored;  // told when the file was read
  Ideals ideals;
  ideals.cycle = ideal_cycle(machine);
  ideals.micro_stop = read_stop(machine, ignored).micro_stop;
  ideals.has_count = counting(machine) != Counting::nobody;
  ideals.has_counter = counting(machine) == Counting::tag;
  ideals.target = read_target(plant, ignored);
  return ideals;
}

Titles read_reason_titles(const Plant& plant) {
  Titles titles;
  Problems ignored;
  for (const Reason& reason : read_reasons(plant, "reasons", ignored))
    titles[reason.name] = title_of(reason);
  return titles;
}

bool takes_part(const Machine& machine) {
  return machine.sections.contains("state") &&
         (machine.sections.contains("count") || machine.sections.contains("cycle"));
}

flow::Room room() {
  auto board = std::make_shared<Board>();
  flow::Room room;
  room.name = "watch/oee";
  room.sections = {
      section_of<OeeSection>(Section::Place::plant, "oee", "The OEE that is planned with."),
      section_of<CycleSection>(Section::Place::machine, "cycle",
                               "How long a cycle takes at best.")};
  room.sections.push_back(feeds_section());
  room.stage = [board](const flow::Directory& directory) { return make_stage(directory, board); };
  room.routes = routes(board);
  room.views = {{"oee", "OEE of each machine, line and area and of the plant, by path.",
                 [](JsonWriter& out) { write_schema<OeeRow>(out, SchemaFor::api); }}};
  return room;
}

}  // namespace millwright::watch::oee
