#pragma once

#include <functional>
#include <memory>

#include "math/simulate/simulation.hpp"
#include "twin/plant/life.hpp"
#include "twin/plant/tags.hpp"

namespace millwright::twin {

struct FactorySettings {
  Life life;
  Instant first;  // from when on it tells; what it lived through before, it did in silence
  Duration sensor_period = 1s;
  // For tests, which no server has: all that happens in the works, from the first day on.
  std::function<void(Instant, const math::Record&)> truth = {};
};

// One value of one tag, as a sensor or controller would have it. No tag has two values at one time.
struct Reading {
  std::uint32_t tag;
  Instant at;
  Value value;
};
using Sink = std::function<void(const Reading&)>;

// The works at work: the simulator, the hidden physics and the planner who releases orders. The
// same settings give the same readings. Thread: one at a time.
class Factory {
 public:
  // Errors: not_found when the time zone of the plant is not known to this computer.
  static Result<Factory> open(const FactorySettings& settings);
  Factory(Factory&&) noexcept;
  Factory& operator=(Factory&&) noexcept;
  ~Factory();

  // Tells what changed up to and with `until`, in the order of time.
  void advance_to(Instant until, const Sink& sink);
  // Tells every tag as it is now.
  void tell_all(const Sink& sink);
  Instant now() const;
  Instant next_change() const;  // nothing is told before

  const Works& works() const;
  const std::vector<Tag>& tags() const;
  math::Totals totals();  // for tests: the truth behind the readings, since it tells

 private:
  class Inside;
  explicit Factory(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace millwright::twin
