#include "math/simulate/engine.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace millwright::math {
namespace {

enum Purpose : std::uint32_t { cycle, setup, quality, arrival, kind, between, length = 32 };

std::uint32_t index32(std::size_t i) {
  return static_cast<std::uint32_t>(i);
}

}  // namespace

Part PartQueue::take(std::size_t i) {
  const Part part = parts_[head_ + i];
  if (i == 0) {
    ++head_;
    if (head_ >= 64 && head_ * 2 > parts_.size()) {
      parts_.erase(parts_.begin(), parts_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
  } else {
    parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(head_ + i));
  }
  return part;
}

Simulation::Engine::Engine(Model made_of, Luck luck) : model(std::move(made_of)) {
  for (const Buffer& buffer : model.buffers)
    buffers.push_back({&buffer, {}, {}, {}, {}, 0});
  for (const std::uint32_t people : model.crews)
    crews.push_back({people, {}});
  const auto stream = [&](std::size_t element, std::uint32_t purpose) {
    return Stream({luck.seed, luck.replication, index32(element), purpose});
  };
  for (std::size_t m = 0; m < model.machines.size(); ++m) {
    const Machine& is = model.machines[m];
    MachineRun run{.is = &is,
                   .cycle = stream(m, Purpose::cycle),
                   .setup = stream(m, Purpose::setup),
                   .quality = stream(m, Purpose::quality),
                   .between = {},
                   .length = {},
                   .operating_left = {},
                   .slots = std::vector<Slot>(is.places),
                   .same_setup = {},
                   .free_slots = is.places,
                   .gather_until = {},
                   .wakes_at = {},
                   .kind = {},
                   .scrap = is.scrap_share};
    for (std::size_t pair = 0; pair < is.setup.size(); ++pair)
      run.same_setup.push_back(pair / model.kinds == pair % model.kinds ||
                               is.setup[pair].mean() <= 0);
    for (std::uint32_t s = 0; s < is.stoppages.size(); ++s) {
      run.between.push_back(stream(m, Purpose::between + s));
      run.length.push_back(stream(m, Purpose::length + s));
      run.operating_left.push_back(is.stoppages[s].between.sample_time(run.between[s]));
    }
    machines.push_back(std::move(run));
    link(index32(m));
  }
  for (std::size_t s = 0; s < model.sources.size(); ++s) {
    const std::size_t element = machines.size() + s;
    const Source& is = model.sources[s];
    sources.push_back(
        {&is, stream(element, Purpose::arrival), stream(element, Purpose::kind), {}, 0, false});
    buffers[is.into.index()].producers.push_back(index32(element));
    if (is.between)
      events.push(is.between->sample_time(sources.back().arrival), index32(element), 0);
  }
  totals.machines.resize(machines.size());
  totals.buffers.resize(buffers.size());
  calendar_turns_.resize(model.calendars.size());
  for (std::size_t c = 0; c < model.calendars.size(); ++c)
    turn_calendar(index32(c));
  for (std::size_t m = 0; m < machines.size(); ++m)
    wake(index32(m));
  settle();
}

void Simulation::Engine::link(std::uint32_t machine) {
  const Machine& is = *machines[machine].is;
  for (const auto& input : is.inputs) {
    BufferRun& buffer = buffers[input.buffer.index()];
    buffer.consumers.push_back(machine);
    buffer.needs.push_back(input.count);
  }
  if (is.output) buffers[is.output->index()].producers.push_back(machine);
}

void Simulation::Engine::advance_to(Duration until) {
  while (!events.is_empty() && events.soonest().at <= until) {
    const Event event = events.pop();
    now = event.at;
    handle(event);
    settle();
  }
  now = std::max(now, until);
}

void Simulation::Engine::handle(const Event& event) {
  if (event.element < machines.size()) {
    MachineRun& run = machines[event.element];
    if (run.generation != event.generation) return;  // The plan changed since.
    run.wakes_at.reset();
    ++totals.events;
    return wake(event.element);
  }
  ++totals.events;
  const std::size_t past_machines = event.element - machines.size();
  if (past_machines < sources.size()) return arrive(index32(past_machines));
  turn_calendar(index32(past_machines - sources.size()));
}

// Opens and closes what the calendar says, and plans its next edge.
void Simulation::Engine::turn_calendar(std::uint32_t calendar) {
  const std::vector<Interval>& open = model.calendars[calendar].open;
  std::size_t& turn = calendar_turns_[calendar];
  const auto edge = [&](std::size_t i) { return i % 2 == 0 ? open[i / 2].from : open[i / 2].to; };
  while (turn < 2 * open.size() && edge(turn) <= now)
    ++turn;
  for (std::uint32_t m = 0; m < machines.size(); ++m) {
    MachineRun& run = machines[m];
    if (run.is->calendar != CalendarIndex{calendar}) continue;
    book(run, m);
    run.is_open = turn % 2 == 1;
    wake(m);
  }
  if (turn < 2 * open.size())
    events.push(edge(turn), index32(machines.size() + sources.size()) + calendar, 0);
}

void Simulation::Engine::arrive(std::uint32_t source) {
  SourceRun& run = sources[source];
  std::uint32_t drawn = 0;
  if (!run.is->kind_weights.empty()) {
    double sum = 0;
    for (const double weight : run.is->kind_weights)
      sum += weight;
    double left = sum * run.kind.uniform();
    while (drawn + 1 < run.is->kind_weights.size() && left >= run.is->kind_weights[drawn])
      left -= run.is->kind_weights[drawn++];
  }
  if (accepts(buffers[run.is->into.index()])) {
    put(run.is->into.value, {now, now, drawn, 0});
  } else {
    ++totals.turned_away;
  }
  events.push(now + run.is->between->sample_time(run.arrival), index32(machines.size()) + source,
              0);
}

Outcome Simulation::Engine::release(SourceIndex source, Lot lot) {
  if (source.index() >= sources.size())
    return fail(Code::invalid, "a lot is released to source " + std::to_string(source.value) +
                                   ", but the model has " + std::to_string(sources.size()));
  if (lot.kind.value >= model.kinds || lot.count == 0)
    return fail(Code::invalid,
                "a lot needs at least one part of a kind below " + std::to_string(model.kinds));
  SourceRun& run = sources[source.index()];
  if (run.lots.size() >= lots_max)
    return fail(Code::full, "source '" + run.is->name + "' already holds " +
                                std::to_string(lots_max) + " lots: release fewer at a time");
  run.lots.push_back(lot);
  run.waiting += lot.count;
  wake(index32(machines.size()) + source.value);
  settle();
  return Done{};
}

void Simulation::Engine::send_lots(std::uint32_t source) {
  SourceRun& run = sources[source];
  while (!run.lots.empty() && accepts(buffers[run.is->into.index()])) {
    Lot& lot = run.lots.front();
    put(run.is->into.value, {now, now, lot.kind.value, lot.order});
    --run.waiting;
    if (--lot.count == 0) run.lots.pop_front();
  }
}

void Simulation::Engine::wake(std::uint32_t element) {
  bool& is_awake = element < machines.size() ? machines[element].is_awake
                                             : sources[element - machines.size()].is_awake;
  if (is_awake) return;
  is_awake = true;
  awake_.push_back(element);
}

// Lets each element that something happened to look again, in the order in which it was woken. It
// ends because each look moves parts onward or changes nothing.
void Simulation::Engine::settle() {
  while (!awake_.empty()) {
    const std::uint32_t element = awake_.front();
    awake_.pop_front();
    if (element < machines.size()) {
      machines[element].is_awake = false;
      evaluate(element);
    } else {
      sources[element - machines.size()].is_awake = false;
      send_lots(element - index32(machines.size()));
    }
  }
}

// Room, or a machine at hand that would take the part at once.
bool Simulation::Engine::accepts(const BufferRun& buffer) const {
  if (buffer.parts.size() < buffer.is->capacity) return true;
  for (std::size_t c = 0; c < buffer.consumers.size(); ++c)
    if (buffer.parts.size() < buffer.needs[c] && machines[buffer.consumers[c]].can_load())
      return true;
  return false;
}

void Simulation::Engine::put(std::uint32_t buffer, Part part) {
  part.entered = now;
  BufferRun& run = buffers[buffer];
  run.parts.push(part);
  const std::size_t count = run.consumers.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t consumer = run.consumers[(run.turn + i) % count];
    if (machines[consumer].can_load()) wake(consumer);
  }
}

Part Simulation::Engine::take(std::uint32_t buffer, std::size_t i) {
  BufferRun& run = buffers[buffer];
  const Part part = run.parts.take(i);
  BufferTotals& sums = totals.buffers[buffer];
  ++sums.taken;
  sums.waited += seconds(now - part.entered);
  const std::size_t count = run.producers.size();
  ++run.turn;
  for (std::size_t n = 0; n < count; ++n) {
    const std::uint32_t producer = run.producers[(run.turn + n) % count];
    const bool waits = producer < machines.size() ? machines[producer].done_slots > 0
                                                  : sources[producer - machines.size()].waiting > 0;
    if (waits) wake(producer);
  }
  return part;
}

void Simulation::Engine::book_all() {
  for (std::uint32_t m = 0; m < machines.size(); ++m)
    book(machines[m], m);
}

void Simulation::Engine::say(const MachineRun& run, std::uint32_t index, Happening what,
                             const Part* part, std::uint32_t count) {
  if (listener == nullptr) return;
  listener->hear({now, MachineIndex{index}, what, run.state, KindIndex{part ? part->kind : 0},
                  part ? part->order : 0, count});
}

}  // namespace millwright::math
