// Which parts a machine takes next.

#include <algorithm>

#include "math/simulate/engine.hpp"

namespace millwright::math {

bool Simulation::Engine::is_same_setup(const MachineRun& run, std::uint32_t from,
                                       std::uint32_t to) const {
  return run.same_setup.empty() || run.same_setup[from * model.kinds + to] != 0;
}

// How many parts, from `first` on, go into a batch with it; counts no further than `most`.
std::uint32_t Simulation::Engine::matching(const MachineRun& run, const PartQueue& parts,
                                           std::size_t first, std::uint32_t most) const {
  std::uint32_t count = 0;
  for (std::size_t i = first; i < parts.size() && count < most; ++i)
    if (is_same_setup(run, parts[first].kind, parts[i].kind)) ++count;
  return count;
}

// The first part that needs no set-up, else the first part; nothing while something is missing.
std::optional<Simulation::Engine::Choice> Simulation::Engine::choose(MachineRun& run) {
  const std::vector<Input>& inputs = run.is->inputs;
  const std::uint32_t most = inputs[0].count;
  bool is_complete = true;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const BufferRun& buffer = buffers[inputs[i].buffer.index()];
    if (buffer.parts.size() >= inputs[i].count) continue;
    is_complete = is_complete && i == 0 && most > 1 && !buffer.parts.is_empty();
    for (const std::uint32_t producer : buffer.producers)
      if (producer < machines.size() ? machines[producer].done_slots > 0
                                     : sources[producer - machines.size()].waiting > 0)
        wake(producer);
  }
  if (!is_complete) return {};
  const PartQueue& parts = buffers[inputs[0].buffer.index()].parts;
  if (most > 1) return choose_batch(run, parts, most);
  if (run.kind && !run.is->setup.empty())
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (is_same_setup(run, *run.kind, parts[i].kind)) return Choice{i, 1};
  return Choice{0, 1};
}

// A full batch, if it can be one that needs no set-up; when the oldest part has waited long enough,
// or the buffer is full, the batch of the oldest part as it is.
std::optional<Simulation::Engine::Choice> Simulation::Engine::choose_batch(MachineRun& run,
                                                                           const PartQueue& parts,
                                                                           std::uint32_t most) {
  std::optional<Choice> full;
  for (std::size_t i = 0; i + most <= parts.size(); ++i) {
    if (matching(run, parts, i, most) < most) continue;
    if (!run.kind || is_same_setup(run, *run.kind, parts[i].kind)) return Choice{i, most};
    if (!full) full = Choice{i, most};
  }
  if (full) return full;
  const Duration leaves = run.is->gather_most >= time_max - parts[0].entered
                              ? time_max
                              : parts[0].entered + run.is->gather_most;
  const bool is_full = parts.size() >= buffers[run.is->inputs[0].buffer.index()].is->capacity;
  if (now >= leaves || is_full) return Choice{0, matching(run, parts, 0, most)};
  if (leaves < time_max) run.gather_until = leaves;
  return {};
}

}  // namespace millwright::math
