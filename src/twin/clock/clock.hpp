#pragma once

#include <memory>
#include <string>

#include "base/time.hpp"

namespace millwright::twin {

// The clock of a virtual plant, over its own protocol: the node `now` and the method `advance` in
// the namespace urn:millwright:clock of each of its OPC UA servers (twin/plant/README.md). Thread:
// one at a time.
class PlantTime {
 public:
  // Errors: offline, when no virtual plant answers there.
  static Result<std::unique_ptr<PlantTime>> open(const std::string& endpoint);
  ~PlantTime();
  PlantTime(const PlantTime&) = delete;
  PlantTime& operator=(const PlantTime&) = delete;

  Result<Instant> now();
  // Moves a manual clock. Errors: refused when the clock goes by itself; invalid beyond its bound.
  Result<Instant> advance(Duration by);

 private:
  struct Inside;
  explicit PlantTime(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace millwright::twin
