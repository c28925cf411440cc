#include "wire_types.hpp"

#include <gtest/gtest.h>

namespace millwright {
namespace {

constexpr std::string_view said_text = R"(export interface Row {
  /** Help. */
  readonly since: string | null;
  readonly count: number;
  readonly rate: number | null;
  readonly is_real: boolean;
  readonly state: 'running' | 'idle';
  readonly unread: number;
}
)";

std::vector<std::string> found(const std::string& fields) {
  return differences(
      said_text,
      "export type State = 'running' | 'idle';\nexport interface Row {\n" + fields + "\n}\n");
}

TEST(WireTypes, APageMayLeaveFieldsOutAndNameTypesItsOwnWay) {
  EXPECT_EQ(found("  readonly since?: InstantText | null;\n  readonly state: State;\n"
                  "  readonly count: number | null;"),
            std::vector<std::string>{});
}

TEST(WireTypes, AFieldThatNeverComesIsTold) {
  EXPECT_EQ(found("readonly sinse: string;"),
            std::vector<std::string>{"Row.sinse is read by the page, and never said"});
}

TEST(WireTypes, ANullThatThePageDoesNotTakeIsTold) {
  EXPECT_EQ(found("readonly rate: number;"),
            std::vector<std::string>{"Row.rate may be null, which the page does not take"});
}

TEST(WireTypes, AnotherTypeIsTold) {
  EXPECT_EQ(found("readonly is_real: string;"),
            std::vector<std::string>{"Row.is_real is a boolean, and the page reads string"});
}

TEST(WireTypes, AWordThatThePageDoesNotKnowIsTold) {
  EXPECT_EQ(differences(said_text, "export interface Row {\nreadonly state: 'running';\n}\n"),
            std::vector<std::string>{"Row.state may be 'idle', which the page does not know"});
}

TEST(WireTypes, ARowThatThePageDoesNotHaveIsTold) {
  EXPECT_EQ(differences(said_text, ""),
            std::vector<std::string>{"Row is said, and the page has no such interface"});
}

}  // namespace
}  // namespace millwright
