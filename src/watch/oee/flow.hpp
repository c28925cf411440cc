#pragma once

#include <string>
#include <vector>

namespace millwright::watch::oee {

// A machine of a line, an area or the plant, as the plant file says where its parts go.
struct Passing {
  std::string path, title, line;
  std::vector<std::string> feeds;  // whole paths
  bool finishes = false;           // orders are finished here
};

// Where the parts of a line, an area or the plant are finished, and what limits them: so that good
// parts and plan speak of finished parts, and not of every part that some machine touched.
struct Flow {
  std::vector<std::size_t> outlets;             // their good parts are those of the level
  std::vector<std::vector<std::size_t>> steps;  // of machines side by side; the least one limits
  std::string missing;                          // why nobody can tell; then there are neither
};

// The machines where orders are finished; without them, those that feed none of the others, limited
// by the least step before them. One machine alone finishes what it makes.
// Shape: indices are those of `machines`. Thread: any; pure.
Flow flow_of(const std::vector<Passing>& machines);

}  // namespace millwright::watch::oee
