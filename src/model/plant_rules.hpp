#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model/plant.hpp"

namespace millwright {

// What a plant file must keep to beyond the form of its values, with the place of what breaks it.
// A value that was refused while it was loaded is not looked at again. Thread: any; pure.
class PlantRules {
 public:
  PlantRules(std::span<const Section> sections, Problems& problems);

  // Each takes the node that the description was loaded from. Sources go before machines.
  void check_identity(const Node& node, const PlantIdentity& identity);
  void check_source(const Node& node, const Source& source);
  void check_machine(const Node& node, const Machine& machine);

 private:
  void check_tag(const Node& node, const TagDescription& tag, const std::string& where,
                 std::map<std::string, Position>& names);
  void check_origin(const Node& node, const TagOrigin& origin, const std::string& where);
  void check_scale(const Node& node, const TagDescription& tag, const std::string& where);
  void check_unique(const Node& name, const std::string& where, const std::string& thing,
                    std::map<std::string, Position>& seen);

  std::span<const Section> sections_;
  Problems& problems_;
  std::map<std::string, Position> machines_, sources_;
  std::vector<std::string_view> source_names_;
  std::map<std::string, const Section*> section_of_source_;
};

// The zone of a plant as the IANA data base names it. Errors: not_found, with the nearest name in
// `nearest_zone` where one is near; offline, when the machine has no data base.
Outcome check_zone(const std::string& zone, std::string& nearest_zone);

}  // namespace millwright
