#pragma once

// Private to this folder: what the works is made of while it runs.

#include <map>

#include "math/simulate/simulation.hpp"
#include "twin/plant/body.hpp"
#include "twin/plant/factory.hpp"
#include "twin/plant/orders.hpp"

namespace millwright::twin {

// What the controller of a machine shows, beside its sensors.
struct Panel {
  std::int32_t state = 2, mode = 5;  // PackML
  std::uint32_t good = 0, reject = 0;
  std::string order, product;
  double speed = 0;
  std::uint32_t alarm = 0;
  bool blocked = false, starved = false;
  std::uint32_t quantity = 0;

  Value value(Common tag) const;
};

class Factory::Inside : private math::Listener {
 public:
  Inside(Works works, const FactorySettings& settings, Instant epoch);
  Outcome begin();  // builds the model and lives through the days before the start
  void advance_to(Duration until, const Sink* sink);
  void tell_all(const Sink& sink);
  Duration next_change() const;

  Works works;
  FactorySettings settings;
  Instant epoch;  // the Monday on which the run begins: zero of all durations here
  std::vector<Tag> tags;
  std::vector<math::Simulation> simulation;  // one, once begun

 private:
  struct Unit {
    Panel shown, now;
    Body body;
    math::Stream luck;
    std::size_t first_tag;
    bool is_touched = false;
    Duration part_at{-1};
    double pace = 1;
    Duration slow_until{};
  };

  Outcome make_calendars(std::vector<math::Calendar>& calendars);
  void hear(const math::Record& record) override;
  void take_state(Unit& unit, const math::Record& record);
  void show_closed(Unit& unit, Duration at);
  void take_part(Unit& unit, const math::Record& record);
  void start_cycle(Unit& unit, const math::Record& record);
  void show_touched();
  void sense(std::uint32_t machine, ReadWhen when, Duration at);
  void tell(std::size_t tag, Duration at, Value value);
  void plan();  // once a minute
  void set_pace(std::uint32_t machine);
  Duration tick_time(std::int64_t tick) const;

  math::Calendar manned_;
  std::vector<Unit> units_;
  OrderBook book_;
  struct Lot {
    std::uint32_t frames = 0, boards = 0;
  };
  std::map<std::uint32_t, Lot> lots_;  // by number, of the last orders
  std::int64_t frames_in_work_ = 0;
  Duration touched_at_{}, planned_until_{};
  Duration first_;         // from when on it tells
  std::int64_t tick_ = 1;  // tell_all is the first
  const Sink* sink_ = nullptr;
};

}  // namespace millwright::twin
