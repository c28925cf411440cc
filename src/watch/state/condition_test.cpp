#include "watch/state/condition.hpp"

#include <gtest/gtest.h>

#include "model/described_load.hpp"
#include "watch/state/state_test_plant.hpp"

namespace millwright::watch::state {
namespace {

const std::vector<KnownTag> tag_count{
    {"execution", ValueType::text}, {"speed", ValueType::number},
    {"alarm", ValueType::number},   {"spindle/load", ValueType::number},
    {"door", ValueType::boolean},   {"odd name", ValueType::number},
    {"not", ValueType::boolean}};

struct Asked {
  std::vector<Input> inputs;
  Condition condition;

  explicit Asked(std::string_view text) {
    auto read = read_condition(text, tag_count, inputs);
    if (const auto* mistake = std::get_if<Mistake>(&read))
      ADD_FAILURE() << text << ": found " << mistake->found << ", expected " << mistake->expected;
    else
      condition = std::get<Condition>(read);
  }
  // Inputs that are not given are not known.
  Truth with(const std::map<std::string, double>& numbers,
             const std::map<std::string, std::string>& texts = {}) const {
    std::vector<Seen> seen(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (numbers.contains(inputs[i].name))
        seen[i] = {true, compare(inputs[i], numbers.at(inputs[i].name))};
      if (texts.contains(inputs[i].name))
        seen[i] = {true, compare(inputs[i], texts.at(inputs[i].name))};
    }
    return judge(condition, seen).truth;
  }
};

Mistake mistake_of(std::string_view text) {
  std::vector<Input> inputs;
  const auto read = read_condition(text, tag_count, inputs);
  return std::holds_alternative<Mistake>(read) ? std::get<Mistake>(read)
                                               : Mistake{9999, "no mistake", "", ""};
}

TEST(Condition, ComparesNumbersWithEachSign) {
  EXPECT_EQ(Asked("speed = 80").with({{"speed", 80}}), Truth::yes);
  EXPECT_EQ(Asked("speed != 80").with({{"speed", 80}}), Truth::no);
  EXPECT_EQ(Asked("speed < 80").with({{"speed", 80}}), Truth::no);
  EXPECT_EQ(Asked("speed <= 80").with({{"speed", 80}}), Truth::yes);
  EXPECT_EQ(Asked("speed > -1.5e1").with({{"speed", -14}}), Truth::yes);
  EXPECT_EQ(Asked("speed >= 80").with({{"speed", 79.9}}), Truth::no);
}

TEST(Condition, ComparesTextAndTruth) {
  EXPECT_EQ(Asked("execution = \"ACTIVE\"").with({}, {{"execution", "ACTIVE"}}), Truth::yes);
  EXPECT_EQ(Asked("execution != 'ACTIVE'").with({}, {{"execution", "active"}}), Truth::yes);
  EXPECT_EQ(Asked("door").with({{"door", 1}}), Truth::yes);
  EXPECT_EQ(Asked("door = false").with({{"door", 1}}), Truth::no);
  EXPECT_EQ(Asked("not door").with({{"door", 0}}), Truth::yes);
}

TEST(Condition, AndBindsBeforeOrAndParenthesesBindFirst) {
  const std::map<std::string, double> values{{"alarm", 1}, {"speed", 0}, {"spindle/load", 0}};
  EXPECT_EQ(Asked("alarm = 1 or speed = 1 and spindle/load = 1").with(values), Truth::yes);
  EXPECT_EQ(Asked("(alarm = 1 or speed = 1) and spindle/load = 1").with(values), Truth::no);
  EXPECT_EQ(Asked("not alarm = 0 and not (speed = 1)").with(values), Truth::yes);
}

TEST(Condition, NamesOfOddSignsOrOurWordsStandInTag) {
  EXPECT_EQ(Asked("tag(\"odd name\") > 1 and tag('not')").with({{"odd name", 2}, {"not", 1}}),
            Truth::yes);
}

TEST(Condition, AMissingValueMakesTheAnswerUnknownUnlessTheRestSettlesIt) {
  EXPECT_EQ(Asked("alarm > 0").with({}), Truth::unknown);
  EXPECT_EQ(Asked("not alarm > 0").with({}), Truth::unknown);
  EXPECT_EQ(Asked("alarm > 0 or speed = 1").with({{"speed", 1}}), Truth::yes);
  EXPECT_EQ(Asked("alarm > 0 or speed = 1").with({{"speed", 2}}), Truth::unknown);
  EXPECT_EQ(Asked("alarm > 0 and speed = 1").with({{"speed", 2}}), Truth::no);
  EXPECT_EQ(Asked("alarm > 0 and speed = 1").with({{"speed", 1}}), Truth::unknown);
  EXPECT_EQ(Asked("alarm is bad").with({}), Truth::yes);
  EXPECT_EQ(Asked("alarm is not bad").with({}), Truth::no);
}

TEST(Condition, AMistakeNamesItsPlaceAndTheNearestWord) {
  EXPECT_EQ(mistake_of("alarm > 0 or sped < 8").offset, 13U);
  EXPECT_EQ(mistake_of("alarm > 0 or sped < 8").nearest, "speed");
  EXPECT_EQ(mistake_of("alarm > 0 adn speed < 8").nearest, "and");
  EXPECT_EQ(mistake_of("speed = \"fast\"").offset, 8U);
  EXPECT_EQ(mistake_of("speed = \"fast\"").expected, "a number, as the tag 'speed' has");
  EXPECT_EQ(mistake_of("execution = 5").expected, "a text in quotes, as the tag 'execution' has");
  EXPECT_EQ(mistake_of("execution < \"A\"").expected, "= or !=: only numbers are less or more");
  EXPECT_EQ(mistake_of("speed").expected,
            "a comparison (= != < <= > >=) or 'is bad' after 'speed'");
  EXPECT_EQ(mistake_of("speed is good").expected, "'bad'");
  EXPECT_EQ(mistake_of("(speed > 1").found, "the end of the condition");
  EXPECT_EQ(mistake_of("execution = \"ACTIVE").offset, 12U);
  EXPECT_EQ(mistake_of("").expected, "the name of a tag, 'not' or '('");
}

TEST(Condition, DepthLengthAndComparisonsAreBounded) {
  const std::string deep = std::string(40, '(') + "door" + std::string(40, ')');
  EXPECT_EQ(mistake_of(deep).offset, Condition::depth_max);
  EXPECT_EQ(mistake_of(std::string(3000, ' ')).offset, Condition::bytes_max);
  std::string many = "speed = 0";
  for (int i = 1; i <= 32; ++i)
    many += " or speed = " + std::to_string(i);
  EXPECT_EQ(mistake_of(many).expected, "at most 32 different comparisons of one tag");
}

TEST(StateSection, AMistakeInAConditionHasItsLineAndColumnInThePlantFile) {
  const std::string text = R"(plant: {path: velo/berlin}
machines:
  - path: a/b/c
    tags: [{name: speed}]
    state:
      rules:
        - when: speed > 5
          state: runing
        - when: "sped > 5"
          state: running
)";
  const std::vector<Section> sections{test_section()};
  Problems problems;
  read_plant(text, sections, problems);
  problems.sort();
  ASSERT_EQ(problems.count(), 2U);
  EXPECT_EQ(problems.list()[0].at, (Position{8, 18}));
  EXPECT_EQ(problems.list()[0].nearest, "running");
  EXPECT_EQ(problems.list()[1].at, (Position{9, 18}));
  EXPECT_EQ(problems.list()[1].nearest, "speed");
}

TEST(StateSection, WithoutARuleIsRefusedBecauseNoDataIsNeverIdle) {
  const std::string text =
      "plant: {path: velo/berlin}\nmachines:\n  - path: a/b/c\n    state: {rules: []}\n";
  const std::vector<Section> sections{test_section()};
  Problems problems;
  read_plant(text, sections, problems);
  EXPECT_EQ(problems.count(), 1U);
}

}  // namespace
}  // namespace millwright::watch::state
