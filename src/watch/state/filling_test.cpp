#include "watch/state/filling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "watch/state/state_test_plant.hpp"

namespace millwright::watch::state {
namespace {

const Instant present = *to_instant("2026-11-20T08:00:00Z");
const Instant past_begin = present - std::chrono::days(30);
const std::string machine_path = "velo/berlin/frames/machining/cnc3";
constexpr SourceId live_source{3}, past_source{4};
const std::vector<std::string> names{"alarm", "execution", "speed", "mode"};

struct Heard {
  std::string name;
  Instant at;
  std::string text;
  double number = 0;
};

const Rules& rules() {
  static const Rules read = test_rules();
  return read;
}

RawValue raw_of(const Heard& h) {
  return {h.at, h.text.empty() ? Kind::number : Kind::text, Scalar::of(h.number), h.text,
          quality::good};
}

std::size_t input_of(const Rules& rules, std::string_view name) {
  for (std::size_t i = 0; i < rules.inputs.size(); ++i)
    if (rules.inputs[i].name == name) return i;
  ADD_FAILURE() << "no input " << name;
  return 0;
}

// Thirty days of a machine: all is known at their begin, then something happens now and then.
std::vector<Heard> month(unsigned seed, std::size_t rows) {
  std::mt19937_64 random(seed);
  std::vector<Heard> out{{"execution", past_begin, "Execute"},
                         {"mode", past_begin, "Production"},
                         {"alarm", past_begin, "", 0},
                         {"speed", past_begin, "", 100}};
  const std::vector<std::string> executions{"Execute", "Execute", "Suspended", "Stopped"};
  const auto span = static_cast<std::uint64_t>((present - past_begin).count());
  std::set<std::uint64_t> times;
  while (times.size() < rows)
    times.insert(1 + random() % (span - 1));
  for (const std::uint64_t time : times) {
    Heard h{names[random() % 4], past_begin + Duration(time), "", 0};
    if (h.name == "execution") h.text = executions[random() % 4];
    if (h.name == "mode") h.text = random() % 4 == 0 ? "Planned" : "Production";
    if (h.name == "speed") h.number = 70 + static_cast<double>(random() % 30);
    if (h.name == "alarm") h.number = random() % 8 == 0 ? 1 : 0;
    out.push_back(h);
  }
  return out;
}

// The intervals up to the present, as a timeline that heard all of it live has them.
std::vector<Interval> heard_live(const std::vector<Heard>& rows) {
  Timeline timeline(rules(), past_begin);
  for (const Heard& h : rows) {
    timeline.hear(input_of(timeline.rules(), h.name), raw_of(h), live_source, h.at);
    timeline.settle(h.at);
  }
  timeline.settle(present - Duration(1));
  std::vector<Interval> all = timeline.intervals();
  std::erase_if(all, [](const Interval& i) { return i.why.starts_with("nothing heard"); });
  return all;
}

void put(std::vector<Interval>& all, const Interval& interval) {
  if (all.empty() || !all.back().says_the_same(interval)) all.push_back(interval);
}

TEST(Filling, SaysOfThePastWhatALiveFrontWouldHaveSaidInAnyCutOfBatches) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::vector<Heard> rows = month(seed, 400);
    const std::vector<Interval> live = heard_live(rows);
    ASSERT_GT(live.size(), 100U);
    std::mt19937 random(seed);
    Filling filling(rules(), past_source, past_begin, present);
    std::vector<Interval> filled;
    Instant end = past_begin;
    const auto take = [&](const std::vector<Change>& changes) {
      for (const Change& change : changes) {
        ASSERT_TRUE(change.until.has_value());
        if (change.interval.why.starts_with("nothing heard")) continue;
        ASSERT_GE(change.interval.from, end) << "said twice";
        end = *change.until;
        put(filled, change.interval);
      }
    };
    for (std::size_t at = 0; at < rows.size();) {
      const std::size_t batch = std::min<std::size_t>(rows.size() - at, 4 + random() % 30);
      // Within a batch the tags come one after the other, as a device's columns do.
      const auto first = rows.begin() + static_cast<std::ptrdiff_t>(at);
      std::stable_sort(first, first + static_cast<std::ptrdiff_t>(batch),
                       [](const Heard& a, const Heard& b) { return a.name < b.name; });
      for (std::size_t i = at; i < at + batch; ++i)
        filling.hear(input_of(rules(), rows[i].name), raw_of(rows[i]));
      take(filling.settle());
      at += batch;
    }
    take(filling.finish(present));
    EXPECT_EQ(end, present);
    EXPECT_TRUE(filled == live) << filled.size() << " intervals, live " << live.size();
    EXPECT_EQ(filling.unused_rows(), 0U);
  }
}

