#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "watch/order/order.hpp"

namespace millwright::watch::order {

// Reads the sections of the module. Every problem has its line and column; what could be read is
// kept. Thread: any; pure.
OrderSection read_order(const Node& node, const Machine& machine, Problems& problems);
std::vector<OrderForm> read_orders(const Node& node, const Plant& plant, Problems& problems);
std::vector<ProductItem> read_products(const Node& node, Problems& problems);

// Seconds a part at best, from the machine's section `cycle:` or else its `ideal_rate`.
struct Cycle {
  std::map<std::string, double> of_product;
  std::optional<double> otherwise;

  std::optional<double> of(const std::string& product) const {
    const auto found = of_product.find(product);
    return found == of_product.end() ? otherwise : std::optional(found->second);
  }
};
Cycle cycle_of(const Machine& machine);

// What is wrong with a form, as a sentence; empty: nothing. Machines become whole paths.
std::string complete(OrderForm& form, const Plant& plant);

std::vector<Section> sections();

}  // namespace millwright::watch::order
