// What one machine does when it is woken: the second half of the engine.

#include <algorithm>

#include "math/simulate/engine.hpp"

namespace millwright::math {
namespace {

std::uint32_t index32(std::size_t i) {
  return static_cast<std::uint32_t>(i);
}

Duration scaled(Duration time, double factor) {
  return factor == 1
             ? time
             : Duration(static_cast<std::int64_t>(static_cast<double>(time.count()) * factor));
}

}  // namespace

void Simulation::Engine::evaluate(std::uint32_t index) {
  MachineRun& run = machines[index];
  book(run, index);
  const bool was_working = run.is_working();
  end_phase(run);
  if (was_working) {
    finish_cycles(run, index);
    start_stops(run, index);
  }
  if (run.done_slots > 0)
    for (Slot& slot : run.slots)
      if (slot.phase == Slot::Phase::done) unload(run, slot);
  run.gather_until.reset();
  if (run.can_load()) load(run, index);
  start_repair(run, index);
  show_state(run, index);
  plan_wake(run, index);
}

// Books the time since the last look under the state that held, and lets work and wear progress.
void Simulation::Engine::book(MachineRun& run, std::uint32_t index) {
  const Duration passed = now - run.accounted;
  if (passed == Duration::zero()) return;
  run.accounted = now;
  totals.machines[index].in_state[static_cast<std::size_t>(run.state)] += passed;
  if (!run.is_working()) return;
  for (Slot& slot : run.slots)
    if (slot.phase == Slot::Phase::busy) slot.left -= passed;
  for (Duration& left : run.operating_left)
    left -= passed;
  run.idle_since = now;
}

void Simulation::Engine::end_phase(MachineRun& run) {
  const bool is_timed =
      run.phase == MachineRun::Phase::preparing || run.phase == MachineRun::Phase::stopped;
  if (!is_timed || now < run.until) return;
  if (run.phase == MachineRun::Phase::stopped) {
    const Stoppage& stop = run.is->stoppages[run.stoppage];
    run.operating_left[run.stoppage] = stop.between.sample_time(run.between[run.stoppage]);
    if (stop.crew) {
      CrewRun& crew = crews[stop.crew->index()];
      ++crew.free;
      if (!crew.queue.empty()) wake(crew.queue.front());
    }
  }
  run.idle_since = now;
  run.phase = MachineRun::Phase::ready;
}

void Simulation::Engine::finish_cycles(MachineRun& run, std::uint32_t index) {
  for (Slot& slot : run.slots)
    if (slot.phase == Slot::Phase::busy && slot.left <= Duration::zero()) finish(run, index, slot);
}

void Simulation::Engine::finish(MachineRun& run, std::uint32_t index, Slot& slot) {
  MachineTotals& sums = totals.machines[index];
  ++sums.cycles;
  std::size_t kept = 0;
  bool goes_again = false;
  const bool is_judged = run.scrap > 0 || run.is->rework_share > 0;
  for (const Part& part : slot.parts) {
    const double luck = is_judged ? run.quality.uniform() : 1;
    if (luck < run.scrap) {
      ++sums.scrapped;
      say(run, index, Happening::scrapped, &part, 1);
      continue;
    }
    if (luck < run.scrap + run.is->rework_share) {
      ++sums.reworked;
      say(run, index, Happening::reworked, &part, 1);
      if (run.is->rework) {
        put(run.is->rework->value, part);
        continue;
      }
      goes_again = true;
    } else {
      ++sums.good;
      say(run, index, Happening::made_good, &part, 1);
    }
    slot.parts[kept++] = part;
  }
  slot.parts.resize(kept);
  if (goes_again) return start(run, index, slot);
  slot.phase = Slot::Phase::done;
  slot.unloaded = 0;
  ++run.done_slots;
}

void Simulation::Engine::start_stops(MachineRun& run, std::uint32_t index) {
  for (std::size_t s = 0; s < run.operating_left.size(); ++s) {
    if (run.phase != MachineRun::Phase::ready || run.operating_left[s] > Duration::zero()) continue;
    run.stoppage = s;
    run.phase = MachineRun::Phase::waiting;
  }
  if (run.phase != MachineRun::Phase::waiting) return;
  const Stoppage& stop = run.is->stoppages[run.stoppage];
  if (stop.crew) crews[stop.crew->index()].queue.push_back(index);
}

void Simulation::Engine::unload(MachineRun& run, Slot& slot) {
  while (slot.unloaded < slot.parts.size()) {
    const Part& part = slot.parts[slot.unloaded];
    if (!run.is->output) {
      ++totals.left;
      totals.time_in_model += seconds(now - part.born);
    } else if (accepts(buffers[run.is->output->index()])) {
      put(run.is->output->value, part);
    } else {
      return;
    }
    ++slot.unloaded;
  }
  slot.parts.clear();
  slot.phase = Slot::Phase::free;
  --run.done_slots;
  ++run.free_slots;
}

void Simulation::Engine::load(MachineRun& run, std::uint32_t index) {
  for (Slot& slot : run.slots) {
    if (slot.phase != Slot::Phase::free) continue;
    if (!run.can_load() || !load_slot(run, index, slot)) return;
  }
}

bool Simulation::Engine::load_slot(MachineRun& run, std::uint32_t index, Slot& slot) {
  const Machine& is = *run.is;
  if (is.inputs.empty()) {
    slot.parts.assign(is.yield, Part{now, now, 0, 0});
  } else {
    const std::optional<Choice> choice = choose(run);
    if (!choice) return false;
    const std::uint32_t from = is.inputs[0].buffer.value;
    slot.parts.push_back(take(from, choice->first));
    const std::uint32_t first_kind = slot.parts.front().kind;
    for (std::size_t i = choice->first; slot.parts.size() < choice->count;) {
      if (is_same_setup(run, first_kind, buffers[from].parts[i].kind)) {
        slot.parts.push_back(take(from, i));
      } else {
        ++i;
      }
    }
    for (std::size_t join = 1; join < is.inputs.size(); ++join)
      for (std::uint32_t n = 0; n < is.inputs[join].count; ++n)
        static_cast<void>(take(is.inputs[join].buffer.value, 0));
  }
  slot.phase = Slot::Phase::busy;
  --run.free_slots;
  const std::uint32_t kind = slot.parts.front().kind;
  Duration preparing{};
  if (now - run.idle_since >= is.cold_after) preparing += is.warm_up.sample_time(run.setup);
  if (run.kind && *run.kind != kind && !is.setup.empty())
    preparing += is.setup[*run.kind * model.kinds + kind].sample_time(run.setup);
  run.kind = kind;
  if (preparing > Duration::zero()) {
    run.phase = MachineRun::Phase::preparing;
    run.until = now + preparing;
  }
  start(run, index, slot);
  return true;
}

void Simulation::Engine::start(MachineRun& run, std::uint32_t index, Slot& slot) {
  const std::vector<Distribution>& cycles = run.is->cycle;
  const Part& part = slot.parts.front();
  const Distribution& cycle = cycles[cycles.size() == 1 ? 0 : part.kind];
  slot.left = scaled(cycle.sample_time(run.cycle), run.pace);
  say(run, index, Happening::cycle_started, &part, index32(slot.parts.size()));
}

// Starts the repair when someone of the crew is free and no one waits longer.
void Simulation::Engine::start_repair(MachineRun& run, std::uint32_t index) {
  if (run.phase != MachineRun::Phase::waiting) return;
  const Stoppage& stop = run.is->stoppages[run.stoppage];
  if (stop.crew) {
    CrewRun& crew = crews[stop.crew->index()];
    if (crew.free == 0 || crew.queue.front() != index) return;
    --crew.free;
    crew.queue.pop_front();
    if (crew.free > 0 && !crew.queue.empty()) wake(crew.queue.front());
  }
  run.phase = MachineRun::Phase::stopped;
  run.until = now + stop.length.sample_time(run.length[run.stoppage]);
}

void Simulation::Engine::show_state(MachineRun& run, std::uint32_t index) {
  State state = State::starved;
  if (run.phase == MachineRun::Phase::waiting) {
    state = State::waiting;
  } else if (run.phase == MachineRun::Phase::stopped) {
    state = run.is->stoppages[run.stoppage].shows;
  } else if (run.phase == MachineRun::Phase::preparing) {
    state = State::setup;
  } else if (run.is_working()) {
    state = State::running;
  } else if (!run.is_open) {
    state = State::closed;
  } else if (run.done_slots > 0) {
    state = State::blocked;
  }
  if (state == run.state) return;
  run.state = state;
  say(run, index, Happening::state_changed, nullptr, 0);
}

void Simulation::Engine::plan_wake(MachineRun& run, std::uint32_t index) {
  std::optional<Duration> at = run.gather_until;
  if (run.phase == MachineRun::Phase::preparing || run.phase == MachineRun::Phase::stopped) {
    at = run.until;
  } else if (run.is_working()) {
    Duration left = time_max;
    for (const Slot& slot : run.slots)
      if (slot.phase == Slot::Phase::busy) left = std::min(left, slot.left);
    for (const Duration operating : run.operating_left)
      left = std::min(left, operating);
    const Duration ends = now + std::max(left, Duration::zero());
    at = at ? std::min(*at, ends) : ends;
  }
  if (at == run.wakes_at) return;
  run.wakes_at = at;
  ++run.generation;
  if (at) events.push(*at, index, run.generation);
}

}  // namespace millwright::math
