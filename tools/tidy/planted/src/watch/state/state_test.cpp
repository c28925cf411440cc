#include "watch/state/state.hpp"
TEST(State, Test7) { std::this_thread::sleep_for(1s); }
TEST(State, AMachineThatAsksForSleepIsIdle) {}
