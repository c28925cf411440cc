#include "net/recording/recording.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "net/recording/frames.hpp"

namespace millwright::net {
namespace {

const Instant begin = *to_instant("2026-10-23T06:00:00Z");
const std::int64_t zero = nanoseconds(begin);
constexpr std::int64_t second = 1'000'000'000;

const std::vector<RecordedTag> tags{{"velo/cnc3/spindle/vibration", RecordedKind::number},
                                    {"velo/cnc3/state", RecordedKind::integer},
                                    {"velo/cnc3/good", RecordedKind::natural},
                                    {"velo/cnc3/blocked", RecordedKind::boolean},
                                    {"velo/cnc3/order", RecordedKind::text}};

RecordedBlock block_at(std::int64_t from) {
  return {{from, from + 10 * second, from + 20 * second},
          {{0, {0.25, 1.5, -3}, {}}, {0, {1, 2, 1.0 / 3}, {0, 0x80000000, 0}}}};
}

RecordedEvents events_at(std::int64_t from) {
  return {{{from, 1, 0, std::int64_t{-6}},
           {from, 2, 0, std::uint64_t{41}},
           {from + 1, 3, 0, true},
           {from + 2, 4, 0x40000000, std::string("O-24017")},
           {from + 3, 0, 0, 7.5}}};
}

// An hour, as a recording.
Bytes recording() {
  Bytes bytes;
  RecordingWriter writer(bytes);
  writer.begin({"e-bike works", begin, begin + 1h}, tags);
  writer.add(block_at(zero));
  writer.add(events_at(zero + 5));
  writer.reach(begin + 30min);
  writer.add(block_at(zero + 1800 * second));
  writer.end(begin + 1h);
  return bytes;
}

struct Heard {
  std::vector<RecordedFrame> frames;
  std::string trouble;
};

Heard hear(const Bytes& bytes, std::size_t step) {
  Heard heard;
  RecordingReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.feed(ByteView(bytes).subspan(at, std::min(step, bytes.size() - at)));
    while (true) {
      auto frame = reader.next();
      if (!frame) return heard.trouble = frame.error().what, heard;
      if (!*frame) break;
      heard.frames.push_back(std::move(**frame));
    }
  }
  if (!reader.has_ended()) heard.trouble = "no end";
  return heard;
}

TEST(Recording, WhatWasWrittenIsReadHoweverItIsCutOnItsWay) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
    const Heard heard = hear(recording(), step);
    ASSERT_EQ(heard.trouble, "");
    ASSERT_EQ(heard.frames.size(), 7U);
    const auto& head = std::get<RecordingHead>(heard.frames[0]);
    EXPECT_EQ(head.from, begin);
    EXPECT_EQ(head.until, begin + 1h);
    EXPECT_EQ(head.title, "e-bike works");
    EXPECT_EQ(std::get<RecordedTags>(heard.frames[1]).tags[4].path, "velo/cnc3/order");
    const auto& block = std::get<RecordedBlock>(heard.frames[2]);
    EXPECT_EQ(block.times, block_at(zero).times);
    EXPECT_EQ(block.columns[0].values, (std::vector<double>{0.25, 1.5, -3}));
    EXPECT_EQ(block.columns[1].values, (std::vector<double>{1, 2, 1.0 / 3}));
    EXPECT_EQ(block.columns[1].qualities, (std::vector<std::uint32_t>{0, 0x80000000, 0}));
    const auto& events = std::get<RecordedEvents>(heard.frames[3]).rows;
    const RecordedEvents meant = events_at(zero + 5);
    ASSERT_EQ(events.size(), meant.rows.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
      EXPECT_EQ(events[i].at, meant.rows[i].at);
      EXPECT_EQ(events[i].tag, meant.rows[i].tag);
      EXPECT_EQ(events[i].quality, meant.rows[i].quality);
      EXPECT_EQ(events[i].value, meant.rows[i].value);
    }
    EXPECT_EQ(std::get<RecordingProgress>(heard.frames[4]).reached, begin + 30min);
    const auto& end = std::get<RecordingEnd>(heard.frames[6]);
    EXPECT_EQ(end.readings, 12U);
    EXPECT_EQ(end.events, 5U);
  }
}

TEST(Recording, AChangedByteIsRefusedWhereverItIs) {
  const Bytes whole = recording();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Bytes bytes = whole;
    bytes[at] ^= 0x10;
    EXPECT_NE(hear(bytes, 4096).trouble, "") << at;
  }
}

TEST(Recording, ARecordingThatIsCutOffHasNoEndAndIsNoError) {
  Bytes bytes = recording();
  bytes.resize(bytes.size() - 3);
  EXPECT_EQ(hear(bytes, 64).trouble, "no end");
}

TEST(Recording, ALengthBeyondTheBoundIsRefusedBeforeItIsWaitedFor) {
  Bytes bytes;
  Writer out(bytes);
  out.raw(as_bytes(recording_magic));
  out.fixed(static_cast<std::uint32_t>(recording_frame_bytes_max + 1));
  out.fixed(std::uint32_t{0});
  EXPECT_NE(hear(bytes, 4096).trouble.find("right length"), std::string::npos);
}

// One frame with a right sum behind a head of an hour.
std::string trouble_of(std::uint8_t kind, const std::function<void(Writer&)>& fill) {
  Bytes bytes;
  RecordingWriter writer(bytes);
  writer.begin({"", begin, begin + 1h}, tags);
  writer.reach(begin + 10min);
  Bytes content{kind};
  Writer out(content);
  fill(out);
  Writer all(bytes);
  all.fixed(static_cast<std::uint32_t>(content.size()));
  all.fixed(crc32c(content));
  all.raw(content);
  return hear(bytes, 4096).trouble;
}

TEST(Recording, MoreRowsThanTheBoundAreRefusedThoughTheyTakeNoRoom) {
  const std::string trouble = trouble_of(frame_block, [](Writer& out) {
    out.variable(recording_rows_max + 1);
    out.raw(Bytes(40, 0));
  });
  EXPECT_NE(trouble.find("no rows, or too many"), std::string::npos) << trouble;
}

TEST(Recording, WhatLiesBeforeTheProgressOrAfterTheEndIsRefused) {
  const auto trouble_at = [](std::int64_t at) {
    Bytes bytes;
    RecordingWriter writer(bytes);
    writer.begin({"", begin, begin + 1h}, tags);
    writer.reach(begin + 10min);
    writer.add(events_at(at));
    writer.end(begin + 1h);
    return hear(bytes, 4096).trouble;
  };
  EXPECT_NE(trouble_at(zero).find("before what it has reached"), std::string::npos);
  EXPECT_NE(trouble_at(zero + 3600 * second).find("after its end"), std::string::npos);
  EXPECT_EQ(trouble_at(zero + 3000 * second), "");
}

TEST(Recording, AFrameOfAnUnknownKindOrASecondHeadIsRefused) {
  EXPECT_NE(trouble_of(77, [](Writer&) {}).find("not known"), std::string::npos);
  EXPECT_NE(trouble_of(frame_head, [](Writer&) {}).find("head"), std::string::npos);
}

TEST(Recording, AQuestionIsReadAndAWrongOneRefused) {
  Bytes ask = recording_ask(begin);
  ASSERT_EQ(ask.size(), recording_ask_bytes);
  EXPECT_EQ(read_recording_ask(ask).value(), begin);
  ask[9] ^= 1;
  EXPECT_FALSE(read_recording_ask(ask));
  EXPECT_FALSE(read_recording_ask(ByteView(ask).first(4)));
}

}  // namespace
}  // namespace millwright::net
