// The sections `oee:` of the plant and `cycle:` of a machine; `stop:` belongs to watch/stop.
#include <charconv>

#include "base/text.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"
#include "watch/oee/oee.hpp"

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

struct CycleSection {
  std::map<std::string, Duration> ideal;
  std::optional<Duration> otherwise;
  std::uint32_t parts = 1;
  std::string note;
  static constexpr auto describe() {
    using T = CycleSection;
    return record("cycle", field("ideal", &T::ideal, "", "Time of a cycle at best, by product."),
                  field("otherwise", &T::otherwise, "", "The same of every other product."),
                  field("parts", &T::parts, "parts", "How many parts a cycle makes."),
                  field("note", &T::note, "", "A remark."));
  }
};

struct StopSection {
  Duration micro_stop = 1min, needs_reason_after = 5min;
  std::string note;
  static constexpr auto describe() {
    using T = StopSection;
    return record("stop",
                  field("micro_stop", &T::micro_stop, "",
                        "A shorter stop is a loss of performance, not of availability."),
                  field("needs_reason_after", &T::needs_reason_after, "",
                        "A person is asked for the reason of a longer stop."),
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

void refuse(const Node& section, std::string_view key, const std::string& where,
            const std::string& found, const std::string& expected, Problems& problems) {
  const Node* at = section.find(key);
  problems.add(
      {at == nullptr ? section.at : at->at, place(where, key), "'" + found + "'", expected, ""});
}

void read_cycle(const Node& node, const std::string& where, Ideals& ideals, Problems& problems) {
  CycleSection section;
  load(node, where, section, problems);
  if (section.parts == 0)
    return refuse(node, "parts", where, "0", "how many parts a cycle makes, at least 1", problems);
  for (const auto& [product, time] : section.ideal) {
    if (time <= Duration::zero())
      refuse(node, "ideal", where, product + ": " + to_text(time), "a time above 0", problems);
    else
      ideals.of_product[product] = seconds(time) / section.parts;
  }
  if (!section.otherwise) return;
  if (*section.otherwise <= Duration::zero())
    return refuse(node, "otherwise", where, to_text(*section.otherwise), "a time above 0",
                  problems);
  ideals.otherwise = seconds(*section.otherwise) / section.parts;
}

void read_stop(const Node& node, const std::string& where, Ideals& ideals, Problems& problems) {
  StopSection section;
  load(node, where, section, problems);
  if (section.micro_stop < Duration::zero() || section.micro_stop > 1h)
    return refuse(node, "micro_stop", where, to_text(section.micro_stop), "a time up to 1 h",
                  problems);
  ideals.micro_stop = section.micro_stop;
}

template <class Settings>
Section section_of(Section::Place where, std::string key, std::string help) {
  Section section;
  section.place = where;
  section.key = std::move(key);
  section.help = std::move(help);
  section.check = [own = "/" + section.key](const Node&, const Plant& plant, const Machine* machine,
                                            Problems& problems) {
    if (machine == nullptr) {
      read_target(plant, problems);
      return;
    }
    Problems found;  // of both sections of the machine: each tells its own
    read_ideals(*machine, plant, found);
    for (const Problem& problem : found.list())
      if (problem.where.starts_with("machines/" + machine->path + own)) problems.add(problem);
  };
  section.write_schema = [](JsonWriter& out) {
    write_schema<Settings>(out, SchemaFor::plant_file);
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
  if (!target)
    refuse(node->second, "target", "oee", section.target, "a share such as 85 % or 0.85", problems);
  return target;
}

Ideals read_ideals(const Machine& machine, const Plant& plant, Problems& problems) {
  const std::string where = "machines/" + machine.path;
  Ideals ideals;
  if (machine.ideal_rate) ideals.otherwise = 3600 / *machine.ideal_rate;
  if (const auto cycle = machine.sections.find("cycle"); cycle != machine.sections.end())
    read_cycle(cycle->second, where + "/cycle", ideals, problems);
  if (const auto stop = machine.sections.find("stop"); stop != machine.sections.end())
    read_stop(stop->second, where + "/stop", ideals, problems);
  if (const auto count = machine.sections.find("count"); count != machine.sections.end()) {
    ideals.has_count = true;
    ideals.has_counter = count->second.find("good") != nullptr;
  }
  Problems told_elsewhere;
  ideals.target = read_target(plant, told_elsewhere);
  return ideals;
}

Titles read_reason_titles(const Plant& plant) {
  Titles titles;
  const auto node = plant.sections.find("reasons");
  if (node == plant.sections.end()) return titles;
  for (const Node& item : node->second.items) {
    const Node* name = item.find("name");
    const Node* title = item.find("title");
    if (name != nullptr) titles[name->text] = title == nullptr ? name->text : title->text;
  }
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
  room.stage = [board](const flow::Directory& directory) { return make_stage(directory, board); };
  room.routes = routes(board);
  room.views = {{"oee", "OEE of each machine, line and area and of the plant, by path.",
                 [](JsonWriter& out) { write_schema<OeeRow>(out, SchemaFor::api); }}};
  return room;
}

}  // namespace millwright::watch::oee
