#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "watch/order/order.hpp"

namespace millwright::watch::order {

// Reads the sections of the module. Every problem has its line and column; what could be read is
// kept. Thread: any; pure.
std::vector<OrderForm> read_orders(const Node& node, const Plant& plant, Problems& problems);

// What is wrong with a form, as a sentence; empty: nothing. Machines become whole paths.
std::string complete(OrderForm& form, const Plant& plant);

std::vector<Section> sections();

}  // namespace millwright::watch::order
