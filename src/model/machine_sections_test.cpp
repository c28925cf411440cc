#include "model/machine_sections.hpp"

#include <gtest/gtest.h>

#include "model/plant_lists.hpp"

namespace millwright {
namespace {

std::vector<Section> any_section() {
  std::vector<Section> known;
  for (const char* key : {"count", "cycle", "order", "stop"})
    known.push_back({Section::Place::machine, key});
  for (const char* key : {"products", "reasons"})
    known.push_back({Section::Place::plant, key});
  return known;
}

Plant plant_of(const std::string& rest) {
  const std::vector<Section> known = any_section();
  Problems problems;
  Plant plant = read_plant("plant: {path: a/b}\n" + rest, known, problems);
  EXPECT_TRUE(problems.empty());
  return plant;
}

std::string told(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems.list())
    text += to_text(problem, "p") + "\n";
  return text;
}

TEST(MachineSections, WithoutASectionItsDefaultsHold) {
  const Plant plant = plant_of("machines: [{path: x/y/z, ideal_rate: 120}]\n");
  const Machine& machine = plant.machines.front();
  Problems problems;
  EXPECT_EQ(read_stop(machine, problems).micro_stop, 1min);
  EXPECT_EQ(read_count(machine, problems).window, 10min);
  EXPECT_FALSE(read_order(machine, problems).finishes);
  EXPECT_EQ(counting(machine), Counting::nobody);
  EXPECT_EQ(ideal_cycle(machine).of("any"), 30);
  EXPECT_TRUE(problems.empty());
}

TEST(MachineSections, AnEmptyCountMeansThatPeopleCount) {
  const Plant plant = plant_of(
      "machines:\n"
      "  - {path: x/y/z, count: {}}\n"
      "  - {path: x/y/w, count: {good: parts}, tags: [{name: parts, kind: natural}]}\n");
  EXPECT_EQ(counting(plant.machines[0]), Counting::people);
  EXPECT_EQ(counting(plant.machines[1]), Counting::tag);
}

TEST(MachineSections, TheIdealCycleIsOfOnePartAlsoWhereACycleMakesMany) {
  const Plant plant = plant_of(
      "machines: [{path: x/y/z, ideal_rate: 120, "
      "cycle: {ideal: {City: 10 min}, otherwise: 12 min, parts: 20}}]\n");
  const IdealCycle cycle = ideal_cycle(plant.machines.front());
  EXPECT_EQ(cycle.of("City"), 30);
  EXPECT_EQ(cycle.of("Cargo"), 36);  // what the section says comes before the rate
}

TEST(MachineSections, EveryMistakeHasItsPlaceAndLeavesWhatHoldsWithoutIt) {
  const Plant plant = plant_of(
      "machines:\n"
      "  - path: x/y/z\n"
      "    count: {good: goood, window: 10 s}\n"
      "    cycle: {ideal: {City: 0 s}, parts: 0}\n"
      "    order: {number: on}\n"
      "    stop: {micro_stop: 2 h}\n"
      "    tags: [{name: good, kind: natural}, {name: on, kind: boolean}]\n");
  const Machine& machine = plant.machines.front();
  Problems problems;
  EXPECT_EQ(read_count(machine, problems).window, 1min);
  EXPECT_TRUE(read_cycle(machine, problems).ideal.empty());
  read_order(machine, problems);
  EXPECT_EQ(read_stop(machine, problems).micro_stop, 1h);
  EXPECT_EQ(told(problems),
            "p:4:19: machines/x/y/z/count/good: found 'goood', expected the name of a tag of this "
            "machine; did you mean 'good'?\n"
            "p:4:34: machines/x/y/z/count/window: found '10 s', expected a time from 1 min to 8 h\n"
            "p:5:40: machines/x/y/z/cycle/parts: found '0', expected how many parts a cycle makes, "
            "at least 1\n"
            "p:5:20: machines/x/y/z/cycle/ideal: found 'City: 0 s', expected a time above 0\n"
            "p:6:21: machines/x/y/z/order/number: found 'on', expected a tag whose kind is text or "
            "a number\n"
            "p:7:24: machines/x/y/z/stop/micro_stop: found '2 h', expected a time from 0 s to 1 h\n"
            "p:7:11: machines/x/y/z/stop/needs_reason_after: found '5 min', expected a time from "
            "1 h to 1 d\n");
}

TEST(PlantLists, AReasonOfNamedMachinesAppliesToThemAlone) {
  const Plant plant = plant_of(
      "reasons: [{name: tool, machines: [x/y/z]}, {name: any, title: Anything}]\n"
      "machines: [{path: x/y/z}, {path: x/y/w}]\n");
  Problems problems;
  const std::vector<Reason> reasons = read_reasons(plant, "reasons", problems);
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_TRUE(applies(reasons[0], plant, "a/b/x/y/z"));
  EXPECT_FALSE(applies(reasons[0], plant, "a/b/x/y/w"));
  EXPECT_TRUE(applies(reasons[1], plant, "a/b/x/y/w"));
  EXPECT_EQ(title_of(reasons[0]), "tool");
  EXPECT_EQ(title_of(reasons[1]), "Anything");
}

}  // namespace
}  // namespace millwright
