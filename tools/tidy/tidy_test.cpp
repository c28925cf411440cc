#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "checks.hpp"

namespace millwright::tidy {
namespace {

std::set<std::string> found_in(const Tree& tree) {
  std::set<std::string> found;
  for (const Check& check : checks) {
    for (const Finding& finding : check.run(tree)) {
      found.insert(finding.check + " " + finding.file + ":" + std::to_string(finding.line));
    }
  }
  return found;
}

std::set<std::string> expected() {
  std::set<std::string> lines;
  std::ifstream file(PLANTED "/expected.text");
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && !line.starts_with('#')) lines.insert(line);
  }
  return lines;
}

Findings run(Findings (*check)(const Tree&), const std::string& path,
             std::vector<std::string> lines) {
  Tree tree;
  tree.names.emplace(path, false);
  tree.files.emplace(path, File{path, std::move(lines)});
  return check(tree);
}

TEST(Tidy, EveryPlantedMistakeIsFoundAndNothingElse) {
  const std::set<std::string> found = found_in(read_tree(PLANTED));
  const std::set<std::string> planted = expected();
  for (const std::string& line : planted)
    EXPECT_TRUE(found.contains(line)) << "not found: " << line;
  for (const std::string& line : found)
    EXPECT_TRUE(planted.contains(line)) << "found, not planted: " << line;
}

TEST(Tidy, EveryCheckHasAPlantedMistake) {
  const std::set<std::string> planted = expected();
  for (const Check& check : checks) {
    const auto at = planted.lower_bound(std::string(check.name) + " ");
    EXPECT_TRUE(at != planted.end() && at->starts_with(check.name)) << check.name;
  }
}

TEST(Tidy, EveryMessageSaysWhatToDoInstead) {
  for (const Check& check : checks) {
    for (const Finding& finding : check.run(read_tree(PLANTED)))
      EXPECT_GT(finding.what.size(), 15U) << finding.what;
  }
}

TEST(Tidy, AWordInsideAnotherWordIsAnotherWord) {
  EXPECT_TRUE(has_word("a throw here", "throw"));
  EXPECT_FALSE(has_word("rethrow throws throw_away", "throw"));
}

TEST(Tidy, TextAndCommentsAreNoCode) {
  EXPECT_EQ(code_of(R"(say("throw \" this"); // throw)"), "say(); ");
}

TEST(Tidy, AHeaderAtTheLimitPasses) {
  EXPECT_TRUE(run(check_sizes, "src/watch/oee/oee.hpp", std::vector<std::string>(150)).empty());
  EXPECT_EQ(run(check_sizes, "src/watch/oee/oee.hpp", std::vector<std::string>(151)).size(), 1U);
}

TEST(Tidy, AFileAtTheLimitPasses) {
  EXPECT_TRUE(run(check_sizes, "src/watch/oee/oee.cpp", std::vector<std::string>(400)).empty());
  EXPECT_EQ(run(check_sizes, "src/watch/oee/oee.cpp", std::vector<std::string>(401)).size(), 1U);
}

TEST(Tidy, AppMayIncludeEveryBranch) {
  EXPECT_TRUE(run(check_includes, "src/app/rooms.cpp", {"#include \"watch/oee/oee.hpp\""}).empty());
}

}  // namespace
}  // namespace millwright::tidy
