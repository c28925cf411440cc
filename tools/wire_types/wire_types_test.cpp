#include "wire_types.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "watch/data/health.hpp"

namespace millwright {
namespace {

std::string text() {
  const Result<std::string> made = wire_types();
  return made ? *made : "failed: " + made.error().what;
}

// The interface of that name, from its first line to its closing brace.
std::string interface_of(const std::string& name) {
  const std::string all = text();
  const std::size_t from = all.find("export interface " + name + " {\n");
  if (from == std::string::npos) return "";
  return all.substr(from, all.find("\n}\n", from) + 3 - from);
}

bool holds(const std::string& name, const std::string& line) {
  return interface_of(name).find(line) != std::string::npos;
}

// A file below the test's own folder, which ends with it.
class File {
 public:
  File()
      : folder_(std::filesystem::temp_directory_path() /
                ("wire_types_" +
                 std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))) {
    std::filesystem::remove_all(folder_);
  }
  ~File() { std::filesystem::remove_all(folder_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  std::string path() const { return (folder_ / "wire" / "rows.ts").string(); }
  std::string text() const {
    std::ifstream in(path());
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::filesystem::path folder_;
};

TEST(WireTypes, WordsOfAnEnumAreAUnion) {
  EXPECT_TRUE(holds(
      "OrderRow", "\n  readonly state: 'released' | 'started' | 'paused' | 'done' | 'closed';\n"));
  for (const std::string_view word : words_of(watch::data::Status{}))
    EXPECT_TRUE(holds("SourceRow", "'" + std::string(word) + "'")) << word;
}

TEST(WireTypes, WhatMayBeAbsentIsNullAndATimeIsText) {
  EXPECT_TRUE(holds("StopRow", "\n  readonly from: InstantText;\n"));
  EXPECT_TRUE(holds("StopRow", "\n  readonly to: InstantText | null;\n"));
  EXPECT_TRUE(holds("OeeRow", "\n  readonly good: number | null;\n"));
  EXPECT_EQ(text().find("InstantText"), text().rfind("export type InstantText = string") + 12);
}

TEST(WireTypes, HelpAndUnitStandAboveTheirField) {
  EXPECT_TRUE(holds("RunRow",
                    "\n  /** Seconds a part at best. Unit: s. */\n  readonly ideal_cycle: number | "
                    "null;\n"));
}

TEST(WireTypes, AFormMayLeaveOutWhatItNeedNotHoldAndARowNever) {
  EXPECT_TRUE(holds("CountForm", "\n  readonly machine: string;\n"));
  EXPECT_TRUE(holds("CountForm", "\n  readonly good?: number;\n"));
  EXPECT_FALSE(holds("CountRow", "?:"));
}

TEST(WireTypes, AValueOfSeveralTypesIsEachOfThemOnce) {
  EXPECT_TRUE(holds("TagRow", "\n  readonly value: null | number | boolean | string;\n"));
}

TEST(WireTypes, EachViewNamesItsRow) {
  const std::string views = interface_of("Views");
  for (const char* line :
       {"machines: MachineRow", "counts: CountRow", "sources: SourceRow", "tags: TagRow",
        "orders: OrderRow", "runs: RunRow", "stops: StopRow", "oee: OeeRow"})
    EXPECT_NE(views.find("\n  readonly " + std::string(line) + ";\n"), std::string::npos) << line;
}

TEST(WireTypes, TheStatesAreAlsoAListAtRunTime) {
  EXPECT_NE(text().find("\nexport const order_states = ['released', 'started', 'paused', 'done', "
                        "'closed'] as const;\n"),
            std::string::npos);
}

TEST(WireTypes, EachInterfaceIsWrittenOnce) {
  std::set<std::string> seen;
  const std::string all = text();
  constexpr std::string_view word = "export interface ";
  for (std::size_t at = all.find(word); at != std::string::npos; at = all.find(word, at + 1)) {
    const std::size_t name = at + word.size();
    EXPECT_TRUE(seen.insert(all.substr(name, all.find(' ', name) - name)).second);
  }
  EXPECT_GT(seen.size(), 25U);
}

TEST(WireTypes, AFileIsWrittenOnlyWhenItHoldsAnythingElse) {
  const File file;
  ASSERT_TRUE(write_when_different(file.path(), "one\n"));
  const auto long_ago = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  std::filesystem::last_write_time(file.path(), long_ago);
  ASSERT_TRUE(write_when_different(file.path(), "one\n"));
  EXPECT_EQ(std::filesystem::last_write_time(file.path()), long_ago);
  ASSERT_TRUE(write_when_different(file.path(), "two\n"));
  EXPECT_EQ(file.text(), "two\n");
}

TEST(WireTypes, AFileThatCannotBeWrittenIsNamed) {
  const File file;
  ASSERT_TRUE(write_when_different(file.path(), "one\n"));
  const std::string below_a_file = file.path() + "/rows.ts";
  const Outcome written = write_when_different(below_a_file, "one\n");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().what.find(below_a_file), std::string::npos);
}

}  // namespace
}  // namespace millwright
