#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "flow/line.hpp"
#include "model/plant.hpp"

namespace millwright::app {

struct PlantOfFile {
  std::string text;
  std::shared_ptr<const Plant> plant;  // owners: the server and every fact::PlantChanged
};

// Errors: not_found; invalid, with every problem, one a line.
Result<PlantOfFile> read_plant_file(const std::filesystem::path& file,
                                    std::span<const Section> sections);

// Tells the line about the plant when it differs from what it goes by: new names get their numbers,
// then fact::PlantChanged.
Outcome import_plant(flow::Line& line, const flow::Clock& clock, const PlantOfFile& file);

}  // namespace millwright::app
