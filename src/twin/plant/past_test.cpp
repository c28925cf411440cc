#include "twin/plant/past.hpp"

#include <gtest/gtest.h>

#include <map>

#include "twin/plant/calendar.hpp"

namespace millwright::twin {
namespace {

// A Monday at noon in Berlin, when the early shift is at work.
const Instant start = to_instant("2026-11-23T11:00:00Z").value();
const Life three_hours = begin_life(7, start, 3h).value();

struct Told {
  net::RecordingHead head;
  std::vector<net::RecordedTag> tags;
  std::map<std::string, std::vector<std::pair<std::int64_t, double>>> numbers;
  std::map<std::string, std::vector<net::RecordedEvent>> events;
  std::uint64_t readings = 0, happened = 0;
  net::RecordingEnd end;
  std::vector<Instant> reached;
};

Bytes recording_of(const Life& life) {
  PastRecorder recorder = PastRecorder::open(life).value();
  Bytes bytes;
  while (!recorder.has_ended())
    recorder.next(bytes);
  return bytes;
}

Told read(const Bytes& bytes) {
  Told told;
  net::RecordingReader reader;
  reader.feed(bytes);
  while (true) {
    auto frame = reader.next();
    EXPECT_TRUE(frame) << frame.error().what;
    if (!frame || !*frame) return told;
    if (const auto* head = std::get_if<net::RecordingHead>(&**frame)) told.head = *head;
    if (const auto* tags = std::get_if<net::RecordedTags>(&**frame)) told.tags = tags->tags;
    if (const auto* end = std::get_if<net::RecordingEnd>(&**frame)) told.end = *end;
    if (const auto* progress = std::get_if<net::RecordingProgress>(&**frame))
      told.reached.push_back(progress->reached);
    if (const auto* block = std::get_if<net::RecordedBlock>(&**frame)) {
      told.readings += block->times.size() * block->columns.size();
      for (const net::RecordedColumn& column : block->columns)
        for (std::size_t i = 0; i < column.values.size(); ++i)
          told.numbers[told.tags[column.tag].path].emplace_back(block->times[i], column.values[i]);
    }
    if (const auto* events = std::get_if<net::RecordedEvents>(&**frame)) {
      told.happened += events->rows.size();
      for (const net::RecordedEvent& event : events->rows)
        told.events[told.tags[event.tag].path].push_back(event);
    }
  }
}

TEST(Past, HasEverySensorEveryTenSecondsAndIsWhatItsTotalsSay) {
  const Told told = read(recording_of(three_hours));
  EXPECT_EQ(told.head.from, start - 3h);
  EXPECT_EQ(told.head.until, start);
  EXPECT_EQ(told.end.reached, start);
  EXPECT_EQ(told.end.readings, told.readings);
  EXPECT_EQ(told.end.events, told.happened);
  EXPECT_EQ(told.reached, (std::vector<Instant>{start - 2h, start - 1h}));
  ASSERT_GE(told.numbers.size(), 180U);
  for (const auto& [path, rows] : told.numbers) {
    EXPECT_GE(rows.size(), 1079U) << path;
    for (std::size_t i = 2; i < rows.size(); ++i)
      ASSERT_EQ(rows[i].first - rows[i - 1].first, Duration(past_sensor_period).count()) << path;
    EXPECT_LT(rows.back().first, nanoseconds(start));
  }
}

TEST(Past, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const Life one = begin_life(7, start, 1h).value();
  const Bytes first = recording_of(one);
  EXPECT_EQ(recording_of(one), first);
  EXPECT_NE(recording_of(begin_life(8, start, 1h).value()), first);
}

// The factory that goes on live from the start of a past of three hours, at its start.
std::map<std::string, Value> live_begin() {
  Factory factory = Factory::open({three_hours, start}).value();
  const std::vector<net::RecordedTag> tags = recorded_tags(factory.works(), factory.tags());
  std::map<std::string, Value> out;
  factory.tell_all([&](const Reading& reading) { out[tags[reading.tag].path] = reading.value; });
  return out;
}

TEST(Past, GoesOverIntoTheLivePlantWithoutAStep) {
  const Told told = read(recording_of(three_hours));
  const std::map<std::string, Value> live = live_begin();
  std::size_t compared = 0;
  for (const auto& [path, events] : told.events) {
    const net::RecordedEvent& last = events.back();
    const Value& now = live.at(path);
    ++compared;
    if (const auto* integer = std::get_if<std::int32_t>(&now)) {
      EXPECT_EQ(std::get<std::int64_t>(last.value), *integer) << path;
    } else if (const auto* natural = std::get_if<std::uint32_t>(&now)) {
      EXPECT_EQ(std::get<std::uint64_t>(last.value), *natural) << path;
    } else if (const auto* number = std::get_if<double>(&now)) {
      EXPECT_EQ(std::get<double>(last.value), *number) << path;
    } else if (const auto* flag = std::get_if<bool>(&now)) {
      EXPECT_EQ(std::get<bool>(last.value), *flag) << path;
    } else {
      EXPECT_EQ(std::get<std::string>(last.value), std::get<std::string>(now)) << path;
    }
  }
  EXPECT_EQ(compared, 20 * common_count);
}

// Parts and states, as the sampled machines tell them, against the simulator's own account.
TEST(Past, CountsAndStatesAreThoseOfTheSimulator) {
  PastRecorder recorder = PastRecorder::open(three_hours).value();
  Bytes bytes;
  while (!recorder.has_ended())
    recorder.next(bytes);
  const Told told = read(bytes);
  const math::Totals truth = recorder.totals();
  const Works works = works_of(7);
  for (const std::size_t m : {0U, 2U, 6U, 12U, 19U}) {
    SCOPED_TRACE(works.stations[m].path);
    const std::string base = std::string(plant_path) + "/" + std::string(works.stations[m].path);
    const auto& good = told.events.at(base + "/good");
    EXPECT_EQ(
        std::get<std::uint64_t>(good.back().value) - std::get<std::uint64_t>(good.front().value),
        truth.machines[m].good);
    Duration running{};
    const auto& states = told.events.at(base + "/state");
    for (std::size_t i = 0; i < states.size(); ++i) {
      const std::int64_t until = i + 1 < states.size() ? states[i + 1].at : nanoseconds(start) - 1;
      constexpr std::int64_t execute = 6;
      if (std::get<std::int64_t>(states[i].value) == execute)
        running += Duration(until - states[i].at);
    }
    const Duration meant =
        truth.machines[m].in_state[static_cast<std::size_t>(math::State::running)];
    EXPECT_GT(meant, 10min);
    EXPECT_EQ(running, meant);
  }
}

TEST(Past, IsServedToWhoAsksAndHoursThatHeHasAreLeftOut) {
  const auto server = PastServer::open(three_hours, 0).value();
  const std::string address = "tcp://127.0.0.1:" + std::to_string(server->port());
  std::atomic<bool> never{false};
  const auto ask = [&](Instant after) {
    auto socket = net::RecordingSocket::connect(address, never).value();
    EXPECT_TRUE(socket.write(net::recording_ask(after), never));
    Bytes bytes, part(65'536);
    while (const std::size_t count = socket.read(part, never).value())
      bytes.insert(bytes.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
    return bytes;
  };
  const Bytes whole = ask(start - 3h);
  EXPECT_EQ(whole, recording_of(three_hours));
  const Told rest = read(ask(start - 1h));
  EXPECT_EQ(rest.end.readings, read(whole).end.readings);
  EXPECT_LT(rest.readings, rest.end.readings);
  EXPECT_EQ(rest.reached, (std::vector<Instant>{start - 2h}));
}

TEST(Past, ALengthThatMakesNoSenseIsRefused) {
  EXPECT_FALSE(PastRecorder::open(begin_life(7, start, 1min).value()));
  EXPECT_FALSE(PastRecorder::open(begin_life(7, start, 4000h).value()));
}

}  // namespace
}  // namespace millwright::twin
