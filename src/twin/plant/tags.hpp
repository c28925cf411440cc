#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "twin/plant/works.hpp"

namespace millwright::twin {

// Types as on the wire: Boolean, Int32, UInt32, Double, String.
using Value = std::variant<bool, std::int32_t, std::uint32_t, double, std::string>;
enum class ValueType : std::uint8_t { boolean, integer, natural, number, text };

// What every machine shows besides its sensors, in this order.
enum class Common : std::uint8_t {
  state,   // PackML: 2 stopped, 4 idle, 5 suspended, 6 execute, 9 aborted, 11 held
  mode,    // PackML: 1 production; of this works: 4 change-over, 5 outside the shifts
  good,    // parts since the machine was put up
  reject,  // scrap, and parts that failed at first
  order,
  product,
  speed,    // % of the ideal cycle
  alarm,    // bits, see alarm_words
  blocked,  // suspended because there is no room behind it
  starved,  // suspended because nothing comes
  quantity  // parts of the present order at this machine; 0: none
};
constexpr std::size_t common_count = 11;

// What a bit of the alarm word says, from bit 0 on.
enum class Alarm : std::uint8_t { none, drive, sensor, air, overheated, jam, misfeed, unmanned };
std::string_view word_of(Alarm alarm);
constexpr std::size_t alarm_count = 8;

struct Tag {
  std::uint32_t machine;  // index in the works
  std::string name;       // spindle/vibration
  std::string title, unit;
  ValueType type;
  double low = 0, high = 0, resolution = 0;  // of numbers

  bool is_analog() const { return type == ValueType::number; }
};

// All tags: for each machine those of Common, then its sensors.
std::vector<Tag> tags_of(const Works& works);

// cnc3.spindle.vibration: the string of the node id, in the namespace of the machine's server.
std::string node_name(const Works& works, const Tag& tag);

// urn:velo:berlin:frames
std::string namespace_of(Group group);

}  // namespace millwright::twin
