#include "truth.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "twin/plant/layout.hpp"

namespace millwright::scenario {
namespace {

// When people are at work.
std::vector<twin::Shift> manned_of(const twin::Life& life) {
  const Instant monday = twin::monday_before(life.past_from).value();
  const auto shifts = twin::shifts(monday, 60).value();
  const math::Calendar calendar = twin::working_time(shifts, monday, twin::Breaks::kept);
  std::vector<twin::Shift> manned;
  for (const math::Interval& open : calendar.open)
    manned.push_back({monday + open.from, monday + open.to});
  return manned;
}

class Recorder {
 public:
  explicit Recorder(const twin::Life& life) : life_(life), manned_(manned_of(life)) {
    for (const twin::Station& station : twin::works_of(life.seed).stations) {
      machines_.emplace_back();
      machines_.back().path = std::string(twin::plant_path) + "/" + std::string(station.path);
      machines_.back().has_orders = station.from.has_value();
      state_.push_back({life.past_from, math::State::starved});
    }
  }

  void hear(Instant at, const math::Record& record) {
    TrueMachine& machine = machines_[record.machine.index()];
    const bool is_told = at >= life_.past_from && at < life_.start;
    if (record.what == math::Happening::state_changed) {
      end_state(record.machine.index(), std::clamp(at, life_.past_from, life_.start));
      state_[record.machine.index()].state = record.state;
    } else if (record.what == math::Happening::cycle_started) {
      start_run(machine, at, record);
    } else if (is_told) {
      (record.what == math::Happening::made_good ? machine.good : machine.scrap).push_back(at);
    }
  }

  std::vector<TrueMachine> take() {
    for (std::size_t m = 0; m < machines_.size(); ++m)
      end_state(m, life_.start);
    return std::move(machines_);
  }

 private:
  struct Since {
    Instant from;
    math::State state;
  };

  void end_state(std::size_t index, Instant to) {
    const Since since = std::exchange(state_[index], {to, state_[index].state});
    std::vector<TruePiece>& pieces = machines_[index].pieces;
    if (since.state != math::State::closed) return add(pieces, since.from, to, since.state);
    // Off, but while others work: missing.
    Instant at = since.from;
    for (const twin::Shift& manned : manned_) {
      if (manned.to <= at || manned.from >= to) continue;
      add(pieces, at, std::max(at, manned.from), Doing::off);
      at = std::max(at, manned.from);
      add(pieces, at, std::min(to, manned.to), Doing::stopped);
      at = std::min(to, manned.to);
    }
    add(pieces, at, to, Doing::off);
  }

  static void add(std::vector<TruePiece>& pieces, Instant from, Instant to, math::State state) {
    switch (state) {
      case math::State::running:
        return add(pieces, from, to, Doing::working);
      case math::State::setup:
        return add(pieces, from, to, Doing::setup);
      case math::State::starved:
        return add(pieces, from, to, Doing::starved);
      case math::State::blocked:
        return add(pieces, from, to, Doing::blocked);
      case math::State::closed:
        return add(pieces, from, to, Doing::off);
      default:
        return add(pieces, from, to, Doing::stopped);
    }
  }

  static void add(std::vector<TruePiece>& pieces, Instant from, Instant to, Doing doing) {
    if (from >= to) return;
    if (!pieces.empty() && pieces.back().doing == doing) {
      pieces.back().to = to;
    } else {
      pieces.push_back({from, to, doing});
    }
  }

  void start_run(TrueMachine& machine, Instant at, const math::Record& record) const {
    if (!machine.has_orders || at >= life_.start) return;
    const TrueRun run{"O-" + std::to_string(record.order),
                      std::string(twin::word_of(twin::product_of(record.kind))),
                      std::max(at, life_.past_from)};
    // What ran when the past began is its first run.
    if (at < life_.past_from) machine.runs.clear();
    if (!machine.runs.empty() && machine.runs.back().order == run.order) return;
    machine.runs.push_back(run);
  }

  const twin::Life& life_;
  std::vector<twin::Shift> manned_;
  std::vector<TrueMachine> machines_;
  std::vector<Since> state_;
};

}  // namespace

std::string_view word_of(Doing doing) {
  constexpr std::array<std::string_view, 6> words = {"working", "setup",   "stopped",
                                                     "starved", "blocked", "off"};
  return words.at(static_cast<std::size_t>(doing));
}

std::vector<TrueMachine> truth_of(const twin::Life& life) {
  Recorder recorder(life);
  twin::Factory factory =
      twin::Factory::open(
          {.life = life,
           .first = life.past_from,
           .sensor_period = 1h,
           .truth = [&recorder](Instant at,
                                const math::Record& record) { recorder.hear(at, record); }})
          .value();
  factory.advance_to(life.start - Duration(1), [](const twin::Reading&) {});
  return recorder.take();
}

}  // namespace millwright::scenario
