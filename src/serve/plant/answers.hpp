#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/describe.hpp"

namespace millwright::serve {

// What the routes of serve/plant answer.

struct PlantMachine {
  std::string path, title, area, line;
  std::optional<double> ideal_rate;
  std::uint32_t tags = 0;
  bool is_real = false;
  static constexpr auto describe() {
    using T = PlantMachine;
    return record("plant_machine", field("path", &T::path, "", "Path."),
                  field("title", &T::title, "", "Name for people."),
                  field("area", &T::area, "", "ISA-95 area."),
                  field("line", &T::line, "", "ISA-95 line."),
                  field("ideal_rate", &T::ideal_rate, "parts/h", "Good parts an hour at best."),
                  field("tags", &T::tags, "", "How many tags are described."),
                  field("is_real", &T::is_real, "", "Not simulated."));
  }
};

struct PlantAnswer {
  std::string path, title, zone;
  Instant now;
  std::vector<PlantMachine> machines;
  static constexpr auto describe() {
    using T = PlantAnswer;
    return record("plant", field("path", &T::path, "", "enterprise/site."),
                  field("title", &T::title, "", "Name for people."),
                  field("zone", &T::zone, "", "IANA time zone."),
                  field("now", &T::now, "", "The plant's clock."),
                  field("machines", &T::machines, "", "In the order of the plant file."));
  }
};

struct FoundTag {
  std::string path, unit, kind, title;
  bool is_described = false;
  static constexpr auto describe() {
    using T = FoundTag;
    return record(
        "found_tag", field("path", &T::path, "", "Path."), field("unit", &T::unit, "", "Unit."),
        field("kind", &T::kind, "", "Type of its values."),
        field("title", &T::title, "", "Name for people."),
        field("is_described", &T::is_described, "", "Whether the plant file describes it."));
  }
};

struct FoundTags {
  std::vector<FoundTag> tags;
  static constexpr auto describe() {
    return record("tags", field("tags", &FoundTags::tags, "", "Best match first."));
  }
};

struct Health {
  std::string status;
  static constexpr auto describe() {
    return record("health",
                  field("status", &Health::status, "", "'accepting' when data is taken and kept."));
  }
};

}  // namespace millwright::serve
