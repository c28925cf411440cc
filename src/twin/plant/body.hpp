#pragma once

#include <vector>

#include "base/time.hpp"
#include "math/simulate/random.hpp"
#include "twin/plant/sensors.hpp"

namespace millwright::twin {

enum class Activity : std::uint8_t { off, idle, setup, run };

// The hidden physics of one machine: what wears, drifts and clogs, and what its sensors make of it.
// Times are since the start of the run. What it hides leaves it only through read().
class Body {
 public:
  Body(const Station& station, std::uint32_t index, std::uint64_t seed);

  // Lives on as it was until `at`, from then on with another activity.
  void follow(Duration at, Activity activity);
  void follow(Duration at) { follow(at, activity_); }
  void finish_part();
  void repair();
  // A worn-out part gives up; true once, the machine then needs a repair.
  bool gives_up();
  // How many times the usual scrap the machine makes now.
  double scrap_factor() const;

  std::span<const Sensor> sensors() const { return sensors_; }
  // Wears nothing and moves nothing: however often sensors are read, the machine lives the same.
  double read(std::size_t sensor, Duration at);

 private:
  double level(const Sensor& sensor) const;
  double lagged(std::size_t sensor, double passed) const;
  void age(double hours);
  void replace_bearing();

  const Station* station_;
  std::span<const Sensor> sensors_;
  math::Stream noise_, life_;
  Activity activity_ = Activity::off;
  Duration at_{};
  std::vector<double> lagged_, drift_;
  std::vector<Duration> read_at_;
  double wear_ = 0, special_ = 0;
  double bearing_hours_left_ = 0;
  bool has_given_up_ = false;
};

}  // namespace millwright::twin
