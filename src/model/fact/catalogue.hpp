#pragma once

#include <string>
#include <variant>

#include "model/describe.hpp"
#include "model/ids.hpp"
#include "model/plant.hpp"

namespace millwright::fact {

// A path has been given its number, for good. Said again for the same number when its description
// changes.
struct TagFound {
  TagId tag;
  std::string path;
  Kind kind = Kind::number;
  std::string unit;
  bool is_described = false;  // false: it came by itself and no plant file describes it yet

  static constexpr auto describe() {
    using T = TagFound;
    return record(
        "tag_found", field("tag", &T::tag, "", "Number."), field("path", &T::path, "", "Path."),
        field("kind", &T::kind, "", "Type of the first value."),
        field("unit", &T::unit, "", "Unit."),
        field("is_described", &T::is_described, "", "Whether the plant file describes it."));
  }
};

struct MachineFound {
  MachineId machine;
  std::string path;

  static constexpr auto describe() {
    return record("machine_found", field("machine", &MachineFound::machine, "", "Number."),
                  field("path", &MachineFound::path, "", "Path."));
  }
};

struct SourceFound {
  SourceId source;
  std::string name, kind;

  static constexpr auto describe() {
    return record("source_found", field("source", &SourceFound::source, "", "Number."),
                  field("name", &SourceFound::name, "", "Name."),
                  field("kind", &SourceFound::kind, "", "Protocol."));
  }
};

using Catalogue = std::variant<TagFound, MachineFound, SourceFound>;

}  // namespace millwright::fact