TEST(Filling, ARowOfBeforeItsWindowIsCountedAndNotUsed) {
  Filling filling(rules(), past_source, past_begin, present);
  for (const Heard& h : month(1, 0))
    filling.hear(input_of(rules(), h.name), raw_of(h));
  const auto speed = input_of(rules(), "speed");
  filling.hear(speed, raw_of({"speed", past_begin + 40h, "", 60}));
  EXPECT_EQ(filling.settle().size(), 1U);
  EXPECT_EQ(filling.said_until(), past_begin + 40h);
  filling.hear(speed, raw_of({"speed", past_begin - 1h, "", 60}));
  filling.hear(speed, raw_of({"speed", past_begin + 41h, "", 100}));
  filling.settle();
  filling.hear(speed, raw_of({"speed", past_begin + 10h, "", 60}));
  filling.hear(speed, raw_of({"speed", present + 1h, "", 60}));
  filling.settle();
  EXPECT_EQ(filling.unused_rows(), 2U);  // The row at 10 h tells the value at the window's start.
  filling.hear(speed, raw_of({"speed", past_begin + 5h, "", 60}));
  filling.settle();
  EXPECT_EQ(filling.unused_rows(), 3U);
}

TEST(Filling, ALateRowWithinItsWindowCorrectsWhatWasSaid) {
  Filling filling(rules(), past_source, past_begin, present);
  for (const Heard& h : month(1, 0))
    filling.hear(input_of(rules(), h.name), raw_of(h));
  const auto speed = input_of(rules(), "speed");
  filling.hear(speed, raw_of({"speed", past_begin + 10h, "", 60}));
  filling.settle();
  filling.hear(speed, raw_of({"speed", past_begin + 5h, "", 60}));
  const std::vector<Change> changes = filling.settle();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].interval.from, past_begin + 5h);
  EXPECT_EQ(changes[0].interval.state, MachineState::slow);
  EXPECT_EQ(changes[0].until, past_begin + 10h);
}

// The stage with a live front at the present and a past that comes in.
class Plant final : public flow::Outbox {
 public:
  Plant() : board_(std::make_shared<BandBoard>()), stage_(make_stage(directory_, board_)) {
    const auto plant = std::make_shared<const millwright::Plant>(test_plant(plant_yaml));
    hear(fact::Line(fact::PlantChanged{plant_yaml, plant}), present + 1s);
    hear(fact::Catalogue(fact::MachineFound{MachineId{0}, machine_path}), present + 1s);
    std::uint32_t number = 0;
    for (const std::string& name : names) {
      std::string path = machine_path;
      path += "/" + name;
      hear(fact::Catalogue(fact::TagFound{TagId{number++}, path, {}, "", true}), present + 1s);
    }
  }
  void say(What what, Instant) override {
    said.push_back(std::get<fact::StateChanged>(std::get<fact::State>(what)));
  }
  void wake_at(Instant, std::uint64_t) override {}
  void start(flow::Job) override {}

  void hear(What what, Instant learned) {
    if (const auto* found = std::get_if<fact::Catalogue>(&what)) CHECK(directory_.apply(*found));
    stage_->hear(Fact{{}, {}, learned, learned, std::move(what)}, *this);
  }
  void hear_rows(SourceId source, std::span<const Heard> rows, Instant learned) {
    Readings readings(source);
    for (const Heard& h : rows) {
      const auto name = std::find(names.begin(), names.end(), h.name);
      const TagId tag{static_cast<std::uint32_t>(name - names.begin())};
      if (h.text.empty()) {
        readings.add(tag, Kind::number, h.at, Scalar::of(h.number));
      } else {
        readings.add_text(tag, h.at, h.text);
      }
    }
    hear(std::move(readings), learned);
  }
  void progress(Instant reached, bool has_ended) {
    hear(fact::Source(fact::SourceProgressed{past_source, past_begin, present, reached, has_ended}),
         present + 2s);
  }
  void connect(SourceId source) {
    hear(fact::Source(fact::SourceConnected{source, "", 4}), present + 1s);
  }
  void live_values() {
    const std::vector<Heard> now{{"execution", present, "Suspended"},
                                 {"mode", present, "Production"},
                                 {"alarm", present, "", 0},
                                 {"speed", present, "", 0}};
    hear_rows(live_source, now, present + 2s);
  }
  std::string states(Instant from, Instant to) {
    stage_->show(views);
    flow::Question question;
    question.parameters = {{"from", to_text(from)}, {"to", to_text(to)}, {"format", "csv"}};
    return states_route(board_).answer(question).value().body;
  }
  Bytes saved() const {
    Bytes bytes;
    Writer out(bytes);
    stage_->save(out);
    return bytes;
  }
  void load(const Bytes& bytes) {
    Reader in(bytes);
    const Outcome outcome = stage_->load(in);
    ASSERT_TRUE(outcome) << outcome.error().what;
  }

