#include "twin/clock/clock.hpp"

#include <gtest/gtest.h>

namespace millwright::twin {
namespace {

// What it does with a plant is tested where there is one: the browser tests move the clock of the
// demo.
TEST(PlantTime, SaysWhatToDoWhenNoPlantAnswers) {
  const auto clock = PlantTime::open("opc.tcp://127.0.0.1:1");
  ASSERT_FALSE(clock);
  EXPECT_EQ(clock.error().code, Code::offline);
  EXPECT_NE(clock.error().what.find("millwright plant"), std::string::npos);
}

}  // namespace
}  // namespace millwright::twin
