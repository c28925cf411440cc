#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "story.hpp"

// Stories that nobody would write: whatever happens, a replay and every snapshot give the state of
// the live line. Each is named by its seed.

namespace millwright::scenario {
namespace {

class Author {
 public:
  explicit Author(unsigned seed) : random_(seed) {
    story_.seed = seed;
    story_.start = *to_instant("2026-11-20T20:00:00Z");
    now_ = story_.start;
  }

  Story write(std::size_t steps) {
    for (std::size_t line = 1; line <= steps; ++line) {
      now_ += std::chrono::seconds(pick(8) == 0 ? pick(1200) : pick(20));
      story_.steps.push_back({line, now_, happening()});
    }
    return story_;
  }

 private:
  using What = decltype(Step::what);

  unsigned pick(unsigned n) { return static_cast<unsigned>(random_() % n); }

  What happening() {
    switch (pick(12)) {
      case 0:
        return Connects{"cell"};
      case 1:
        return IsLost{"cell", now_ - std::chrono::seconds(pick(30)), "a storm"};
      case 2:
        return TimePasses{};
      case 3:
        return pick(3) == 0 ? What(Repeats{"cell"}) : What(TimePasses{});
      default:
        return saying();
    }
  }

  Says saying() {
    Says says{"cell", {}, std::nullopt};
    for (unsigned i = 0; i <= pick(4); ++i)
      says.values.push_back(said());
    // Late by minutes or by more than a day, or of a near or a far future.
    if (pick(3) == 0) says.of = now_ - std::chrono::seconds(pick(1800));
    if (pick(12) == 0) says.of = now_ - std::chrono::hours(pick(40));
    if (pick(12) == 0) says.of = now_ + std::chrono::seconds(pick(600));
    return says;
  }

  Said said() {
    static const std::vector<std::string> states{"Execute", "Suspended", "Held", "Aborted", "Idle"};
    if (pick(8) == 0) return {pick(2) == 0 ? "cnc3/alarm" : "cnc3/state", Bad{}};
    switch (pick(6)) {
      case 0:
        return {"cnc3/state", states[pick(5)]};
      case 1:
        return {"cnc3/mode", std::string(pick(3) == 0 ? "Planned" : "Production")};
      case 2:
        return {"cnc3/alarm", pick(4) == 0 ? 1.0 : 0.0};
      case 3:
        return {"cnc3/speed", 60.0 + pick(50)};
      case 4:
        return {"saw1/state", std::string("Execute")};
      default:
        return {"cnc3/good", count_ = pick(40) == 0 ? 0 : count_ + pick(3)};
    }
  }

  std::mt19937 random_;
  Story story_;
  Instant now_;
  double count_ = 0;
};

class RandomStory : public testing::TestWithParam<unsigned> {};

TEST_P(RandomStory, ReplayEqualsLive) {
  std::ostringstream plant;
  plant << std::ifstream(MILLWRIGHT_SCENARIOS "/plants/frames.yaml").rdbuf();
  for (const Mistake& mistake : play(Author(GetParam()).write(40), plant.str()))
    ADD_FAILURE() << "seed " << GetParam() << ", line " << mistake.line << ": " << mistake.what;
}

INSTANTIATE_TEST_SUITE_P(Seed, RandomStory, testing::Range(1U, 5U));

}  // namespace
}  // namespace millwright::scenario
