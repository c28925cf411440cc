#pragma once

#include <optional>
#include <string>
#include <vector>

#include "watch/order/import.hpp"

namespace millwright::watch::order {

// What the routes take and answer, beside the rows of the views.

struct MoveForm {
  std::string order, machine;
  OrderState to = OrderState::started;
  ToldBy how = ToldBy::tap;
  std::string key;
  std::optional<Instant> at;

  static constexpr auto describe() {
    using T = MoveForm;
    return record("move_form", required("order", &T::order, "", "Number."),
                  field("machine", &T::machine, "", "Path; empty: the order as a whole."),
                  required("to", &T::to, "", "The state it is in from now on."),
                  field("how", &T::how, "", "tap or scan."),
                  field("key", &T::key, "", "The same key twice has no effect."),
                  field("at", &T::at, "", "When it was so; now when absent."));
  }
};

struct Imported {
  std::uint64_t kept = 0, changed = 0;
  bool dry_run = false;
  std::vector<BadLine> problems;

  static constexpr auto describe() {
    using T = Imported;
    return record("imported", field("kept", &T::kept, "", "Good lines."),
                  field("changed", &T::changed, "", "Of them: of orders that were known before."),
                  field("dry_run", &T::dry_run, "", "True: nothing was kept."),
                  field("problems", &T::problems, "", "Lines that were not taken."));
  }
};

struct OrderRows {
  std::vector<OrderRow> rows;
  static constexpr auto describe() {
    return record("orders", field("rows", &OrderRows::rows, "", "By number."));
  }
};

}  // namespace millwright::watch::order
