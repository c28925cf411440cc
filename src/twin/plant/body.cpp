#include "twin/plant/body.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace millwright::twin {
namespace {

enum Purpose : std::uint32_t { noise = 910, life };

// Spindle bearings of the mills: Weibull life, outer-race band grows 30 times in the last 120 h.
constexpr double bearing_shape = 2.2, bearing_scale_hours = 900;
constexpr double bearing_warning_hours = 120, bearing_growth = 30;
// General wear of all other machines, from 0 to 1; a repair takes most of it away.
constexpr double wear_hours = 400, wear_after_repair = 0.3;
// Of each part (or batch), and of each operating hour, until someone changes or cleans it.
constexpr double tool_per_part = 3.0 / 60;
constexpr double welds_per_frame = 40, tip_per_weld = 0.009 / 100;
constexpr double tip_change = 0.16, tip_porous = 0.14;
constexpr double nozzle_per_batch = 1.0 / 40, contact_per_pack = 1.0 / 3000;
constexpr double door_per_hour = 1.0 / 300, offset_per_hour = 0.8 / 40;
// Of the oven: below 172 °C too much of a batch is scrap.
constexpr double oven_cold = 172, cold_scrap_factor = 0.06 / 0.004;

constexpr double drift_seconds = 600;
constexpr double hall_swing = 1.2;  // °C, warmest at 15 h

double hall(Duration since_midnight) {
  const double hours = seconds(since_midnight) / 3600;
  return hall_swing * std::sin(2 * std::numbers::pi * (hours - 9) / 24);
}

double rounded(double value, double resolution) {
  const double steps = std::round(1 / resolution);
  if (steps < 1) return std::round(value / resolution) * resolution;
  return std::round(value * steps) / steps;
}

}  // namespace

Body::Body(const Station& station, std::uint32_t index, std::uint64_t seed)
    : station_(&station),
      sensors_(sensors_of(station.type)),
      noise_({.seed = seed, .element = index, .purpose = Purpose::noise}),
      life_({.seed = seed, .element = index, .purpose = Purpose::life}),
      drift_(sensors_.size(), 0),
      read_at_(sensors_.size()) {
  for (const Sensor& sensor : sensors_)
    lagged_.push_back(level(sensor));
  special_ = life_.uniform() * (station.type == Type::weld ? tip_change : 1);
  wear_ = life_.uniform();
  if (station.type != Type::cnc) return;
  replace_bearing();
  bearing_hours_left_ *= life_.uniform();
  age(0);
}

void Body::replace_bearing() {
  bearing_hours_left_ =
      math::Distribution::weibull(bearing_shape, bearing_scale_hours).sample(life_);
}

double Body::level(const Sensor& sensor) const {
  const bool is_power = sensor.name == power_name;
  const double idle = is_power ? station_->is.idle_kilowatts : sensor.idle;
  const double run = is_power ? station_->is.run_kilowatts : sensor.run;
  switch (activity_) {
    case Activity::off:
      return sensor.off;
    case Activity::idle:
      return idle;
    case Activity::setup:
      return idle + 0.3 * (run - idle);
    case Activity::run:
      break;
  }
  return run;
}

double Body::lagged(std::size_t index, double passed) const {
  const double target = level(sensors_[index]);
  const double lag = sensors_[index].lag_seconds;
  return lag > 0 ? target + (lagged_[index] - target) * std::exp(-passed / lag) : target;
}

void Body::follow(Duration at, Activity activity) {
  const double passed = seconds(at - at_);
  for (std::size_t s = 0; s < sensors_.size(); ++s)
    lagged_[s] = lagged(s, passed);
  if (activity_ == Activity::run) age(passed / 3600);
  at_ = at;
  activity_ = activity;
}

void Body::age(double hours) {
  if (station_->type == Type::cnc) {
    bearing_hours_left_ -= hours;
    const double into = 1 - std::clamp(bearing_hours_left_ / bearing_warning_hours, 0.0, 1.0);
    wear_ = std::pow(bearing_growth, into) - 1;
    if (bearing_hours_left_ <= 0) has_given_up_ = true;
  } else {
    wear_ = std::min(1.0, wear_ + hours / wear_hours);
  }
  if (station_->type == Type::oven) special_ += hours * door_per_hour;
  if (station_->type == Type::placer) special_ += hours * offset_per_hour;
  if (station_->type != Type::weld && special_ > 1) special_ = 0;
}

void Body::finish_part() {
  switch (station_->type) {
    case Type::cnc:
      special_ += tool_per_part;
      break;
    case Type::weld:
      special_ += welds_per_frame * tip_per_weld;
      if (special_ > tip_change) special_ = 0;
      break;
    case Type::booth:
      special_ += nozzle_per_batch;
      break;
    case Type::battery_tester:
      special_ += contact_per_pack;
      break;
    default:
      return;
  }
  if (special_ > 1) special_ = 0;  // changed, or cleaned
}

void Body::repair() {
  if (station_->type == Type::cnc) {
    if (bearing_hours_left_ <= 0) replace_bearing();
    age(0);
  } else {
    wear_ *= wear_after_repair;
  }
  if (station_->type == Type::oven) special_ = 0;
}

bool Body::gives_up() {
  const bool now = has_given_up_;
  has_given_up_ = false;
  return now;
}

double Body::scrap_factor() const {
  switch (station_->type) {
    case Type::cnc:
    case Type::placer:
      return 0.5 + special_;
    case Type::weld:
      return special_ < tip_porous ? 0.8 : 2.4;
    case Type::booth:
      return 0.8 + 0.4 * special_;
    case Type::battery_tester:
      return 0.7 + 0.6 * special_;
    case Type::oven: {
      const auto zone3 = std::find_if(sensors_.begin(), sensors_.end(), [](const Sensor& s) {
        return s.name == "zone3/temperature";
      });
      const double truth = zone3->run * (1 + zone3->gain * special_);
      return truth < oven_cold ? cold_scrap_factor : 1;
    }
    default:
      return 1;
  }
}

double Body::read(std::size_t index, Duration at) {
  const Sensor& sensor = sensors_[index];
  const double passed = seconds(at - read_at_[index]);
  read_at_[index] = at;
  const double kept = std::exp(-passed / drift_seconds);
  drift_[index] =
      kept * drift_[index] + 0.5 * sensor.noise * std::sqrt(1 - kept * kept) * noise_.normal();
  const double run = sensor.name == power_name ? station_->is.run_kilowatts : sensor.run;
  const double base = sensor.read == ReadWhen::each_part ? run : lagged(index, seconds(at - at_));
  const double hidden = sensor.hidden == Hidden::wear      ? wear_
                        : sensor.hidden == Hidden::special ? special_
                                                           : 0;
  // What stands still is quiet.
  const double loudness = run != 0 ? std::min(1.0, std::abs(base / run)) : 1;
  double value = base * (1 + sensor.gain * hidden) +
                 loudness * (drift_[index] + sensor.noise * noise_.normal());
  if (sensor.unit == "°C") value += hall(at % Duration(24h));
  return rounded(std::clamp(value, sensor.low, sensor.high), sensor.resolution);
}

}  // namespace millwright::twin
