#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "watch/order/order.hpp"

namespace millwright::watch::order {

// A run as the API shows it.
struct ShownRun {
  std::string machine;
  Instant from{};
  std::optional<Instant> to;
  std::string order, product;
  std::int64_t good = 0, scrap = 0;

  static constexpr auto describe() {
    using T = ShownRun;
    return record("run_span", field("machine", &T::machine, "", "Path."),
                  field("from", &T::from, "", "Since when."),
                  field("to", &T::to, "", "Until when; null up to now."),
                  field("order", &T::order, "", "Number; empty: none."),
                  field("product", &T::product, "", "What was made."),
                  field("good", &T::good, "parts", "Good parts made in it."),
                  field("scrap", &T::scrap, "parts", "Rejected parts."));
  }
};

// What is known of orders for reader threads: immutable.
struct Orders {
  // Owners of each: the stage until it changes, and readers.
  using Runs = std::vector<std::shared_ptr<const ShownRun>>;
  struct Machine {
    std::string order;  // that it is on, also when paused
    RunState state = RunState::none;
    Runs runs;
  };
  Instant now{};
  std::map<std::string, std::shared_ptr<const Machine>, std::less<>> machines;  // by path
  std::map<std::string, std::shared_ptr<const OrderRow>, std::less<>> orders;
  std::shared_ptr<const std::set<std::string, std::less<>>> keys;  // of requests heard
};

// Where the stage leaves them and routes find them. Thread: any.
class Board {
 public:
  void put(std::shared_ptr<const Orders> orders) {
    const std::lock_guard lock(mutex_);
    orders_ = std::move(orders);
  }
  std::shared_ptr<const Orders> get() const {
    const std::lock_guard lock(mutex_);
    return orders_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Orders> orders_ = std::make_shared<const Orders>();
};

// Owners of the board: the stage, which writes, and the routes, which read.
std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory,
                                        std::shared_ptr<Board> board);
std::vector<flow::Route> board_routes(const std::shared_ptr<const Board>& board);
std::vector<flow::Route> writing_routes(const std::shared_ptr<const Board>& board,
                                        const flow::LineContext& context);

}  // namespace millwright::watch::order