  std::vector<fact::StateChanged> said;
  flow::Views views;

 private:
  flow::Directory directory_;
  std::shared_ptr<BandBoard> board_;
  std::unique_ptr<flow::Stage> stage_;
};

std::string csv_of(const std::vector<Interval>& all, Instant until) {
  std::string out;
  for (std::size_t i = 0; i < all.size(); ++i)
    out += "\"" + machine_path + "\"," + to_text(all[i].from) + "," +
           to_text(i + 1 < all.size() ? all[i + 1].from : until) + "," +
           std::string(word(all[i].state)) + "," + std::string(word(all[i].mode)) + ",\"" +
           all[i].why + "\"\r\n";
  return out;
}

TEST(StateStage, APastThatIsFilledInStandsBeforeTheLiveFrontWhicheverComesFirst) {
  std::vector<Heard> rows = month(5, 200);
  std::vector<Interval> live = heard_live(rows);
  for (Interval& interval : live) {  // The table doubles quotes.
    for (auto at = interval.why.find('"'); at != std::string::npos;
         at = interval.why.find('"', at + 2))
      interval.why.insert(at, "\"");
  }
  for (const std::size_t live_after : {std::size_t{0}, std::size_t{100}, rows.size()}) {
    SCOPED_TRACE(live_after);
    Plant plant;
    plant.connect(live_source);
    plant.connect(past_source);
    plant.progress(past_begin, false);
    for (std::size_t at = 0; at < rows.size(); at += 4) {
      if (at == live_after) plant.live_values();
      plant.hear_rows(past_source,
                      std::span(rows).subspan(at, std::min<std::size_t>(4, rows.size() - at)),
                      present + 2s);
    }
    if (live_after == rows.size()) plant.live_values();
    plant.progress(present, true);
    const std::string csv = plant.states(past_begin, present - Duration(1));
    EXPECT_EQ(csv, "machine,from,to,state,mode,why\r\n" + csv_of(live, present));
    const std::string now = plant.states(present + 1s, present + 2s);
    EXPECT_NE(now.find("starved"), std::string::npos) << now;
    for (const fact::StateChanged& change : plant.said) {
      if (change.from < present) {
        EXPECT_TRUE(change.until.has_value());
        EXPECT_LE(change.until.value_or(present), present);
      }
    }
  }
}

TEST(StateStage, APastThatEndsEarlyLeavesAGapThatSaysSo) {
  Plant plant;
  plant.live_values();
  plant.progress(past_begin, false);
  plant.hear_rows(past_source, month(5, 0), present + 2s);
  const std::string during = plant.states(past_begin + 1h, present - 1h);
  EXPECT_NE(during.find("the past is being filled in"), std::string::npos) << during;
  plant.progress(past_begin + 240h, true);
  const std::string csv = plant.states(past_begin, present - 1h);
  EXPECT_NE(csv.find(to_text(past_begin) + "," + to_text(past_begin + 240h) + ",running"),
            std::string::npos)
      << csv;
  EXPECT_NE(csv.find(to_text(past_begin + 240h) + "," + to_text(present) +
                     ",nodata,unknown,\"nothing was heard of this time\""),
            std::string::npos)
      << csv;
}

TEST(StateStage, APastThatIsSaidAgainAfterItsEndChangesNothing) {
  Plant plant;
  plant.live_values();
  const std::vector<Heard> rows = month(6, 40);
  plant.progress(past_begin, false);
  plant.hear_rows(past_source, rows, present + 2s);
  plant.progress(present, true);
  const std::string before = plant.states(past_begin, present + 1s);
  plant.said.clear();
  plant.hear_rows(past_source, std::span(rows).subspan(20), present + 3s);
  plant.progress(present, true);
  EXPECT_EQ(plant.states(past_begin, present + 1s), before);
  EXPECT_TRUE(plant.said.empty());
}

TEST(StateStage, ASnapshotInTheMiddleOfAPastGoesOnAsIfNothingHadHappened) {
  const std::vector<Heard> rows = month(7, 60);
  Plant whole;
  whole.live_values();
  whole.progress(past_begin, false);
  whole.hear_rows(past_source, std::span(rows).first(30), present + 2s);
  Plant other;
  other.load(whole.saved());
  EXPECT_EQ(other.saved(), whole.saved());
  for (Plant* const plant : {&whole, &other}) {
    plant->hear_rows(past_source, std::span(rows).subspan(30), present + 2s);
    plant->progress(present, true);
  }
  EXPECT_EQ(other.saved(), whole.saved());
  EXPECT_EQ(other.states(past_begin, present), whole.states(past_begin, present));
}

}  // namespace
}  // namespace millwright::watch::state
