#include "net/gzip/gzip.hpp"

#include <gtest/gtest.h>

namespace millwright::net {
namespace {

// `printf hello | gzip -n`, by gzip 1.12: a file that another program wrote.
constexpr std::uint8_t hello[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                  0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86,
                                  0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00};

TEST(Gzip, UnpacksWhatGzipWrote) {
  EXPECT_EQ(unzipped(hello, 100).value(), "hello");
}

TEST(Gzip, UnpacksWhereverTheBytesAreCut) {
  const ByteView all(hello);
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    Unzipper unzipper(100);
    std::string out;
    ASSERT_TRUE(unzipper.add(all.first(cut), out));
    EXPECT_EQ(unzipper.finish().has_value(), cut == all.size()) << cut;
    ASSERT_TRUE(unzipper.add(all.subspan(cut), out));
    ASSERT_TRUE(unzipper.finish());
    ASSERT_EQ(out, "hello") << cut;
  }
}

TEST(Gzip, UnpacksSeveralMembersAsOne) {
  Bytes two(std::begin(hello), std::end(hello));
  two.insert(two.end(), std::begin(hello), std::end(hello));
  EXPECT_EQ(unzipped(two, 100).value(), "hellohello");
}

TEST(Gzip, ReadsBackWhatItPacked) {
  std::string text;
  for (int i = 0; i < 100'000; ++i)
    text += std::to_string(i % 777);
  const std::string packed = zipped(as_bytes(text));
  EXPECT_LT(packed.size(), text.size() / 10);
  EXPECT_EQ(unzipped(as_bytes(packed), text.size()).value(), text);
  EXPECT_EQ(unzipped(as_bytes(zipped({})), 0).value(), "");
}

TEST(Gzip, StopsAtTheLimit) {
  const std::string bomb = zipped(as_bytes(std::string(10'000'000, '\0')));
  EXPECT_LT(bomb.size(), 20'000U);
  const auto result = unzipped(as_bytes(bomb), 1'000'000);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::full);
}

TEST(Gzip, RefusesWhatIsDamaged) {
  for (std::size_t i = 0; i < std::size(hello); ++i) {
    if (i >= 4 && i <= 9) continue;  // Time, hints and system: not covered by the checksum.
    if (i == 16) continue;           // Bits behind the last block: no reader looks at them.
    Bytes damaged(std::begin(hello), std::end(hello));
    damaged[i] ^= 0x10U;
    EXPECT_FALSE(unzipped(damaged, 100)) << i;
  }
  EXPECT_FALSE(unzipped(as_bytes("hello"), 100));
  EXPECT_FALSE(unzipped({}, 100));
}

}  // namespace
}  // namespace millwright::net
