#pragma once

#include <span>

#include "watch/order/order.hpp"

namespace millwright::watch::order {

// An order, beside what machines did of it.
struct Order {
  std::string order, product;
  std::uint64_t quantity = 0;
  std::optional<Instant> due;
  std::vector<std::string> machines;
  std::string note, who;
  ToldBy how = ToldBy::tag;
  bool is_described = false;
  Instant released{};
  std::optional<Instant> moved_at;  // somebody moved the order as a whole
  OrderState moved_to = OrderState::released;
  Parts earlier{};                   // of runs that are no longer kept
  std::vector<std::string> made_at;  // sorted paths

  static constexpr auto describe() {
    using T = Order;
    return record("order", field("order", &T::order, "", ""), field("product", &T::product, "", ""),
                  field("quantity", &T::quantity, "", ""), field("due", &T::due, "", ""),
                  field("machines", &T::machines, "", ""), field("note", &T::note, "", ""),
                  field("who", &T::who, "", ""), field("how", &T::how, "", ""),
                  field("is_described", &T::is_described, "", ""),
                  field("released", &T::released, "", ""), field("moved_at", &T::moved_at, "", ""),
                  field("moved_to", &T::moved_to, "", ""), field("earlier", &T::earlier, "", ""),
                  field("made_at", &T::made_at, "", ""));
  }
};

// A machine that worked on an order.
struct Visit {
  const Runs* runs;
  bool counts;  // orders are finished here
};

// The order with what the machines did of it. `last` is when something last happened to it.
struct Life {
  OrderRow row;
  Instant last{};
  bool has_run = false;
};
Life life_of(const Order& order, std::span<const Visit> visits);

// Why an order cannot be moved so now, as a sentence; empty: it can.
// Shape: `row` null: nobody knows the number. `here`: the machine's present order and its state.
struct Here {
  std::string machine, order;  // empty machine: the order as a whole
  RunState state = RunState::none;
};
std::string why_not(const OrderRow* row, const Here& here, const fact::OrderMoved& move);

// The row as it will be when the move is heard, for the answer to the person.
OrderRow moved(OrderRow row, const Here& here, const fact::OrderMoved& move, Instant now);

}  // namespace millwright::watch::order
