#include "flow/inbox.hpp"

#include <gtest/gtest.h>

namespace millwright::flow {
namespace {

Input rows(std::uint32_t tag, std::size_t count) {
  Readings readings;
  for (std::size_t i = 0; i < count; ++i)
    readings.add({tag}, Kind::number, instant(static_cast<std::int64_t>(i)), Scalar::of(1.0));
  return {std::move(readings), {}, {}, {}};
}

std::vector<std::uint32_t> tags_of(const std::vector<Input>& inputs) {
  std::vector<std::uint32_t> tags;
  for (const Input& input : inputs)
    tags.push_back(std::get<Readings>(input.what).runs()[0].tag.value);
  return tags;
}

TEST(Inbox, WhatMayWaitIsTakenBehindAllElseAndALittleAtATime) {
  Inbox inbox;
  for (std::uint32_t i = 0; i < 4; ++i)
    ASSERT_EQ(inbox.offer_background(rows(100 + i, 10'000), {}), Offer::accepted);
  ASSERT_EQ(inbox.offer(rows(1, 5)), Offer::accepted);
  ASSERT_EQ(inbox.offer(rows(2, 5)), Offer::accepted);
  EXPECT_EQ(inbox.offered(), 2U);
  std::vector<Input> taken;
  inbox.take(taken, {});
  EXPECT_EQ(tags_of(taken), (std::vector<std::uint32_t>{1, 2, 100, 101}));
  EXPECT_EQ(inbox.offered(), 4U);
  ASSERT_EQ(inbox.offer(rows(3, 5)), Offer::accepted);
  inbox.take(taken, {});
  EXPECT_EQ(tags_of(taken), (std::vector<std::uint32_t>{3, 102, 103}));
}

TEST(Inbox, APollWaitsForCompanyAndWhoeverIsInAHurryTakesItAlong) {
  Inbox inbox;
  inbox.set_group_wait(1h);
  const auto poll = [&](std::uint32_t tag) {
    Input input = rows(tag, 1);
    input.hurry = Hurry::may_wait;
    return inbox.offer(std::move(input));
  };
  ASSERT_EQ(poll(1), Offer::accepted);
  ASSERT_EQ(inbox.offer(rows(2, 1)), Offer::accepted);
  std::vector<Input> taken;
  inbox.take(taken, {});
  EXPECT_EQ(tags_of(taken), (std::vector<std::uint32_t>{1, 2}));
  // A timer that is due is in a hurry too.
  ASSERT_EQ(poll(3), Offer::accepted);
  inbox.nudge();
  inbox.take(taken, {});
  EXPECT_EQ(tags_of(taken), std::vector<std::uint32_t>{3});
  // And its own time comes to an end.
  inbox.set_group_wait(1ms);
  ASSERT_EQ(poll(4), Offer::accepted);
  inbox.take(taken, {});
  EXPECT_EQ(tags_of(taken), std::vector<std::uint32_t>{4});
}

TEST(Inbox, WhatMayWaitStaysWhileTheLineIsBehind) {
  Inbox inbox;
  ASSERT_EQ(inbox.offer_background(rows(100, 10), {}), Offer::accepted);
  ASSERT_EQ(inbox.offer(rows(1, 5)), Offer::accepted);
  std::vector<Input> taken;
  inbox.take(taken, {}, Inbox::Background::waits);
  EXPECT_EQ(tags_of(taken), (std::vector<std::uint32_t>{1}));
  inbox.take(taken, {});
  EXPECT_EQ(tags_of(taken), (std::vector<std::uint32_t>{100}));
}

TEST(Inbox, WhatMayWaitIsBoundedAndTakesNoRoomFromTheRest) {
  Inbox inbox(1000);
  ASSERT_EQ(inbox.offer_background(rows(100, Inbox::background_rows_max), {}), Offer::accepted);
  EXPECT_EQ(inbox.offer_background(rows(101, 1), {}), Offer::full);
  EXPECT_EQ(inbox.offer(rows(1, 1000)), Offer::accepted);
  std::vector<Input> taken;
  inbox.take(taken, {});
  EXPECT_EQ(inbox.offer_background(rows(101, 1), {}), Offer::accepted);
}

TEST(Inbox, WhatMayWaitIsDroppedWhenTheInboxCloses) {
  Inbox inbox;
  ASSERT_EQ(inbox.offer_background(rows(100, 1), {}), Offer::accepted);
  ASSERT_EQ(inbox.offer(rows(1, 1)), Offer::accepted);
  inbox.close();
  EXPECT_EQ(inbox.offer_background(rows(101, 1), {}), Offer::closed);
  std::vector<Input> taken;
  inbox.take(taken, {});
  EXPECT_EQ(tags_of(taken), (std::vector<std::uint32_t>{1}));
  EXPECT_TRUE(inbox.is_finished());
}

}  // namespace
}  // namespace millwright::flow
