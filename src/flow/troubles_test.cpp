#include "flow/troubles.hpp"

#include <gtest/gtest.h>

namespace millwright::flow {
namespace {

struct Said {
  std::string tag;
  std::uint64_t count;
  friend bool operator==(const Said&, const Said&) = default;
};

std::vector<Said> taken(Inbox& inbox) {
  std::vector<Input> inputs;
  inbox.take(inputs, Duration::zero());
  std::vector<Said> said;
  for (const Input& input : inputs) {
    if (const auto* trouble = get<fact::SourceTroubled>(input.what))
      said.push_back({trouble->tag, trouble->count});
  }
  return said;
}

TroubleWords words() {
  return {"it is broken", "Mend it."};
}

TEST(Troubles, EachIsSaidOnceAndThenCountedForAMinute) {
  Inbox inbox;
  Troubles troubles(inbox, SourceId{0});
  const Instant start{};
  for (int i = 0; i < 600; ++i)
    troubles.note(start + i * 100ms, 3, 1, "a/b", words);
  EXPECT_EQ(taken(inbox), (std::vector<Said>{{"a/b", 1}}));
  troubles.settle(start + 60s);
  EXPECT_EQ(taken(inbox), (std::vector<Said>{{"a/b", 599}}));
  troubles.settle(start + 10min);
  EXPECT_TRUE(taken(inbox).empty()) << "nothing happened since";
}

TEST(Troubles, KindsAndTagsAreToldApart) {
  Inbox inbox;
  Troubles troubles(inbox, SourceId{0});
  troubles.note(Instant{}, 3, 1, "a/b", words);
  troubles.note(Instant{}, 3, 2, "a/b", words);
  troubles.note(Instant{}, 4, 1, "a/c", words);
  EXPECT_EQ(taken(inbox).size(), 3U);
}

TEST(Troubles, BeyondTheBoundTheyAreCountedAsOne) {
  Inbox inbox;
  Troubles troubles(inbox, SourceId{0});
  for (std::uint32_t i = 0; i < Troubles::entries_max + 50; ++i)
    troubles.note(Instant{}, i, 1, "t", words);
  EXPECT_EQ(taken(inbox).size(), Troubles::entries_max + 1);
}

}  // namespace
}  // namespace millwright::flow
