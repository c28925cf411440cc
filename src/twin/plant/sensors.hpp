#pragma once

#include <span>
#include <string_view>

#include "twin/plant/works.hpp"

namespace millwright::twin {

// What makes a sensor's value move besides the machine's activity. Hidden: no server shows it.
enum class Hidden : std::uint8_t { none, wear, special };
// When it is read: once a period, or when a part is finished.
enum class ReadWhen : std::uint8_t { periodic, each_part };

// The law of a sensor: it follows the level of the machine's activity (off, idle, run) with a lag
// of first order, times 1 + gain x hidden, plus noise, rounded to its resolution.
struct Sensor {
  std::string_view name, title, unit;
  double off, idle, run;
  double lag_seconds;
  double noise;  // standard deviation
  double low, high, resolution;
  Hidden hidden = Hidden::none;
  double gain = 0;
  ReadWhen read = ReadWhen::periodic;
};

// The name of the sensor whose idle and run levels are the station's kilowatts.
constexpr std::string_view power_name = "power";

std::span<const Sensor> sensors_of(Type type);

}  // namespace millwright::twin
