#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/ids.hpp"

namespace millwright {

// Life of a production order.
enum class OrderState : std::uint8_t { released, started, paused, done, closed };
constexpr std::array<std::string_view, 5> order_state_words{"released", "started", "paused", "done",
                                                            "closed"};
constexpr std::span<const std::string_view> words_of(OrderState) {
  return order_state_words;
}

// How somebody or something told it.
enum class ToldBy : std::uint8_t { tap, scan, tag, import, plant_file };
constexpr std::array<std::string_view, 5> told_by_words{"tap", "scan", "tag", "import",
                                                        "plant file"};
constexpr std::span<const std::string_view> words_of(ToldBy) {
  return told_by_words;
}

}  // namespace millwright

namespace millwright::fact {

// An order may be worked on. Said again with the same number: its description changed.
struct OrderReleased {
  std::string order, product;
  std::uint64_t quantity = 0;  // nought: not told
  std::optional<Instant> due;
  std::vector<std::string> machines;  // whole paths; none: any
  std::string note, who;
  ToldBy how = ToldBy::tap;

  static constexpr auto describe() {
    using T = OrderReleased;
    return record("order_released", field("order", &T::order, "", "Number."),
                  field("product", &T::product, "", "What is made."),
                  field("quantity", &T::quantity, "parts", "How many."),
                  field("due", &T::due, "", "By when."),
                  field("machines", &T::machines, "", "Where it may be made."),
                  field("note", &T::note, "", "A remark."), field("who", &T::who, "", "By whom."),
                  field("how", &T::how, "", "How it was told."));
  }
};

// Somebody or a tag moved an order along at a machine; it happened when the fact happened.
struct OrderMoved {
  std::string order;
  std::optional<MachineId> machine;  // none: the order as a whole, for closing
  OrderState to = OrderState::started;
  ToldBy how = ToldBy::tap;
  std::string who;
  std::string key;  // the same key twice has no effect

  static constexpr auto describe() {
    using T = OrderMoved;
    return record("order_moved", field("order", &T::order, "", "Number."),
                  field("machine", &T::machine, "", "Where."),
                  field("to", &T::to, "", "The state it is in from now on."),
                  field("how", &T::how, "", "How it was told."),
                  field("who", &T::who, "", "By whom."),
                  field("key", &T::key, "", "Tells a repeated request."));
  }
};

// From `from` on, a machine works on this order; what was said of later times before is withdrawn
// up to `until` (late data: a span inside the past; none: up to now).
struct RunChanged {
  MachineId machine;
  Instant from;
  std::optional<Instant> until;
  std::string order, product;  // empty: none

  static constexpr auto describe() {
    using T = RunChanged;
    return record("run_changed", field("machine", &T::machine, "", "Which."),
                  field("from", &T::from, "", "Since when."),
                  field("until", &T::until, "", "Until when, when it lies in the past."),
                  field("order", &T::order, "", "Number."),
                  field("product", &T::product, "", "What is made."));
  }
};

using Order = std::variant<OrderReleased, OrderMoved, RunChanged>;

}  // namespace millwright::fact
