#include "model/check.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace millwright {
namespace {

const std::string twenty_errors_file = "src/model/testdata/twenty_errors.yaml";

std::string file(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in.is_open()) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(Check, AGoodFileIsSummedUpAndEndsWithZero) {
  const auto report = check_plant_file("examples/empty/plant.yaml", {});
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_code(report), 0);
  EXPECT_EQ(report_text(*report),
            "examples/empty/plant.yaml: good: 0 machines, 0 tags, 0 sources\n");
  EXPECT_EQ(report_json(*report),
            R"({"file":"examples/empty/plant.yaml","is_good":true,"machines":0,)"
            R"("tags":0,"sources":0,"count":0,"problems":[]})");
}

TEST(Check, ProblemsAreListedAndCountedAndEndWithOne) {
  const auto report = check_plant_file(twenty_errors_file, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_code(report), 1);
  const std::string text = report_text(*report);
  EXPECT_TRUE(text.starts_with(twenty_errors_file + ":3:9: plant/path: found 'Velo/Berlin'"))
      << text;
  EXPECT_TRUE(text.ends_with(twenty_errors_file + ": " + std::to_string(report->problems_count) +
                             " problems\n"));
  const auto json = read_json(report_json(*report), NodeLimits{});
  ASSERT_TRUE(json) << json.error().what;
  const Node& first = json->find("problems")->items.at(0);
  EXPECT_EQ(first.find("line")->text, "3");
  EXPECT_EQ(first.find("column")->text, "9");
  EXPECT_EQ(first.find("nearest")->text, "velo/berlin");
  EXPECT_EQ(json->find("problems")->items.at(2).find("nearest")->kind, Node::Kind::null);
}

TEST(Check, AFileThatIsNotThereEndsWithTwo) {
  for (const char* path : {"src/model/testdata/none.yaml", "src/model"}) {
    const auto report = check_plant_file(path, {});
    ASSERT_FALSE(report) << path;
    EXPECT_EQ(exit_code(report), 2);
    EXPECT_NE(report.error().what.find(path), std::string::npos);
  }
}

// The key stands first in a row of a table of the guide.
template <class T>
void expect_explained(const std::string& guide) {
  each_field<T>([&](const auto& f) {
    const std::string row = "\n| `" + std::string(f.name) + "` |";
    EXPECT_NE(guide.find(row), std::string::npos) << T::describe().name << ": " << f.name;
  });
}

TEST(Guide, EveryKeyOfThePlantFileIsExplained) {
  const std::string guide = file("docs/guide/plant-file.md");
  const auto part = [&](const std::string& from, const std::string& to) {
    const std::size_t first = guide.find(from);
    EXPECT_NE(first, std::string::npos) << from;
    return guide.substr(first, guide.find(to) - first);
  };
  expect_explained<PlantIdentity>(part("## `plant`", "## `sources`"));
  expect_explained<Source>(part("## `sources`", "## `machines`"));
  expect_explained<Machine>(part("## `machines`", "## `tags`"));
  expect_explained<TagDescription>(part("## `tags`", "## How values"));
  for (const std::string_view kind : kind_words)
    EXPECT_NE(guide.find("`" + std::string(kind) + "`"), std::string::npos) << kind;
}

TEST(Guide, ItsExampleIsAGoodPlant) {
  const std::string guide = file("docs/guide/plant-file.md");
  const std::string fence = "```yaml\n";
  const std::size_t first = guide.find(fence) + fence.size();
  const Section opcua{Section::Place::source, "opcua", "", {}, {}, {}};
  Problems problems;
  const Plant plant =
      read_plant(guide.substr(first, guide.find("```", first) - first), {&opcua, 1}, problems);
  EXPECT_TRUE(problems.empty()) << to_text(problems.list().front(), "example");
  ASSERT_EQ(plant.machines.size(), 1U);
  EXPECT_EQ(plant.machines[0].tags.size(), 2U);
}

}  // namespace
}  // namespace millwright
