#include "twin/plant/sensors.hpp"

namespace millwright::twin {
namespace {

constexpr Hidden wear = Hidden::wear, special = Hidden::special, none = Hidden::none;
constexpr ReadWhen each_part = ReadWhen::each_part;

// clang-format off
// name, title, unit, off, idle, run, lag s, noise, low, high, resolution, hidden, gain, reading
constexpr Sensor saw[] = {
    {"power", "Power", "kW", 0.05, 0, 0, 2, 0.08, 0, 8, 0.01, wear, 0.12},
    {"motor/current", "Motor current", "A", 0, 1.6, 7.4, 1, 0.15, 0, 16, 0.01, wear, 0.15},
    {"motor/temperature", "Motor temperature", "°C", 21, 29, 58, 900, 0.15, 0, 120, 0.1},
    {"blade/vibration", "Blade vibration", "mm/s", 0, 0.3, 2.1, 1, 0.12, 0, 15, 0.001, wear, 0.9},
    {"blade/speed", "Blade speed", "m/min", 0, 0, 62, 3, 0.3, 0, 120, 0.1},
    {"feed/force", "Feed force", "N", 0, 0, 410, 1, 14, 0, 1200, 1, wear, 0.5},
    {"clamp/pressure", "Clamp pressure", "bar", 5.8, 6.0, 6.0, 5, 0.04, 0, 10, 0.01},
    {"coolant/flow", "Coolant flow", "l/min", 0, 0, 11.5, 2, 0.2, 0, 25, 0.1, wear, -0.15},
    {"length", "Length deviation", "µm", 0, 0, 40, 0, 22, -400, 400, 1, wear, 1.5, each_part},
};
constexpr Sensor bender[] = {
    {"power", "Power", "kW", 0.05, 0, 0, 2, 0.1, 0, 12, 0.01, wear, 0.08},
    {"hydraulic/pressure", "Hydraulic pressure", "bar", 0, 60, 148, 1, 1.5, 0, 250, 0.1, wear, -0.06},
    {"hydraulic/temperature", "Oil temperature", "°C", 21, 36, 52, 1500, 0.1, 0, 100, 0.1, wear, 0.12},
    {"hydraulic/flow", "Oil flow", "l/min", 0, 4, 22, 1, 0.3, 0, 40, 0.1},
    {"motor/current", "Pump current", "A", 0, 2.2, 10.5, 1, 0.2, 0, 25, 0.01, wear, 0.1},
    {"motor/vibration", "Pump vibration", "mm/s", 0, 0.7, 1.6, 1, 0.09, 0, 15, 0.001, wear, 1.1},
    {"mandrel/force", "Mandrel force", "kN", 0, 0, 18.2, 0.5, 0.5, 0, 40, 0.1, wear, 0.25},
    {"bend/angle", "Angle deviation", "°", 0, 0, 0.12, 0, 0.09, -2, 2, 0.01, wear, 2, each_part},
    {"bend/torque", "Bend torque", "N·m", 0, 0, 265, 0, 6, 0, 600, 1, wear, 0.2, each_part},
};
constexpr Sensor cnc[] = {  // special: tool wear, 0 new, 1 at the change; wear: bearing, 1 + wear = growth
    {"power", "Power", "kW", 0.15, 0, 0, 2, 0.2, 0, 20, 0.01, special, 0.1},
    {"spindle/current", "Spindle current", "A", 0, 1.1, 16.5, 1, 0.4, 0, 40, 0.01, special, 0.14},
    {"spindle/speed", "Spindle speed", "1/min", 0, 0, 8200, 2, 12, 0, 15000, 1},
    {"spindle/temperature", "Spindle temperature", "°C", 21, 27, 46, 700, 0.12, 0, 110, 0.1, wear, 0.012},
    {"spindle/vibration", "Spindle vibration", "mm/s", 0, 0.08, 1.35, 1, 0.07, 0, 20, 0.001, wear, 0.055},
    {"spindle/vibration_outer", "Outer-race band", "g", 0, 0.004, 0.021, 1, 0.0018, 0, 2, 0.0001, wear, 1},
    {"spindle/vibration_inner", "Inner-race band", "g", 0, 0.004, 0.019, 1, 0.0017, 0, 2, 0.0001, wear, 0.06},
    {"coolant/pressure", "Coolant pressure", "bar", 0, 0.4, 21, 3, 0.25, 0, 40, 0.1},
    {"coolant/temperature", "Coolant temperature", "°C", 20, 22, 27, 1800, 0.08, 0, 60, 0.1},
    {"axis/load", "Axis load", "%", 0, 8, 44, 1, 1.8, 0, 150, 0.1, special, 0.18},
    {"dimension", "Bore deviation", "µm", 0, 0, 3, 0, 2.2, -120, 120, 0.1, special, 19, each_part},
};
constexpr Sensor weld[] = {  // special: tip, share of added resistance
    {"power", "Power", "kW", 0.2, 0, 0, 1, 0.6, 0, 40, 0.01},
    {"arc/current", "Welding current", "A", 0, 0, 186, 0.5, 3, 0, 350, 0.1, special, -0.3},
    {"arc/voltage", "Welding voltage", "V", 0, 0, 21.4, 0.5, 0.3, 0, 50, 0.01, special, 0.4},
    {"arc/resistance", "Tip resistance", "mΩ", 0, 0, 2.4, 0, 0.012, 0, 6, 0.001, special, 1, each_part},
    {"seam/penetration", "Penetration", "mm", 0, 0, 1.85, 0, 0.05, 0, 4, 0.01, special, -1.1, each_part},
    {"wire/feed", "Wire feed", "m/min", 0, 0, 7.8, 1, 0.06, 0, 20, 0.01},
    {"gas/flow", "Shielding gas flow", "l/min", 0, 0, 14.2, 2, 0.2, 0, 30, 0.1},
    {"torch/temperature", "Torch temperature", "°C", 21, 34, 168, 120, 1.5, 0, 400, 0.1, special, 0.3},
    {"robot/axis2/current", "Axis 2 current", "A", 0.2, 1.1, 4.6, 1, 0.2, 0, 15, 0.01, wear, 0.25},
    {"robot/axis2/temperature", "Axis 2 motor temperature", "°C", 21, 30, 49, 1200, 0.1, 0, 110, 0.1, wear, 0.06},
};
constexpr Sensor leaktest[] = {
    {"power", "Power", "kW", 0.03, 0, 0, 1, 0.02, 0, 3, 0.01},
    {"clamp/current", "Clamp current", "A", 0, 0.5, 2.6, 1, 0.06, 0, 8, 0.01, wear, 0.2},
    {"test/pressure", "Test pressure", "mbar", 0, 0, 502, 2, 1.2, 0, 1000, 0.1},
    {"test/leak", "Leak rate", "ml/min", 0, 0, 0.42, 0, 0.09, 0, 20, 0.01, wear, 0.8, each_part},
    {"test/seconds", "Test time", "s", 0, 0, 31, 0, 0.4, 0, 120, 0.1, none, 0, each_part},
    {"air/pressure", "Air supply", "bar", 6.3, 6.2, 6.1, 20, 0.03, 0, 10, 0.01},
    {"air/temperature", "Air temperature", "°C", 20, 21, 22.5, 1500, 0.05, 0, 60, 0.1},
    {"seal/force", "Seal force", "N", 0, 0, 840, 1, 9, 0, 2000, 1, wear, -0.12},
};
constexpr Sensor pretreat[] = {
    {"power", "Power", "kW", 0.4, 0, 0, 5, 0.3, 0, 40, 0.01},
    {"bath1/temperature", "Degreasing temperature", "°C", 34, 55, 57, 2400, 0.15, 0, 90, 0.1},
    {"bath2/temperature", "Conversion temperature", "°C", 28, 42, 43, 2400, 0.12, 0, 90, 0.1},
    {"bath1/ph", "Degreasing pH", "pH", 9.6, 9.6, 9.5, 1800, 0.02, 0, 14, 0.01, wear, -0.05},
    {"bath2/conductivity", "Conversion conductivity", "mS/cm", 4.2, 4.2, 4.3, 1800, 0.02, 0, 20, 0.01, wear, 0.25},
    {"rinse/conductivity", "Rinse conductivity", "µS/cm", 22, 24, 38, 600, 0.8, 0, 500, 0.1, wear, 0.9},
    {"pump/pressure", "Spray pressure", "bar", 0, 0.4, 1.8, 4, 0.03, 0, 5, 0.01, wear, -0.2},
    {"pump/current", "Pump current", "A", 0, 3.1, 12.2, 3, 0.15, 0, 30, 0.01, wear, 0.15},
    {"pump/vibration", "Pump vibration", "mm/s", 0, 0.6, 1.3, 2, 0.07, 0, 15, 0.001, wear, 1.2},
};
constexpr Sensor booth[] = {  // special: nozzle, 0 clean, 1 clogged
    {"power", "Power", "kW", 0.5, 0, 0, 4, 0.4, 0, 60, 0.01},
    {"air/temperature", "Booth temperature", "°C", 19, 22.5, 23.5, 900, 0.08, 0, 50, 0.1},
    {"air/humidity", "Booth humidity", "%", 46, 58, 61, 900, 0.4, 0, 100, 0.1},
    {"air/velocity", "Down-draught", "m/s", 0.02, 0.36, 0.42, 20, 0.006, 0, 1, 0.001, wear, -0.2},
    {"filter/pressure", "Filter pressure drop", "Pa", 4, 120, 148, 20, 2, 0, 600, 0.1, wear, 0.9},
    {"paint/pressure", "Paint pressure", "bar", 0.2, 2.2, 3.6, 3, 0.04, 0, 8, 0.01, special, 0.22},
    {"paint/flow", "Paint flow", "ml/min", 0, 0, 285, 3, 3, 0, 600, 0.1, special, -0.14},
    {"paint/viscosity", "Paint viscosity", "s", 22, 23, 24, 1500, 0.15, 0, 60, 0.1},
    {"electrostatic/voltage", "Electrostatic voltage", "kV", 0, 0, 72, 2, 0.5, 0, 120, 0.1},
    {"film", "Film thickness", "µm", 0, 0, 78, 0, 2.4, 0, 200, 0.1, special, -0.24, each_part},
};
constexpr Sensor oven[] = {  // special: door and burner, 0 sound, 1 leaks
    {"power", "Power", "kW", 1.2, 0, 0, 20, 0.7, 0, 100, 0.01, special, 0.08},
    {"zone1/temperature", "Zone 1 temperature", "°C", 24, 170, 176, 1200, 0.4, 0, 260, 0.1, special, -0.03},
    {"zone2/temperature", "Zone 2 temperature", "°C", 24, 176, 179, 1200, 0.3, 0, 260, 0.1, special, -0.04},
    {"zone3/temperature", "Zone 3 temperature", "°C", 24, 175, 178, 1200, 0.3, 0, 260, 0.1, special, -0.045},
    {"air/velocity", "Circulation", "m/s", 0.1, 1.9, 2.1, 30, 0.03, 0, 5, 0.01, wear, -0.12},
    {"gas/flow", "Gas flow", "m³/h", 0, 3.2, 6.6, 60, 0.08, 0, 15, 0.01, special, 0.14},
    {"burner/level", "Burner level", "%", 0, 38, 66, 60, 0.9, 0, 100, 0.1, special, 0.16},
    {"fan/vibration", "Fan vibration", "mm/s", 0.02, 1.5, 1.7, 20, 0.06, 0, 15, 0.001, wear, 1.3},
    {"fan/current", "Fan current", "A", 0, 8.4, 8.9, 20, 0.1, 0, 20, 0.01, wear, 0.1},
    {"exhaust/oxygen", "Exhaust oxygen", "%", 20.9, 6.2, 4.8, 90, 0.08, 0, 21, 0.01, special, 0.15},
};
constexpr Sensor placer[] = {  // special: head offset, 1 = 40 µm
    {"power", "Power", "kW", 0.08, 0, 0, 1, 0.06, 0, 10, 0.01},
    {"head/offset", "Placement offset", "µm", 0, 0, 6, 0, 2.5, 0, 120, 0.1, special, 6.6, each_part},
    {"head/temperature", "Head temperature", "°C", 21, 27, 38, 600, 0.1, 0, 90, 0.1},
    {"head/vibration", "Head vibration", "mm/s", 0, 0.2, 1.9, 1, 0.1, 0, 15, 0.001, wear, 0.7},
    {"head/vacuum", "Nozzle vacuum", "kPa", 0, 71, 68, 1, 0.6, 0, 100, 0.1, wear, -0.15},
    {"axis/current", "Gantry current", "A", 0, 0.8, 3.4, 1, 0.12, 0, 10, 0.01, wear, 0.2},
    {"pick/errors", "Pick errors", "%", 0, 0, 0.35, 0, 0.08, 0, 10, 0.01, wear, 1.6, each_part},
    {"air/pressure", "Air supply", "bar", 6.3, 6.1, 5.9, 10, 0.04, 0, 10, 0.01},
    {"room/temperature", "Room temperature", "°C", 20.5, 22, 23, 3600, 0.05, 0, 50, 0.1},
};
constexpr Sensor reflow[] = {
    {"power", "Power", "kW", 0.3, 0, 0, 10, 0.2, 0, 40, 0.01, wear, 0.06},
    {"zone1/temperature", "Preheat temperature", "°C", 24, 150, 151, 900, 0.3, 0, 350, 0.1},
    {"zone2/temperature", "Soak temperature", "°C", 24, 182, 183, 900, 0.3, 0, 350, 0.1},
    {"zone3/temperature", "Peak temperature", "°C", 24, 244, 245, 900, 0.4, 0, 350, 0.1, wear, -0.02},
    {"zone4/temperature", "Cooling temperature", "°C", 23, 74, 84, 600, 0.4, 0, 350, 0.1},
    {"belt/speed", "Belt speed", "mm/s", 0, 12.5, 12.5, 5, 0.03, 0, 40, 0.01},
    {"belt/current", "Belt current", "A", 0, 1.1, 1.3, 5, 0.03, 0, 5, 0.01, wear, 0.3},
    {"nitrogen/flow", "Nitrogen flow", "m³/h", 0, 12, 16, 20, 0.2, 0, 40, 0.1},
    {"nitrogen/oxygen", "Residual oxygen", "ppm", 9000, 480, 520, 300, 9, 0, 10000, 1, wear, 0.4},
};
constexpr Sensor camera[] = {
    {"power", "Power", "kW", 0.02, 0, 0, 1, 0.006, 0, 1, 0.001},
    {"light/intensity", "Light intensity", "%", 0, 98, 98, 1, 0.15, 0, 120, 0.1, wear, -0.12},
    {"sensor/temperature", "Sensor temperature", "°C", 22, 38, 44, 600, 0.1, 0, 90, 0.1},
    {"sensor/noise", "Image noise", "dB", 0, 0, 41.5, 0, 0.2, 0, 60, 0.1, wear, -0.03, each_part},
    {"focus/score", "Focus score", "%", 0, 0, 93, 0, 0.9, 0, 100, 0.1, wear, -0.08, each_part},
    {"inspection/seconds", "Inspection time", "s", 0, 0, 17.5, 0, 0.3, 0, 60, 0.1, none, 0, each_part},
    {"stage/vibration", "Stage vibration", "mm/s", 0, 0.1, 0.4, 1, 0.03, 0, 15, 0.001, wear, 0.5},
};
constexpr Sensor battery_tester[] = {  // special: contacts, 0 new, 1 worn
    {"power", "Power", "kW", 0.2, 0, 0, 4, 0.25, 0, 30, 0.01},
    {"chamber/temperature", "Chamber temperature", "°C", 22, 24, 28.5, 1500, 0.08, 0, 80, 0.1},
    {"supply/voltage", "Supply voltage", "V", 0, 54, 53.6, 1, 0.05, 0, 80, 0.01},
    {"supply/current", "Supply current", "A", 0, 1.5, 148, 3, 1.6, 0, 300, 0.1},
    {"supply/temperature", "Supply temperature", "°C", 22, 31, 56, 900, 0.15, 0, 110, 0.1, wear, 0.1},
    {"contact/resistance", "Contact resistance", "mΩ", 0, 0, 1.1, 0, 0.04, 0, 10, 0.01, special, 1.4, each_part},
    {"pack/capacity", "Measured capacity", "Ah", 0, 0, 13.8, 0, 0.12, 0, 20, 0.01, special, -0.03, each_part},
    {"pack/resistance", "Pack resistance", "mΩ", 0, 0, 82, 0, 1.6, 0, 200, 0.1, special, 0.05, each_part},
    {"cooling/flow", "Cooling flow", "l/min", 0, 6, 18, 10, 0.2, 0, 40, 0.1, wear, -0.15},
};
constexpr Sensor station[] = {
    {"power", "Power", "kW", 0.02, 0, 0, 1, 0.03, 0, 3, 0.01},
    {"wrench/torque", "Bolt torque", "N·m", 0, 0, 34.5, 0, 0.5, 0, 60, 0.1, wear, 0.02, each_part},
    {"wrench/angle", "Bolt angle", "°", 0, 0, 62, 0, 2.4, 0, 180, 0.1, wear, 0.06, each_part},
    {"air/pressure", "Air supply", "bar", 6.3, 6.2, 6.0, 10, 0.05, 0, 10, 0.01},
    {"air/flow", "Air flow", "l/min", 2, 6, 95, 2, 6, 0, 400, 0.1, wear, 0.3},
    {"press/force", "Bearing press force", "kN", 0, 0, 4.2, 0, 0.12, 0, 15, 0.01, wear, 0.05, each_part},
    {"light", "Light", "lx", 40, 720, 760, 5, 6, 0, 2000, 1},
    {"room/temperature", "Room temperature", "°C", 18.5, 20.5, 21.5, 3600, 0.05, 0, 50, 0.1},
};
constexpr Sensor bike_tester[] = {
    {"power", "Power", "kW", 0.05, 0, 0, 1, 0.05, 0, 5, 0.01},
    {"roller/speed", "Roller speed", "km/h", 0, 0, 25.2, 4, 0.12, 0, 60, 0.01},
    {"roller/torque", "Roller torque", "N·m", 0, 0, 38, 2, 0.6, 0, 120, 0.1},
    {"roller/vibration", "Roller vibration", "mm/s", 0, 0.1, 1.7, 1, 0.08, 0, 15, 0.001, wear, 0.9},
    {"motor/power", "Bike motor power", "W", 0, 0, 248, 0, 4, 0, 800, 1, none, 0, each_part},
    {"brake/front", "Front brake force", "N", 0, 0, 395, 0, 14, 0, 900, 1, none, 0, each_part},
    {"brake/rear", "Rear brake force", "N", 0, 0, 345, 0, 13, 0, 900, 1, none, 0, each_part},
    {"noise", "Noise", "dB", 32, 44, 63, 1, 0.5, 0, 120, 0.1, wear, 0.05},
    {"roller/temperature", "Roller bearing temperature", "°C", 20, 24, 41, 900, 0.1, 0, 110, 0.1, wear, 0.15},
};
constexpr Sensor packer[] = {
    {"power", "Power", "kW", 0.05, 0, 0, 1, 0.06, 0, 6, 0.01},
    {"axis/current", "Axis current", "A", 0, 0.7, 4.1, 1, 0.12, 0, 12, 0.01, wear, 0.25},
    {"axis/temperature", "Axis motor temperature", "°C", 20, 25, 44, 900, 0.1, 0, 110, 0.1, wear, 0.1},
    {"axis/vibration", "Axis vibration", "mm/s", 0, 0.2, 1.2, 1, 0.06, 0, 15, 0.001, wear, 0.9},
    {"glue/temperature", "Glue temperature", "°C", 25, 158, 160, 1200, 0.3, 0, 250, 0.1},
    {"glue/pressure", "Glue pressure", "bar", 0, 2.1, 3.2, 3, 0.05, 0, 10, 0.01, wear, 0.1},
    {"vacuum", "Gripper vacuum", "kPa", 0, 5, 62, 1, 0.7, 0, 100, 0.1, wear, -0.15},
    {"box/weight", "Box weight", "kg", 0, 0, 27.4, 0, 0.18, 0, 80, 0.01, none, 0, each_part},
};
// clang-format on

}  // namespace

std::span<const Sensor> sensors_of(Type type) {
  switch (type) {
    case Type::saw:
      return saw;
    case Type::bender:
      return bender;
    case Type::cnc:
      return cnc;
    case Type::weld:
      return weld;
    case Type::leaktest:
      return leaktest;
    case Type::pretreat:
      return pretreat;
    case Type::booth:
      return booth;
    case Type::oven:
      return oven;
    case Type::placer:
      return placer;
    case Type::reflow:
      return reflow;
    case Type::camera:
      return camera;
    case Type::battery_tester:
      return battery_tester;
    case Type::station:
      return station;
    case Type::bike_tester:
      return bike_tester;
    case Type::packer:
      break;
  }
  return packer;
}

}  // namespace millwright::twin
