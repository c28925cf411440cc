#include "model/plant_lists.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "model/described_load.hpp"

namespace millwright {
namespace {

constexpr std::size_t name_bytes_max = 64;

bool is_word(std::string_view name) {
  return !name.empty() && name.size() <= name_bytes_max &&
         name.find_first_of(" \t\r\n|") == name.npos;
}

bool is_machine(const Plant& plant, std::string_view named) {
  return std::any_of(plant.machines.begin(), plant.machines.end(), [&](const Machine& machine) {
    return named == machine.path || named == plant.machine_path(machine);
  });
}

void check_machines(const Reason& reason, const Node& at, const std::string& where,
                    const Plant& plant, Problems& problems) {
  for (const std::string& named : reason.machines) {
    if (is_machine(plant, named)) continue;
    std::vector<std::string_view> known;
    for (const Machine& machine : plant.machines)
      known.push_back(machine.path);
    problems.add({at.at, where + "/machines", "'" + named + "'", "the path of a machine",
                  std::string(nearest(named, known).value_or(""))});
  }
}

void check_counts(const std::vector<Reason>& reasons, const Node& node, const std::string& key,
                  const Plant& plant, Problems& problems) {
  for (const Machine& machine : plant.machines) {
    const auto count = std::count_if(reasons.begin(), reasons.end(), [&](const Reason& reason) {
      return applies(reason, plant, plant.machine_path(machine));
    });
    if (static_cast<std::size_t>(count) > reasons_max)
      problems.add({node.at, key,
                    std::to_string(count) + " reasons for machine '" + machine.path + "'",
                    "at most " + std::to_string(reasons_max) +
                        " that apply to one machine: name the machines of each",
                    ""});
  }
}

}  // namespace

std::vector<ProductItem> read_products(const Plant& plant, Problems& problems) {
  const auto section = plant.sections.find("products");
  if (section == plant.sections.end()) return {};
  const Node& node = section->second;
  std::vector<ProductItem> items;
  load(node, "products", items, problems);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < items.size() && i < node.items.size(); ++i) {
    const bool is_wrong = items[i].name.empty() || items[i].name.size() > name_bytes_max;
    if (is_wrong)
      problems.add({node.items[i].at, place("products", std::to_string(i + 1)),
                    found_in(node.items[i]), "a name of 1 to 64 characters", ""});
    if (!seen.insert(items[i].name).second)
      problems.add({node.items[i].at, place("products", items[i].name),
                    "'" + items[i].name + "' again", "each product once", ""});
  }
  if (items.size() > products_max)
    problems.add({node.at, "products", std::to_string(items.size()) + " products",
                  "at most " + std::to_string(products_max), ""});
  return items;
}

std::vector<Reason> read_reasons(const Plant& plant, const std::string& key, Problems& problems) {
  const auto section = plant.sections.find(key);
  if (section == plant.sections.end()) return {};
  const Node& node = section->second;
  std::vector<Reason> reasons;
  load(node, key, reasons, problems);
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
  check_counts(reasons, node, key, plant, problems);
  return reasons;
}

std::string title_of(const ProductItem& product) {
  return product.title.empty() ? product.name : product.title;
}

std::string title_of(const Reason& reason) {
  return reason.title.empty() ? reason.name : reason.title;
}

bool applies(const Reason& reason, const Plant& plant, std::string_view machine_path) {
  return reason.machines.empty() ||
         std::any_of(reason.machines.begin(), reason.machines.end(), [&](const std::string& named) {
           return named == machine_path || plant.identity.path + "/" + named == machine_path;
         });
}

}  // namespace millwright
