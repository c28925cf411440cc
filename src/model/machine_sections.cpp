#include "model/machine_sections.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "model/described_load.hpp"

namespace millwright {
namespace {

// Reads one section of a machine: knows where it stands, and collects what is wrong.
class Reading {
 public:
  enum class Holds { number, text_or_number };

  Reading(const Machine& machine, const std::string& key, Problems& problems)
      : machine_(machine), where_("machines/" + machine.path + "/" + key), problems_(problems) {
    const auto found = machine.sections.find(key);
    if (found != machine.sections.end()) node_ = &found->second;
  }
  bool is_there() const { return node_ != nullptr; }

  template <class Settings>
  void load_into(Settings& section) {
    load(*node_, where_, section, problems_);
  }

  void refuse(std::string_view key, const std::string& found, std::string expected) {
    const Node* at = node_->find(key);
    problems_.add({at == nullptr ? node_->at : at->at, place(where_, key), "'" + found + "'",
                   std::move(expected), ""});
  }

  void refuse_machine(const std::string& name, const Plant& plant) {
    std::vector<std::string_view> known;
    for (const Machine& machine : plant.machines)
      if (machine.path != machine_.path) known.push_back(machine.path);
    problems_.add({node_->at, where_, "'" + name + "'", "the path of another machine",
                   std::string(nearest(name, known).value_or(""))});
  }

  // A tag of the machine, by its name. An absent one is allowed.
  void check_tag(std::string_view key, Holds holds) {
    const Node* node = node_->find(key);
    if (node == nullptr || node->kind != Node::Kind::scalar) return;
    std::vector<std::string_view> names;
    for (const TagDescription& tag : machine_.tags) {
      names.push_back(tag.name);
      if (tag.name != node->text) continue;
      const bool is_wrong =
          tag.kind == Kind::boolean || (holds == Holds::number && tag.kind == Kind::text);
      if (is_wrong)
        refuse(key, node->text,
               holds == Holds::number ? "a tag whose kind is a number"
                                      : "a tag whose kind is text or a number");
      return;
    }
    problems_.add({node->at, place(where_, key), "'" + node->text + "'",
                   "the name of a tag of this machine",
                   std::string(nearest(node->text, names).value_or(""))});
  }

  void check_time(std::string_view key, Duration least, Duration most, Duration& value) {
    if (value >= least && value <= most) return;
    refuse(key, to_text(value), "a time from " + to_text(least) + " to " + to_text(most));
    value = std::clamp(value, least, most);
  }

 private:
  const Machine& machine_;
  const Node* node_ = nullptr;
  std::string where_;
  Problems& problems_;
};

}  // namespace

CountSection read_count(const Machine& machine, Problems& problems) {
  CountSection section;
  Reading reading(machine, "count", problems);
  if (!reading.is_there()) return section;
  reading.load_into(section);
  reading.check_tag("good", Reading::Holds::number);
  reading.check_tag("reject", Reading::Holds::number);
  reading.check_time("window", 1min, 8h, section.window);
  return section;
}

CycleSection read_cycle(const Machine& machine, Problems& problems) {
  CycleSection section;
  Reading reading(machine, "cycle", problems);
  if (!reading.is_there()) return section;
  reading.load_into(section);
  if (section.parts == 0) {
    reading.refuse("parts", "0", "how many parts a cycle makes, at least 1");
    section.parts = 1;
  }
  for (auto one = section.ideal.begin(); one != section.ideal.end();) {
    const bool is_right = one->second > Duration::zero();
    if (!is_right)
      reading.refuse("ideal", one->first + ": " + to_text(one->second), "a time above 0");
    one = is_right ? std::next(one) : section.ideal.erase(one);
  }
  if (section.otherwise && *section.otherwise <= Duration::zero()) {
    reading.refuse("otherwise", to_text(*section.otherwise), "a time above 0");
    section.otherwise.reset();
  }
  return section;
}

OrderSection read_order(const Machine& machine, Problems& problems) {
  OrderSection section;
  Reading reading(machine, "order", problems);
  if (!reading.is_there()) return section;
  reading.load_into(section);
  reading.check_tag("number", Reading::Holds::text_or_number);
  reading.check_tag("product", Reading::Holds::text_or_number);
  reading.check_tag("quantity", Reading::Holds::number);
  return section;
}

StopSection read_stop(const Machine& machine, Problems& problems) {
  StopSection section;
  Reading reading(machine, "stop", problems);
  if (!reading.is_there()) return section;
  reading.load_into(section);
  reading.check_time("micro_stop", 0s, 1h, section.micro_stop);
  reading.check_time("needs_reason_after", section.micro_stop, 24h, section.needs_reason_after);
  return section;
}

std::vector<std::string> read_feeds(const Machine& machine, const Plant& plant,
                                    Problems& problems) {
  std::vector<std::string> named, whole;
  Reading reading(machine, "feeds", problems);
  if (!reading.is_there()) return whole;
  reading.load_into(named);
  for (const std::string& name : named) {
    const auto found =
        std::find_if(plant.machines.begin(), plant.machines.end(), [&](const Machine& other) {
          return name == other.path || name == plant.machine_path(other);
        });
    if (found == plant.machines.end() || &*found == &machine)
      reading.refuse_machine(name, plant);
    else
      whole.push_back(plant.machine_path(*found));
  }
  return whole;
}

Counting counting(const Machine& machine) {
  if (!machine.sections.contains("count")) return Counting::nobody;
  Problems ignored;
  return read_count(machine, ignored).good.empty() ? Counting::people : Counting::tag;
}

IdealCycle ideal_cycle(const Machine& machine) {
  IdealCycle cycle;
  if (machine.ideal_rate && *machine.ideal_rate > 0) cycle.otherwise = 3600 / *machine.ideal_rate;
  Problems ignored;
  const CycleSection section = read_cycle(machine, ignored);
  for (const auto& [product, time] : section.ideal)
    cycle.of_product[product] = seconds(time) / section.parts;
  if (section.otherwise) cycle.otherwise = seconds(*section.otherwise) / section.parts;
  return cycle;
}

}  // namespace millwright
