#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "story.hpp"

// Every file of scenarios/ is a test.

namespace millwright::scenario {
namespace {

namespace files = std::filesystem;

const files::path folder = MILLWRIGHT_SCENARIOS;

std::string content_of(const files::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& entry : files::directory_iterator(folder))
    if (entry.path().extension() == ".scenario") out.push_back(entry.path().stem());
  std::sort(out.begin(), out.end());
  return out;
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, ComesTrue) {
  const files::path path = folder / (GetParam() + ".scenario");
  const ReadStory read = read_story(content_of(path));
  std::vector<Mistake> mistakes = read.mistakes;
  if (mistakes.empty()) {
    const std::string plant = content_of(folder / "plants" / read.story.plant);
    ASSERT_FALSE(plant.empty()) << path << ": there is no plant file '" << read.story.plant << "'";
    mistakes = play(read.story, plant);
  }
  for (const Mistake& mistake : mistakes)
    ADD_FAILURE_AT(path.c_str(), static_cast<int>(mistake.line)) << mistake.what;
}

INSTANTIATE_TEST_SUITE_P(Plant, Scenario, testing::ValuesIn(names()),
                         [](const auto& scenario) { return scenario.param; });

const char* const test_plant_text = R"(plant: {path: a/b}
machines:
  - path: hall/line/press
    tags: [{name: state, kind: text}]
    state:
      rules: [{when: state = "Execute", state: running}]
)";

std::string told(const std::string& text) {
  const ReadStory read = read_story(text);
  const auto mistakes = read.mistakes.empty() ? play(read.story, test_plant_text) : read.mistakes;
  std::string out;
  for (const Mistake& mistake : mistakes)
    out += std::to_string(mistake.line) + ": " + mistake.what + "\n";
  return out;
}

TEST(Runner, AnExpectationThatFailsIsToldInWordsAtItsLine) {
  EXPECT_EQ(told("plant p.yaml\nday 2026-11-20\nat 08:00:00 cell says press/state \"Execute\"\n"
                 "expect press running from 08:00:00\nexpect press idle from 08:00:00\n"),
            "5: expected press idle from 08:00:00; it was: running from 08:00:00Z\n");
  EXPECT_EQ(told("day 2026-11-20\nat 08:00:00 cell says press/state \"Execute\"\n"
                 "expect machines press state slow\nexpect nothing said\n"),
            "3: expected press state slow; it was running\n"
            "4: expected that nothing is said; said was: a machine nodata from 08:00:00\n");
}

TEST(Runner, ALineThatIsNotUnderstoodIsToldWithWhatIsExpected) {
  EXPECT_EQ(told("day 2026-11-20\nat 8 o'clock cell connects\n"),
            "2: found '8', expected a time as 08:00:05\n");
  EXPECT_EQ(
      told("day 2026-11-20\nat 08:00:00 cell sings\n"),
      "2: found 'sings', expected connects, says, counts, repeats, fills, reaches or is lost; "
      "starts, pauses, ends, closes, makes or explains\n");
  EXPECT_EQ(told("day 2026-11-20\nat 08:00:00 time passes\nat 07:00:00 time passes\n"),
            "3: found the end of the line, expected a time that is not before the one above\n");
  EXPECT_EQ(told("day 2026-11-20\nat 08:00:00 cell says pres/state \"Execute\"\n"),
            "2: the plant file has no machine 'pres'\n");
}

}  // namespace
}  // namespace millwright::scenario
