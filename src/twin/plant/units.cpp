#include "twin/plant/units.hpp"

namespace millwright::twin {
namespace {

struct Unit {
  std::string_view unit, code;
};
constexpr Unit units[] = {
    {"%", "P1"},      {"1", "C62"},    {"1/min", "RPM"}, {"A", "AMP"},     {"Ah", "AMH"},
    {"N", "NEW"},     {"N·m", "NU"},   {"Pa", "PAL"},    {"V", "VLT"},     {"W", "WTT"},
    {"bar", "BAR"},   {"dB", "2N"},    {"g", "K40"},     {"kN", "B47"},    {"kPa", "KPA"},
    {"kV", "KVT"},    {"kW", "KWT"},   {"kg", "KGM"},    {"km/h", "KMH"},  {"l/min", "L2"},
    {"lx", "LUX"},    {"m/min", "2X"}, {"m/s", "MTS"},   {"mS/cm", "H61"}, {"mbar", "MBR"},
    {"ml/min", "41"}, {"mm", "MMT"},   {"mm/s", "C16"},  {"mΩ", "E45"},    {"m³/h", "MQH"},
    {"pH", "Q30"},    {"ppm", "59"},   {"s", "SEC"},     {"°", "DD"},      {"°C", "CEL"},
    {"µS/cm", "G42"}, {"µm", "4H"},
};

}  // namespace

std::int32_t unit_id(std::string_view unit) {
  for (const Unit& one : units) {
    if (one.unit != unit) continue;
    std::int32_t id = 0;
    for (const char sign : one.code)
      id = id * 256 + sign;
    return id;
  }
  return -1;
}

}  // namespace millwright::twin
