#include "twin/plant/past.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/calendar.hpp"
#include "truth.hpp"
#include "twin/plant/plant.hpp"
#include "works.hpp"

// The past of the virtual plant through the whole line, from the bytes of its recording to the
// answers of the API, against what the simulator knows.

namespace millwright::scenario {
namespace {

using nlohmann::json;

constexpr auto fill_wait_max = std::chrono::seconds(100);

// A Wednesday afternoon, and the thirty hours before: three shifts, their breaks and a night.
const twin::Life life =
    twin::begin_life(7, to_instant("2026-11-25T15:00:00+01:00").value(), 30h).value();

Instant at_of(const json& text) {
  return to_instant(text.get<std::string>()).value();
}

struct Folder {
  std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "past_of_the_works";
  Folder() {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

void write_recording(const std::filesystem::path& file) {
  twin::PastRecorder recorder = twin::PastRecorder::open(life).value();
  std::ofstream out(file, std::ios::binary);
  Bytes bytes;
  while (!recorder.has_ended()) {
    bytes.clear();
    recorder.next(bytes);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  }
}

std::string plant_text() {
  std::string text =
      twin::plant_file_text(life, twin::file_ports, twin::ThisComputer::without, 1).value();
  const std::string address = R"({address: "tcp://127.0.0.1:1"})";
  return text.replace(text.find(address), address.size(), "{file: past.recording}");
}

// The line with the past in it, and what it should say.
class Filled {
 public:
  Filled() {
    const Folder folder;
    write_recording(folder.path / "past.recording");
    clock = std::make_unique<flow::ManualClock>(life.start);
    works = std::make_unique<Works>(*clock, flow::MemoryJournal{});
    works->open(plant_text(), life.start);
    const auto edges = works->begin_recordings(folder.path);
    const auto until = std::chrono::steady_clock::now() + fill_wait_max;
    while (works->row("sources", "past").find(R"("status":"ended")") == std::string::npos &&
           std::chrono::steady_clock::now() < until) {
      works->line().journal_step(10ms);
      while (works->line().core_step(0ms)) {
      }
    }
    works->settle();
    truth = truth_of(life);
  }
  json ask(const char* path, const std::string& machine, Parameters more = {}) const {
    more.insert({{"machine", machine},
                 {"path", machine},
                 {"from", to_text(life.past_from)},
                 {"to", to_text(life.start)}});
    const auto answer = works->ask(path, std::move(more));
    EXPECT_TRUE(answer) << path << ": " << answer.error().what;
    return answer ? json::parse(*answer) : json();
  }

  std::unique_ptr<flow::ManualClock> clock;
  std::unique_ptr<Works> works;
  std::vector<TrueMachine> truth;
};

std::string words_of(const std::vector<TruePiece>& pieces) {
  std::string out;
  for (const TruePiece& piece : pieces)
    out += to_text(piece.from) + " " + std::string(word_of(piece.doing)) + "\n";
  return out;
}

Doing doing_of(const std::string& state) {
  if (state == "running" || state == "slow") return Doing::working;
  if (state == "setup") return Doing::setup;
  if (state == "starved") return Doing::starved;
  if (state == "blocked") return Doing::blocked;
  if (state == "planned") return Doing::off;
  EXPECT_EQ(state, "stopped");
  return Doing::stopped;
}

// To the nanosecond.
void compare_states(const Filled& filled) {
  std::size_t intervals = 0;
  for (const TrueMachine& machine : filled.truth) {
    const json said = filled.ask("/api/v1/states", machine.path);
    std::vector<TruePiece> pieces;
    for (const json& one : said["machines"][machine.path]) {
      const Instant from = std::max(at_of(one["from"]), life.past_from);
      if (from >= life.start) continue;
      const Doing doing = doing_of(one["state"]);
      if (pieces.empty() || pieces.back().doing != doing) pieces.push_back({from, from, doing});
    }
    intervals += pieces.size();
    EXPECT_EQ(words_of(pieces), words_of(machine.pieces)) << machine.path;
  }
  EXPECT_GT(intervals, 2000U);
}

void compare_orders(const Filled& filled) {
  std::size_t runs = 0;
  for (const TrueMachine& machine : filled.truth) {
    if (!machine.has_orders) continue;
    std::string said, meant;
    for (const json& run : filled.ask("/api/v1/runs", machine.path)) {
      said += to_text(std::max(at_of(run["from"]), life.past_from)) + " " +
              run["order"].get<std::string>() + " " + run["product"].get<std::string>() + "\n";
    }
    for (const TrueRun& run : machine.runs)
      meant += to_text(run.from) + " " + run.order + " " + run.product + "\n";
    runs += machine.runs.size();
    EXPECT_EQ(said, meant) << machine.path;
  }
  EXPECT_GT(runs, 100U);
}

std::int64_t parts_in(const std::vector<Instant>& parts, Instant from, Instant to) {
  return std::count_if(parts.begin(), parts.end(),
                       [&](Instant at) { return at > from && at <= to; });
}

struct Times {
  Duration busy{}, running{}, planned{};
};

bool stands(Doing doing) {
  return doing != Doing::working && doing != Doing::off;
}

// Standing shorter than this is slow work (the sections `stop:` of the plant file).
Duration micro_stop_of(const TrueMachine& machine) {
  return machine.path.find("/paint/") == std::string::npos ? 1min : 2min;
}

bool is_in_break(const std::vector<Shift>& shifts, Instant at) {
  for (const Shift& shift : shifts)
    for (const TimeSpan& pause : shift.breaks)
      if (pause.from <= at && at < pause.until) return true;
  return false;
}

// What the rules of docs/guide/numbers.md make of a slot.
Times times_of(const TrueMachine& machine, const std::vector<Shift>& shifts, Instant from,
               Instant to) {
  std::vector<Instant> cuts{from, to};
  for (const Shift& shift : shifts)
    for (const TimeSpan& pause : shift.breaks)
      for (const Instant at : {pause.from, pause.until})
        if (from < at && at < to) cuts.push_back(at);
  std::sort(cuts.begin(), cuts.end());
  Times times;
  for (std::size_t p = 0; p < machine.pieces.size(); ++p) {
    const TruePiece& piece = machine.pieces[p];
    std::size_t first = p, last = p;
    while (first > 0 && stands(machine.pieces[first - 1].doing))
      --first;
    while (last + 1 < machine.pieces.size() && stands(machine.pieces[last + 1].doing))
      ++last;
    const bool is_short =
        machine.pieces[last].to - machine.pieces[first].from < micro_stop_of(machine);
    for (std::size_t c = 0; c + 1 < cuts.size(); ++c) {
      const Instant begins = std::max(piece.from, cuts[c]), ends = std::min(piece.to, cuts[c + 1]);
      if (begins >= ends) continue;
      const bool is_working = piece.doing == Doing::working;
      if (piece.doing == Doing::off || (!is_working && is_in_break(shifts, begins))) {
        times.planned += ends - begins;
        continue;
      }
      times.busy += ends - begins;
      if (is_working || is_short) times.running += ends - begins;
    }
  }
  return times;
}

void compare_hours(const Filled& filled) {
  Problems problems;
  const std::vector<Shift> shifts =
      Calendar::read(filled.works->plant(), problems).shifts_between(life.past_from, life.start);
  ASSERT_GE(shifts.size(), 3U);
  std::size_t hours = 0;
  std::int64_t parts = 0;
  for (const TrueMachine& machine : filled.truth) {
    const json said = filled.ask("/api/v1/oee", machine.path, {{"each", "hour"}});
    for (const json& row : said["rows"]) {
      const Instant from = at_of(row["from"]), to = at_of(row["to"]);
      if (from < life.past_from || to > life.start) continue;
      ++hours;
      SCOPED_TRACE(machine.path + " " + to_text(from));
      const Times times = times_of(machine, shifts, from, to);
      EXPECT_EQ(row["good"].get<std::int64_t>(), parts_in(machine.good, from, to));
      EXPECT_EQ(row["scrap"].get<std::int64_t>(), parts_in(machine.scrap, from, to));
      EXPECT_EQ(row["no_data"].get<double>(), 0);
      EXPECT_NEAR(row["planned_stop"].get<double>(), seconds(times.planned), 1e-6);
      EXPECT_NEAR(row["busy"].get<double>(), seconds(times.busy), 1e-6);
      EXPECT_NEAR(row["running"].get<double>(), seconds(times.running), 1e-6);
      parts += parts_in(machine.good, from, to);
    }
  }
  EXPECT_GE(hours, 20U * 20);
  EXPECT_GT(parts, 5'000);
}

TEST(PastOfTheWorks, ThroughTheWholeLineIsWhatTheSimulatorKnows) {
  const Filled filled;
  ASSERT_EQ(filled.truth.size(), 20U);
  const std::string source = filled.works->row("sources", "past");
  ASSERT_NE(source.find(R"("progress_text":"30 hours, complete")"), std::string::npos) << source;
  compare_states(filled);
  compare_orders(filled);
  compare_hours(filled);
}

}  // namespace
}  // namespace millwright::scenario
