#include <algorithm>

#include "model/described_load.hpp"
#include "model/plant.hpp"
#include "model/plant_rules.hpp"

namespace millwright {
namespace {

using Place = Section::Place;

class PlantReader {
 public:
  PlantReader(std::span<const Section> sections, Problems& problems)
      : sections_(sections), problems_(problems), rules_(sections, problems) {}

  Plant read(const Node& root) {
    load_top(root);
    load_sources(root);
    load_machines(root);
    check_sections();
    return std::move(plant_);
  }

 private:
  std::vector<std::string_view> keys_of(Place place) const {
    std::vector<std::string_view> keys;
    for (const Section& section : sections_) {
      if (section.place == place) keys.push_back(section.key);
    }
    return keys;
  }

  void load_top(const Node& root) {
    std::vector<std::string_view> known{"plant", "machines", "sources"};
    const auto more = keys_of(Place::plant);
    known.insert(known.end(), more.begin(), more.end());
    for (const Node::Entry& entry : root.entries) {
      if (std::find(known.begin(), known.end(), entry.key) == known.end())
        detail::unknown_key(entry, "", known, problems_);
    }
    for (const std::string_view key : more) {
      if (const Node* found = root.find(key)) plant_.sections.emplace(key, *found);
    }
    const Node* identity = root.find("plant");
    if (identity == nullptr)
      return detail::missing_key(root, "", "plant", "the path and the zone of the plant",
                                 problems_);
    load(*identity, "plant", plant_.identity, problems_);
    rules_.check_identity(*identity, plant_.identity);
  }

  // The items of a list at the top; none when it is absent or no list.
  std::span<const Node> items_of(const Node& root, std::string_view key) {
    const Node* list = root.find(key);
    if (list == nullptr) return {};
    if (list->kind != Node::Kind::list)
      detail::expect(*list, std::string(key), "a list, or [] for none", problems_);
    return list->items;
  }

  void load_sources(const Node& root) {
    const auto kinds = keys_of(Place::source);
    const auto items = items_of(root, "sources");
    plant_.sources.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string where = "sources/" + label_of(items[i], i);
      Source& source = plant_.sources.emplace_back();
      source.at = items[i].at;
      const std::size_t before = problems_.count();
      load(items[i], where, source, problems_, kinds);
      find_kind(items[i], where, source, problems_.count() > before);
      rules_.check_source(items[i], source);
    }
  }

  // A source says in one key how it is reached.
  void find_kind(const Node& node, const std::string& where, Source& source, bool is_wrong) {
    for (const Node::Entry& entry : node.entries) {
      const bool is_kind = std::any_of(sections_.begin(), sections_.end(), [&](const Section& s) {
        return s.place == Place::source && s.key == entry.key;
      });
      if (!is_kind) continue;
      if (!source.kind.empty()) {
        problems_.add({entry.at, where, "'" + entry.key + "' beside '" + source.kind + "'",
                       "one kind a source: make it two sources", ""});
        continue;
      }
      source.kind = entry.key;
      source.settings = entry.value;
    }
    // An unknown key is most likely the kind, and has been named.
    if (!source.kind.empty() || is_wrong || node.kind != Node::Kind::map) return;
    std::string expected = "a key that says how it is reached:";
    for (const std::string_view kind : keys_of(Place::source))
      expected += " " + std::string(kind);
    problems_.add({node.at, where, "no kind of source", std::move(expected), ""});
  }

  void load_machines(const Node& root) {
    const auto keys = keys_of(Place::machine);
    const auto items = items_of(root, "machines");
    plant_.machines.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      Machine& machine = plant_.machines.emplace_back();
      machine.at = items[i].at;
      load(items[i], "machines/" + label_of(items[i], i), machine, problems_, keys);
      place_tags(items[i], machine);
      for (const std::string_view key : keys) {
        if (const Node* found = items[i].find(key)) machine.sections.emplace(key, *found);
      }
      rules_.check_machine(items[i], machine);
    }
  }

  static void place_tags(const Node& node, Machine& machine) {
    const Node* tags = node.find("tags");
    for (std::size_t i = 0; i < machine.tags.size(); ++i)
      machine.tags[i].at = tags->items[i].at;
  }

  // Sections are checked when the plant is whole, so that they can look for tags and machines.
  void check_sections() {
    for (const Section& section : sections_) {
      if (!section.check) continue;
      const auto check = [&](const Node& node, const std::string& where, const Machine* machine) {
        Problems found;
        section.check(node, plant_, machine, found);
        for (Problem problem : found.list()) {
          // A module that loads its part at run time, too, may tell the whole place already.
          if (!problem.where.starts_with(where)) problem.where = place(where, problem.where);
          problems_.add(std::move(problem));
        }
      };
      if (section.place == Place::plant) check_plant(section, check);
      if (section.place == Place::machine) check_machines(section, check);
      if (section.place == Place::source) check_sources(section, check);
    }
  }

  template <class Check>
  void check_plant(const Section& section, const Check& check) const {
    const auto found = plant_.sections.find(section.key);
    if (found != plant_.sections.end()) check(found->second, section.key, nullptr);
  }

  template <class Check>
  void check_machines(const Section& section, const Check& check) const {
    for (const Machine& machine : plant_.machines) {
      const auto found = machine.sections.find(section.key);
      if (found == machine.sections.end()) continue;
      check(found->second, "machines/" + machine.path + "/" + section.key, &machine);
    }
  }

  template <class Check>
  void check_sources(const Section& section, const Check& check) const {
    for (const Source& source : plant_.sources) {
      if (source.kind == section.key)
        check(source.settings, "sources/" + source.name + "/" + section.key, nullptr);
    }
  }

  std::span<const Section> sections_;
  Problems& problems_;
  PlantRules rules_;
  Plant plant_;
};

}  // namespace

Plant read_plant(std::string_view text, std::span<const Section> sections, Problems& problems) {
  const Node root = read_yaml(text, NodeLimits{}, problems);
  Plant plant;
  if (root.kind == Node::Kind::map) {
    plant = PlantReader(sections, problems).read(root);
  } else if (root.kind != Node::Kind::refused) {
    const bool is_empty = root.kind == Node::Kind::null;
    problems.add({root.at, "", is_empty ? "an empty file" : found_in(root),
                  "the keys plant, machines and sources", ""});
  }
  problems.sort();
  return plant;
}

}  // namespace millwright
