#include "watch/order/sections.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright::watch::order {
namespace {

constexpr std::size_t number_bytes_max = 64, note_bytes_max = 1000;
constexpr std::uint64_t quantity_max = 1'000'000'000;

// The whole path of a machine that is named whole or below the plant; empty: there is none.
std::string whole_path(const Plant& plant, const std::string& named, std::string& near) {
  std::vector<std::string_view> known;
  for (const Machine& machine : plant.machines) {
    std::string whole = plant.machine_path(machine);
    if (named == whole || named == machine.path) return whole;
    known.push_back(machine.path);
  }
  near = nearest(named, known).value_or("");
  return "";
}

std::vector<std::string> product_names(const Plant& plant) {
  std::vector<std::string> names;
  Problems ignored;  // told where the section itself is checked
  for (const ProductItem& item : read_products(plant, ignored))
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

std::vector<Section> sections() {
  Section machine = section_of<OrderSection>(
      Section::Place::machine, "order",
      "Tags that tell the present order, and whether orders are finished here.");
  machine.check = [](const Node&, const Plant&, const Machine* at, Problems& problems) {
    if (at != nullptr) read_order(*at, problems);
  };
  Section orders = section_of<std::vector<OrderForm>>(Section::Place::plant, "orders",
                                                      "Orders known from the start.");
  orders.check = [](const Node& node, const Plant& plant, const Machine*, Problems& problems) {
    read_orders(node, plant, problems);
  };
  Section products = section_of<std::vector<ProductItem>>(Section::Place::plant, "products",
                                                          "What the plant makes.");
  products.check = [](const Node&, const Plant& plant, const Machine*, Problems& problems) {
    read_products(plant, problems);
  };
  return {machine, orders, products};
}

}  // namespace millwright::watch::order
