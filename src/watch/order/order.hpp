#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/room.hpp"
#include "model/machine_sections.hpp"
#include "model/plant_lists.hpp"
#include "watch/order/runs.hpp"

namespace millwright::watch::order {

// What the module brings: sections `orders:`, `products:` and a machine's `order:`, the stage,
// views `orders` and `runs`, the routes below /api/v1/orders and /api/v1/runs.
flow::Room room();

// An item of the section `orders:`, a request of POST /api/v1/orders, and a line of an import.
struct OrderForm {
  std::string order, product;
  std::uint64_t quantity = 0;
  std::optional<Instant> due;
  std::vector<std::string> machines;  // whole paths, or below the plant
  std::string note;

  static constexpr auto describe() {
    using T = OrderForm;
    return record(
        "order_form", required("order", &T::order, "", "Number."),
        field("product", &T::product, "", "What is made: a name under `products:`."),
        field("quantity", &T::quantity, "parts", "How many; 0: not told."),
        field("due", &T::due, "", "By when: 2026-11-25T14:00:00Z."),
        field("machines", &T::machines, "", "Paths of the machines that may make it; none: any."),
        field("note", &T::note, "", "A remark."));
  }
};

// A row of the view `orders`.
struct OrderRow {
  std::string order, product;
  std::uint64_t quantity = 0;
  std::optional<Instant> due;
  OrderState state = OrderState::released;
  std::optional<Instant> released, started, done;
  std::int64_t good = 0, scrap = 0;
  std::vector<std::string> machines, made_at;
  ToldBy how = ToldBy::tap;
  std::string who;
  bool is_described = false;
  std::string note;

  static constexpr auto describe() {
    using T = OrderRow;
    return record(
        "order_row", field("order", &T::order, "", "Number."),
        field("product", &T::product, "", "What is made."),
        field("quantity", &T::quantity, "parts", "How many; 0: not told."),
        field("due", &T::due, "", "By when."), field("state", &T::state, "", "Of its life."),
        field("released", &T::released, "", "When it was first told."),
        field("started", &T::started, "", "When the first machine began it."),
        field("done", &T::done, "", "When it was done."),
        field("good", &T::good, "parts", "Good parts, where orders are finished."),
        field("scrap", &T::scrap, "parts", "Rejected parts, at any machine."),
        field("machines", &T::machines, "", "Where it may be made; none: any machine."),
        field("made_at", &T::made_at, "", "Machines that have worked on it."),
        field("how", &T::how, "", "How it was told."), field("who", &T::who, "", "By whom."),
        field("is_described", &T::is_described, "", "False: only its number is known."),
        field("note", &T::note, "", "A remark."));
  }
  friend bool operator==(const OrderRow&, const OrderRow&) = default;
};

// A row of the view `runs`: what a machine works on now.
struct RunRow {
  std::string order, product;
  std::uint64_t quantity = 0;
  std::int64_t good = 0, scrap = 0;
  RunState state = RunState::none;
  std::optional<Instant> since, done_at;
  std::string done_basis;
  std::optional<double> ideal_cycle;
  ToldBy how = ToldBy::tag;

  static constexpr auto describe() {
    using T = RunRow;
    return record(
        "run_row", field("order", &T::order, "", "Number; empty: none."),
        field("product", &T::product, "", "What is made."),
        field("quantity", &T::quantity, "parts", "How many here; 0: not told."),
        field("good", &T::good, "parts", "Good parts of the order at this machine."),
        field("scrap", &T::scrap, "parts", "Rejected parts of the order at this machine."),
        field("state", &T::state, "", "Whether it is worked on."),
        field("since", &T::since, "", "Since when the machine is on it."),
        field("done_at", &T::done_at, "", "When it will be done here."),
        field("done_basis", &T::done_basis, "", "On what that rests, or what is missing."),
        field("ideal_cycle", &T::ideal_cycle, "s", "Seconds a part at best."),
        field("how", &T::how, "", "How it was told."));
  }
  friend bool operator==(const RunRow&, const RunRow&) = default;
};

}  // namespace millwright::watch::order
