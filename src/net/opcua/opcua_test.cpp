#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "net/opcua/back_off.hpp"
#include "net/opcua/hint.hpp"
#include "net/opcua/node_name.hpp"
#include "net/opcua/trouble.hpp"
#include "net/opcua/value.hpp"

namespace millwright::net::opcua {
namespace {

NodeName named(const char* text) {
  return to_node_name(text).value();
}

TEST(NodeName, TextFormsOfPart6AreReadAndWrittenBack) {
  for (const char* text : {"i=2258", "nsu=http://widgets.com/schemas/hello;s=水 World",
                           "nsu=urn:x;g=09087e75-8e5e-499b-954f-f2a9603db28a",
                           "nsu=urn:x;b=M/RbKBsRVkePCePcx24oRA==", "index=3;nsu=urn:x;s=speeds",
                           "nsu=urn:x;s=\"DB1\".\"v\"[3];=", "s=own"}) {
    const auto name = to_node_name(text);
    ASSERT_TRUE(name) << text << ": " << name.error().what;
    EXPECT_EQ(to_text(*name), text);
  }
}

TEST(NodeName, UriWithSemicolonAndPercentIsEscaped) {
  NodeName name;
  name.namespace_uri = "urn:a;b%c";
  EXPECT_EQ(to_text(name), "nsu=urn:a%3Bb%25c;i=0");
  EXPECT_EQ(named(to_text(name).c_str()), name);
}

TEST(NodeName, NamespaceByNumberIsRefusedWithTheReason) {
  const auto name = to_node_name("ns=2;s=speed");
  ASSERT_FALSE(name);
  EXPECT_NE(name.error().what.find("anew"), std::string::npos);
  EXPECT_TRUE(to_node_name("ns=0;i=85"));
}

TEST(NodeName, WhatIsNoNodeIdIsRefused) {
  for (const char* text :
       {"", "speed", "i=", "i=-1", "i=4294967296", "s=", "g=123", "b=!!!!", "b=", "nsu=urn:x",
        "nsu=;i=1", "index=;i=1", "index=1", "nsu=urn:x;x=1", "i=1x"}) {
    EXPECT_FALSE(to_node_name(text)) << text;
  }
}

TEST(Base64, VectorsOfRfc4648Hold) {
  const std::array<std::pair<const char*, const char*>, 7> vectors{{{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(to_base64(plain), coded);
    EXPECT_EQ(from_base64(coded).value(), plain);
  }
  EXPECT_FALSE(from_base64("Zg="));
  EXPECT_FALSE(from_base64("Zh=="));  // left-over bits
}

TEST(Stamp, CountsFrom1601) {
  EXPECT_EQ(to_stamp(116'444'736'000'000'000).at, Instant{});
  EXPECT_EQ(to_stamp(116'444'736'000'000'001).at, instant(100));
  EXPECT_EQ(to_stamp(0).kind, Stamp::Kind::out_of_reach);
  EXPECT_EQ(to_time_text(0), "1601-01-01T00:00:00Z");
  EXPECT_EQ(to_time_text(116'444'736'000'000'000), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_stamp(std::numeric_limits<std::int64_t>::max()).kind, Stamp::Kind::out_of_reach);
  EXPECT_EQ(to_stamp(std::numeric_limits<std::int64_t>::min()).kind, Stamp::Kind::out_of_reach);
}

TEST(ValidUtf8, ReplacesOnlyWhatIsNoUtf8) {
  EXPECT_EQ(valid_utf8("Öl 水 😀"), "Öl 水 😀");
  EXPECT_EQ(valid_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(valid_utf8("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // overlong
  EXPECT_EQ(valid_utf8("\xED\xA0\x80").size(), 9U);               // a surrogate
  EXPECT_EQ(valid_utf8("\xE6\xB0"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // cut off
}

TEST(BackOff, DoublesUpToItsBoundAndNeverGivesUp) {
  BackOff back_off(7);
  Duration bound = BackOff::first;
  for (int i = 0; i < 1000; ++i) {
    const Duration wait = back_off.next();
    EXPECT_GE(wait, bound / 2) << "try " << i;
    EXPECT_LE(wait, bound) << "try " << i;
    bound = std::min(bound * 2, BackOff::longest);
  }
  back_off.reset();
  EXPECT_LE(back_off.next(), BackOff::first);
}

TEST(BackOff, TwoSeedsDoNotComeBackTogether) {
  BackOff one(1), two(2);
  EXPECT_NE(one.next(), two.next());
}

TEST(Hint, ParentIsTheIdWithoutItsLastPart) {
  EXPECT_EQ(likely_parent(named("nsu=urn:x;s=cnc3.spindle.speed")),
            named("nsu=urn:x;s=cnc3.spindle"));
  EXPECT_EQ(likely_parent(named("index=2;nsu=urn:x;s=cnc3/speeds")), named("nsu=urn:x;s=cnc3"));
  EXPECT_FALSE(likely_parent(named("nsu=urn:x;s=speed")));
  EXPECT_FALSE(likely_parent(named("nsu=urn:x;i=7")));
}

TEST(Hint, NearestNodeIsOfTheSameNamespace) {
  const std::vector<Child> there{{named("nsu=urn:x;s=cnc3.speed"), "speed", NodeClass::variable},
                                 {named("nsu=urn:y;s=cnc3.sped"), "sped", NodeClass::variable},
                                 {named("nsu=urn:x;i=7"), "seven", NodeClass::variable}};
  EXPECT_EQ(nearest_of(named("nsu=urn:x;s=cnc3.sped"), there), named("nsu=urn:x;s=cnc3.speed"));
  EXPECT_FALSE(nearest_of(named("nsu=urn:x;s=cnc3.temperature"), there));
}

TEST(Trouble, ErrorCarriesWhatIsSoAndWhatToDo) {
  const Trouble trouble{"the door is open", "Close it."};
  EXPECT_EQ(to_trouble(fail(Code::offline, trouble)), trouble);
  const Trouble words = words_of_status(0x80340000, "press, node i=7");
  EXPECT_EQ(words.what, "press, node i=7 has no such node (BadNodeIdUnknown)");
  EXPECT_FALSE(words.next_step.empty());
}

}  // namespace
}  // namespace millwright::net::opcua
