#include "twin/plant/tags.hpp"

#include <algorithm>

#include "twin/plant/sensors.hpp"

namespace millwright::twin {
namespace {

struct CommonTag {
  std::string_view name, title, unit;
  ValueType type;
};
constexpr CommonTag common[common_count] = {
    {"state", "State (PackML)", "", ValueType::integer},
    {"mode", "Mode (PackML)", "", ValueType::integer},
    {"good", "Good parts", "1", ValueType::natural},
    {"reject", "Rejected parts", "1", ValueType::natural},
    {"order", "Order", "", ValueType::text},
    {"product", "Product", "", ValueType::text},
    {"speed", "Speed", "%", ValueType::number},
    {"alarm", "Alarm word", "", ValueType::natural},
    {"blocked", "Blocked", "", ValueType::boolean},
    {"starved", "Starved", "", ValueType::boolean},
    {"quantity", "Parts of the order", "1", ValueType::natural},
};

}  // namespace

std::string_view word_of(Alarm alarm) {
  constexpr std::string_view words[alarm_count] = {
      "none",        "drive fault", "sensor fault", "air pressure low",
      "over-heated", "jam",         "part misfed",  "no operator"};
  return words[static_cast<std::size_t>(alarm)];
}

std::vector<Tag> tags_of(const Works& works) {
  std::vector<Tag> tags;
  for (std::uint32_t m = 0; m < works.stations.size(); ++m) {
    for (const CommonTag& one : common) {
      const bool is_number = one.type == ValueType::number;
      tags.push_back({m, std::string(one.name), std::string(one.title), std::string(one.unit),
                      one.type, 0, is_number ? 150.0 : 0, is_number ? 0.1 : 0});
    }
    for (const Sensor& one : sensors_of(works.stations[m].type))
      tags.push_back({m, std::string(one.name), std::string(one.title), std::string(one.unit),
                      ValueType::number, one.low, one.high, one.resolution});
  }
  return tags;
}

std::string node_name(const Works& works, const Tag& tag) {
  std::string name = std::string(works.stations[tag.machine].name()) + "." + tag.name;
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

std::string namespace_of(Group group) {
  return "urn:velo:berlin:" + std::string(word_of(group));
}

}  // namespace millwright::twin
