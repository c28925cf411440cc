#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "watch/count/count.hpp"
#include "watch/state/state.hpp"

// What the guide shows as a plant file is one.

namespace millwright::scenario {
namespace {

std::vector<std::string> yaml_blocks_of(const std::string& path) {
  std::vector<std::string> blocks;
  std::ifstream file(path);
  bool is_inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "```yaml") {
      is_inside = true;
      blocks.emplace_back();
    } else if (line == "```") {
      is_inside = false;
    } else if (is_inside) {
      blocks.back() += line + "\n";
    }
  }
  return blocks;
}

TEST(Guide, EveryPlantFileOfTheGuideOnMachineStatesIsGood) {
  std::vector<Section> sections = watch::state::room().sections;
  for (const Section& section : watch::count::room().sections)
    sections.push_back(section);
  const auto blocks = yaml_blocks_of(MILLWRIGHT_GUIDE);
  EXPECT_EQ(blocks.size(), 3U);
  for (const std::string& block : blocks) {
    Problems problems;
    const Plant plant = read_plant(block, sections, problems);
    for (const Problem& problem : problems.list())
      ADD_FAILURE() << block << to_text(problem, "machine-state.md");
    EXPECT_EQ(plant.machines.size(), 1U);
  }
}

}  // namespace
}  // namespace millwright::scenario
