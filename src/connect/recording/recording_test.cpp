#include "connect/recording/recording.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "connect/recording/edge.hpp"

namespace millwright::connect::recording {
namespace {

const Instant begin = to_instant("2026-10-23T06:00:00Z").value();
constexpr std::int64_t second = 1'000'000'000;

// An hour of one sensor every ten seconds and a part each minute, and so on.
Bytes recording_of(int hours) {
  Bytes bytes;
  net::RecordingWriter writer(bytes);
  writer.begin({"press", begin, begin + std::chrono::hours(hours)},
               {{"velo/press/force", net::RecordedKind::number},
                {"velo/press/good", net::RecordedKind::natural},
                {"velo/press/nobody", net::RecordedKind::number}});
  for (int hour = 0; hour < hours; ++hour) {
    net::RecordedBlock block{{}, {{0, {}, {}}, {2, {}, {}}}};
    net::RecordedEvents events;
    const std::int64_t from = nanoseconds(begin) + hour * 3600 * second;
    for (std::int64_t i = 0; i < 360; ++i) {
      block.times.push_back(from + i * 10 * second);
      block.columns[0].values.push_back(static_cast<double>(hour) + static_cast<double>(i) / 1000);
      block.columns[1].values.push_back(0);
    }
    for (std::int64_t i = 0; i < 60; ++i)
      events.rows.push_back(
          {from + i * 60 * second, 1, 0, static_cast<std::uint64_t>(hour * 60 + i)});
    writer.add(block);
    writer.add(events);
    if (hour + 1 < hours) writer.reach(begin + std::chrono::hours(hour + 1));
  }
  writer.end(begin + std::chrono::hours(hours));
  return bytes;
}

class Folder {
 public:
  explicit Folder(const std::string& name)
      : path(std::filesystem::temp_directory_path() /
             ("millwright-recording-" + name + "-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path write(const Bytes& bytes) const {
    std::ofstream(path / "past.recording", std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path / "past.recording";
  }
  std::filesystem::path path;
};

struct Heard {
  std::vector<std::pair<Instant, double>> force;
  std::vector<std::uint64_t> good;
  std::vector<Instant> reached;
  bool has_ended = false;
  std::string lost, troubled;
  std::size_t inputs = 0;
};

// Takes what the edge says, as the journal does, until it has ended, is lost, or `most` inputs of
// it are durable.
class Listener {
 public:
  explicit Listener(const Folder& folder) : folder_(folder) {}

  Heard listen(const std::filesystem::path& file, std::size_t most = 1'000'000) {
    flow::Inbox inbox;
    const Plant plant;
    const flow::ManualClock clock(begin + 720h);
    flow::Catalogue catalogue(inbox, clock);
    const flow::EdgeContext context{plant, inbox, catalogue, clock, folder_.path, {}};
    Heard heard;
    {
      RecordingEdge edge(context, Script{.source = SourceId{1},
                                         .name = "past",
                                         .address = "",
                                         .file = file,
                                         .progress_file = folder_.path / "past.progress",
                                         .kinds = {{"velo/press/force", Kind::number},
                                                   {"velo/press/good", Kind::natural}}});
      std::vector<flow::Input> inputs;
      while (!heard.has_ended && heard.lost.empty() && heard.inputs < most) {
        inbox.take(inputs, 10ms);
        for (flow::Input& input : inputs)
          if (heard.inputs < most) take(input, heard);
      }
      if (heard.has_ended) wait_for_file();
    }
    return heard;
  }

 private:
  void take(flow::Input& input, Heard& heard) const {
    if (const auto* readings = millwright::get<Readings>(input.what)) take_rows(*readings, heard);
    if (const auto* progress = millwright::get<fact::SourceProgressed>(input.what)) {
      heard.reached.push_back(progress->reached);
      heard.has_ended = progress->has_ended;
    }
    if (const auto* lost = millwright::get<fact::SourceLost>(input.what)) heard.lost = lost->why;
    if (const auto* troubled = millwright::get<fact::SourceTroubled>(input.what))
      heard.troubled = troubled->what;
    if (input.acknowledge) input.acknowledge(Outcome(Done{}));
    ++heard.inputs;
  }
  static void take_rows(const Readings& readings, Heard& heard) {
    for (const Run& run : readings.runs())
      for (std::size_t row = run.first; row < run.first + run.rows; ++row) {
        if (run.kind == Kind::number)
          heard.force.emplace_back(readings.happened(run, row), readings.value(row).number());
        if (run.kind == Kind::natural) heard.good.push_back(readings.value(row).natural());
      }
  }
  // The edge writes what is durable before it ends by itself.
  void wait_for_file() const {
    while (true) {
      const auto progress = read_progress(folder_.path / "past.progress");
      if (progress && progress->has_ended) return;
      std::this_thread::yield();
    }
  }
  const Folder& folder_;
};

TEST(RecordingEdge, SaysAllOfItOldestFirstAndThatItHasEnded) {
  const Folder folder("whole");
  const Heard heard = Listener(folder).listen(folder.write(recording_of(5)));
  ASSERT_EQ(heard.force.size(), 5U * 360);
  EXPECT_TRUE(std::is_sorted(heard.force.begin(), heard.force.end()));
  ASSERT_EQ(heard.good.size(), 300U);
  EXPECT_EQ(heard.good.back(), 299U);
  EXPECT_EQ(heard.reached, (std::vector<Instant>{begin, begin + 1h, begin + 2h, begin + 3h,
                                                 begin + 4h, begin + 5h}));
  EXPECT_TRUE(heard.has_ended);
  EXPECT_EQ(heard.lost, "");
  EXPECT_NE(heard.troubled.find("1 tags of the recording are not in the plant file"),
            std::string::npos);
  const auto kept = read_progress(folder.path / "past.progress");
  ASSERT_TRUE(kept);
  EXPECT_EQ(*kept, (Progress{begin, begin + 5h, begin + 5h, 5U * 720, 300, true}));
}

TEST(RecordingEdge, GoesOnAfterAnEndInTheMiddleAndLeavesNothingOut) {
  const Folder folder("resumed");
  const std::filesystem::path file = folder.write(recording_of(8));
  std::vector<std::pair<Instant, double>> force;
  std::size_t starts = 0;
  bool has_ended = false;
  while (!has_ended && starts < 20) {
    const Heard heard = Listener(folder).listen(file, 11);
    force.insert(force.end(), heard.force.begin(), heard.force.end());
    has_ended = heard.has_ended;
    ++starts;
  }
  EXPECT_TRUE(has_ended);
  EXPECT_GT(starts, 2U);
  std::sort(force.begin(), force.end());
  force.erase(std::unique(force.begin(), force.end()), force.end());
  EXPECT_EQ(force.size(), 8U * 360);
  const auto kept = read_progress(folder.path / "past.progress");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->readings, 8U * 720);
  EXPECT_EQ(kept->events, 480U);
}

TEST(RecordingEdge, ARecordingThatWasCutOffIsLostWithTheReason) {
  const Folder folder("cut");
  Bytes bytes = recording_of(3);
  bytes.resize(bytes.size() - 5);
  const Heard heard = Listener(folder).listen(folder.write(bytes));
  EXPECT_NE(heard.lost.find("cut off before its end"), std::string::npos) << heard.lost;
  bytes[bytes.size() / 2] ^= 1;
  const Heard damaged = Listener(folder).listen(folder.write(bytes));
  EXPECT_NE(damaged.lost.find("damaged at byte"), std::string::npos) << damaged.lost;
}

TEST(RecordingEdge, AMissingFileIsLostAndNamed) {
  const Folder folder("missing");
  const Heard heard = Listener(folder).listen(folder.path / "none.recording");
  EXPECT_NE(heard.lost.find("none.recording"), std::string::npos) << heard.lost;
}

TEST(Progress, WhatCannotBeReadIsNoProgress) {
  const Folder folder("progress");
  const Progress progress{begin, begin + 2h, begin + 1h, 7, 8, false};
  ASSERT_TRUE(write_progress(folder.path / "sub" / "one", progress));
  EXPECT_EQ(read_progress(folder.path / "sub" / "one"), progress);
  std::ofstream(folder.path / "two") << "1 2";
  EXPECT_FALSE(read_progress(folder.path / "two"));
  std::ofstream(folder.path / "three") << "10 20 5 0 0 0";
  EXPECT_FALSE(read_progress(folder.path / "three"));
  EXPECT_FALSE(read_progress(folder.path / "four"));
}

}  // namespace
}  // namespace millwright::connect::recording
