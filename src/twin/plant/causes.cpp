#include "twin/plant/causes.hpp"

#include <algorithm>
#include <vector>

namespace millwright::twin {
namespace {

struct Cause {
  std::string_view name, title, kind;
  std::vector<Type> types;  // none: every machine
};

std::vector<Cause> stop_causes() {
  using enum Type;
  return {
      {"material", "No material, or the wrong one", "unplanned", {}},
      {"nobody", "Nobody at the machine", "unplanned", {}},
      {"jam", "Part jammed or misfed", "unplanned", {}},
      {"drive", "Drive or sensor fault", "unplanned", {}},
      {"cleaning", "Cleaning", "planned", {}},
      {"maintenance", "Maintenance", "planned", {}},
      {"blade", "Saw blade worn", "unplanned", {saw}},
      {"mandrel", "Bending tool worn", "unplanned", {bender}},
      {"tool", "Tool worn or broken", "unplanned", {cnc}},
      {"fixture", "Fixture change", "setup", {cnc}},
      {"tip", "Contact tip worn", "unplanned", {weld}},
      {"gas", "Wire or shielding gas empty", "unplanned", {weld}},
      {"seal", "Clamp or seal leaks", "unplanned", {leaktest}},
      {"bath", "Bath out of limits", "unplanned", {pretreat}},
      {"colour", "Colour change", "setup", {pretreat, booth}},
      {"nozzle", "Nozzle clogged", "unplanned", {booth}},
      {"temperature", "Temperature out of limits", "unplanned", {oven, reflow}},
      {"door", "Door does not close", "unplanned", {oven}},
      {"feeder", "Feeder empty or changed", "setup", {placer}},
      {"head", "Placement head fault", "unplanned", {placer}},
      {"profile", "Profile change", "setup", {reflow}},
      {"recipe", "Recipe or lighting", "setup", {camera}},
      {"contact", "Test contact worn", "unplanned", {battery_tester}},
      {"part_missing", "Part missing from the kit", "unplanned", {station}},
      {"rework", "Rework in between", "unplanned", {station, bike_tester}},
      {"bench", "Roller or brake bench fault", "unplanned", {bike_tester}},
      {"boxes", "Boxes or tape empty", "unplanned", {packer}},
      {"label", "Label printer", "unplanned", {packer}},
  };
}

std::vector<Cause> scrap_causes() {
  using enum Type;
  return {
      {"dimension", "Dimension out of limits", "", {saw, bender, cnc}},
      {"surface", "Scratch or dent", "", {}},
      {"material_fault", "Fault in the material", "", {}},
      {"setup_part", "Part of a set-up", "", {}},
      {"burr", "Burr", "", {saw}},
      {"kink", "Kink or crack in the bend", "", {bender}},
      {"tool_mark", "Tool mark", "", {cnc}},
      {"porosity", "Pores in the weld", "", {weld}},
      {"distortion", "Frame distorted", "", {weld, leaktest}},
      {"leak", "Leaks", "", {leaktest}},
      {"residue", "Residue after the bath", "", {pretreat}},
      {"film", "Film too thin or too thick", "", {booth}},
      {"run", "Runs or inclusions", "", {booth}},
      {"curing", "Not cured", "", {oven}},
      {"placement", "Component missing or shifted", "", {placer, camera}},
      {"solder", "Solder bridge or open joint", "", {reflow, camera}},
      {"capacity", "Capacity too low", "", {battery_tester}},
      {"cell", "Cell out of balance", "", {battery_tester}},
      {"torque", "Torque out of limits", "", {station}},
      {"brake", "Brake or gears out of limits", "", {bike_tester}},
      {"box", "Box damaged", "", {packer}},
  };
}

bool is_of(const Cause& cause, Type type) {
  return std::find(cause.types.begin(), cause.types.end(), type) != cause.types.end();
}

std::string line_of(const Cause& cause, const Works& works) {
  std::string line =
      "  - {name: " + std::string(cause.name) + ", title: \"" + std::string(cause.title) + "\"";
  if (!cause.kind.empty()) line += ", kind: " + std::string(cause.kind);
  if (cause.types.empty()) return line + "}\n";
  std::string machines;
  for (const Station& one : works.stations)
    if (is_of(cause, one.type)) machines += (machines.empty() ? "" : ", ") + std::string(one.path);
  return line + ", machines: [" + machines + "]}\n";
}

}  // namespace

std::string causes_text(const Works& works) {
  std::string text = "\nreasons:\n";
  for (const Cause& cause : stop_causes())
    text += line_of(cause, works);
  text += "\nscrap_reasons:\n";
  for (const Cause& cause : scrap_causes())
    text += line_of(cause, works);
  return text;
}

}  // namespace millwright::twin
