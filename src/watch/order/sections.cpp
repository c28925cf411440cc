#include "watch/order/sections.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright::watch::order {
namespace {

constexpr std::size_t number_bytes_max = 64, note_bytes_max = 1000, products_max = 10'000;
constexpr std::uint64_t quantity_max = 1'000'000'000;

enum class Holds { any, number };

void check_tag(const Node& section, const Machine& machine, std::string_view key, Holds holds,
               Problems& problems) {
  const Node* node = section.find(key);
  if (node == nullptr || node->kind != Node::Kind::scalar) return;
  const std::string where = "machines/" + machine.path + "/order/" + std::string(key);
  std::vector<std::string_view> names;
  for (const TagDescription& tag : machine.tags) {
    names.push_back(tag.name);
    if (tag.name != node->text) continue;
    const bool is_wrong =
        tag.kind == Kind::boolean || (holds == Holds::number && tag.kind == Kind::text);
    if (is_wrong)
      problems.add({node->at, where, "'" + node->text + "'",
                    holds == Holds::number ? "a tag whose kind is a number"
                                           : "a tag whose kind is text or a number",
                    ""});
    return;
  }
  problems.add({node->at, where, "'" + node->text + "'", "the name of a tag of this machine",
                std::string(nearest(node->text, names).value_or(""))});
}

// The whole path of a machine that is named whole or below the plant; empty: there is none.
std::string whole_path(const Plant& plant, const std::string& named, std::string& near) {
  std::vector<std::string_view> known;
  for (const Machine& machine : plant.machines) {
    const std::string whole = plant.machine_path(machine);
    if (named == whole || named == machine.path) return whole;
    known.push_back(machine.path);
  }
  near = nearest(named, known).value_or("");
  return "";
}

std::vector<std::string> product_names(const Plant& plant) {
  std::vector<std::string> names;
  const auto node = plant.sections.find("products");
  if (node == plant.sections.end()) return names;
  Problems ignored;  // told where the section itself is checked
  for (const ProductItem& item : read_products(node->second, ignored))
    names.push_back(item.name);
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t shown_max = 12;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), shown_max); ++i)
    out += (i == 0 ? "" : ", ") + names[i];
  return names.size() > shown_max ? out + ", …" : out;
}

bool is_number(std::string_view order) {
  const auto is_sign = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return !order.empty() && order.size() <= number_bytes_max && trimmed(order) == order &&
         std::none_of(order.begin(), order.end(), is_sign);
}

template <class T>
Section section_of(Section::Place place, std::string key, std::string help) {
  Section section;
  section.place = place;
  section.key = std::move(key);
  section.help = std::move(help);
  section.write_schema = [](JsonWriter& out) { write_schema<T>(out, SchemaFor::plant_file); };
  return section;
}

}  // namespace

OrderSection read_order(const Node& node, const Machine& machine, Problems& problems) {
  OrderSection section;
  load(node, "machines/" + machine.path + "/order", section, problems);
  check_tag(node, machine, "number", Holds::any, problems);
  check_tag(node, machine, "product", Holds::any, problems);
  check_tag(node, machine, "quantity", Holds::number, problems);
  return section;
}

std::vector<OrderForm> read_orders(const Node& node, const Plant& plant, Problems& problems) {
  std::vector<OrderForm> forms;
  load(node, "orders", forms, problems);
  if (node.kind != Node::Kind::list) return {};
  std::set<std::string> seen;
  std::vector<OrderForm> good;
  for (std::size_t i = 0; i < forms.size() && i < node.items.size(); ++i) {
    const std::string where = place("orders", std::to_string(i + 1));
    const std::string wrong = complete(forms[i], plant);
    if (!wrong.empty())
      problems.add({node.items[i].at, where, "'" + forms[i].order + "'",
                    "an order as this plant can make it: " + wrong, ""});
    if (!seen.insert(forms[i].order).second)
      problems.add(
          {node.items[i].at, where, "'" + forms[i].order + "' again", "each order once", ""});
    if (wrong.empty()) good.push_back(forms[i]);
  }
  return good;
}

std::vector<ProductItem> read_products(const Node& node, Problems& problems) {
  std::vector<ProductItem> items;
  load(node, "products", items, problems);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < items.size() && i < node.items.size(); ++i) {
    const bool is_wrong = items[i].name.empty() || items[i].name.size() > number_bytes_max;
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

std::string complete(OrderForm& form, const Plant& plant) {
  if (!is_number(form.order))
    return "expected as 'order' a number of 1 to 64 characters, without spaces at its ends";
  if (form.quantity > quantity_max)
    return "expected as 'quantity' at most " + std::to_string(quantity_max) + " parts";
  if (form.note.size() > note_bytes_max)
    return "expected as 'note' at most " + std::to_string(note_bytes_max) + " characters";
  const std::vector<std::string> products = product_names(plant);
  const bool is_known = form.product.empty() || products.empty() ||
                        std::find(products.begin(), products.end(), form.product) != products.end();
  if (!is_known)
    return "there is no product '" + form.product + "': the products are " + joined(products);
  if (form.product.size() > number_bytes_max) return "expected as 'product' at most 64 characters";
  for (std::string& machine : form.machines) {
    std::string near;
    const std::string whole = whole_path(plant, machine, near);
    if (whole.empty())
      return "there is no machine '" + machine + "'" +
             (near.empty() ? std::string() : ": did you mean '" + near + "'?");
    machine = whole;
  }
  return "";
}

// The section belongs to watch/oee, which checks it; here only its numbers are looked up.
Cycle cycle_of(const Machine& machine) {
  Cycle cycle;
  if (machine.ideal_rate && *machine.ideal_rate > 0) cycle.otherwise = 3600 / *machine.ideal_rate;
  const auto section = machine.sections.find("cycle");
  if (section == machine.sections.end()) return cycle;
  Problems ignored;
  double parts = 1;
  if (const Node* node = section->second.find("parts"))
    detail::load_number(*node, "", parts, ignored);
  const auto seconds_of = [&](const Node& node) -> std::optional<double> {
    Duration time{};
    if (!detail::load_duration(node, "", time, ignored) || time <= Duration::zero() || parts <= 0)
      return std::nullopt;
    return seconds(time) / parts;
  };
  if (const Node* node = section->second.find("otherwise")) cycle.otherwise = seconds_of(*node);
  if (const Node* node = section->second.find("ideal")) {
    for (const Node::Entry& entry : node->entries)
      if (const auto time = seconds_of(entry.value)) cycle.of_product[entry.key] = *time;
  }
  return cycle;
}

std::vector<Section> sections() {
  Section machine = section_of<OrderSection>(
      Section::Place::machine, "order",
      "Tags that tell the present order, and whether orders are finished here.");
  machine.check = [](const Node& node, const Plant&, const Machine* at, Problems& problems) {
    if (at != nullptr) read_order(node, *at, problems);
  };
  Section orders = section_of<std::vector<OrderForm>>(Section::Place::plant, "orders",
                                                      "Orders known from the start.");
  orders.check = [](const Node& node, const Plant& plant, const Machine*, Problems& problems) {
    read_orders(node, plant, problems);
  };
  Section products = section_of<std::vector<ProductItem>>(Section::Place::plant, "products",
                                                          "What the plant makes.");
  products.check = [](const Node& node, const Plant&, const Machine*, Problems& problems) {
    read_products(node, problems);
  };
  return {machine, orders, products};
}

}  // namespace millwright::watch::order
