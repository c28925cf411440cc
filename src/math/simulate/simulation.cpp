#include "math/simulate/simulation.hpp"

#include "base/check.hpp"
#include "math/simulate/engine.hpp"

namespace millwright::math {
namespace {

Error wrong(const std::string& kind, const std::string& name, const std::string& what) {
  return fail(Code::invalid, kind + " '" + name + "': " + what);
}

Outcome check(const std::vector<Distribution>& all) {
  for (const Distribution& one : all)
    TRY(one.check());
  return Done{};
}

Outcome check_links(const Model& model, const Machine& machine) {
  const auto is_known = [&](BufferIndex b) { return b.index() < model.buffers.size(); };
  for (const Input& input : machine.inputs)
    if (!is_known(input.buffer) || input.count == 0)
      return wrong("machine", machine.name,
                   "an input names a buffer that is not there, or no parts");
  if ((machine.output && !is_known(*machine.output)) ||
      (machine.rework && !is_known(*machine.rework)))
    return wrong("machine", machine.name, "the output or rework buffer is not there");
  if (machine.calendar && machine.calendar->index() >= model.calendars.size())
    return wrong("machine", machine.name, "its calendar is not there");
  for (const Stoppage& stop : machine.stoppages)
    if (stop.crew &&
        (stop.crew->index() >= model.crews.size() || model.crews[stop.crew->index()] == 0))
      return wrong("machine", machine.name,
                   "a stoppage names a crew that is not there or has no one");
  return Done{};
}

Outcome check_machine(const Model& model, const Machine& machine) {
  TRY(check_links(model, machine));
  const std::size_t kinds = model.kinds;
  if (machine.cycle.size() != 1 && machine.cycle.size() != kinds)
    return wrong("machine", machine.name, "give one cycle time, or one for each kind of part");
  if (!machine.setup.empty() && machine.setup.size() != kinds * kinds)
    return wrong("machine", machine.name, "give a set-up for each pair of kinds, or none");
  if (machine.stoppages.size() > stoppages_max)
    return wrong("machine", machine.name,
                 "at most " + std::to_string(stoppages_max) + " kinds of stoppage");
  if (machine.places == 0 || machine.places > places_max || machine.yield == 0)
    return wrong("machine", machine.name,
                 "places are 1 to " + std::to_string(places_max) + ", yield is 1 or more");
  const double loss = machine.scrap_share + machine.rework_share;
  if (!(machine.scrap_share >= 0 && machine.rework_share >= 0 && loss < 1))
    return wrong("machine", machine.name, "scrap and rework are shares that add up to less than 1");
  const bool is_batch = machine.inputs.empty() ? machine.yield > 1 : machine.inputs[0].count > 1;
  if (machine.rework_share > 0 && !machine.rework && is_batch)
    return wrong("machine", machine.name, "rework out of a batch needs a rework buffer");
  TRY(check(machine.cycle));
  TRY(check(machine.setup));
  TRY(machine.warm_up.check());
  for (const Stoppage& stop : machine.stoppages) {
    TRY(stop.between.check());
    TRY(stop.length.check());
  }
  return Done{};
}

Outcome check_calendar(const Calendar& calendar) {
  Duration last = Duration::min();
  for (const Interval& open : calendar.open) {
    if (open.from < last || open.to <= open.from)
      return fail(Code::invalid,
                  "a calendar's open intervals must be sorted, apart and longer than nothing");
    last = open.to;
  }
  return Done{};
}

Outcome check_model(const Model& model) {
  if (model.kinds == 0 || model.kinds > kinds_max)
    return fail(Code::invalid, "a model has 1 to " + std::to_string(kinds_max) + " kinds of parts");
  if (model.machines.size() + model.sources.size() + model.buffers.size() + model.calendars.size() >
      elements_max)
    return fail(Code::invalid, "a model has at most " + std::to_string(elements_max) + " elements");
  for (const Calendar& calendar : model.calendars)
    TRY(check_calendar(calendar));
  for (const Machine& machine : model.machines)
    TRY(check_machine(model, machine));
  for (const Source& source : model.sources) {
    if (source.into.index() >= model.buffers.size())
      return wrong("source", source.name, "its buffer is not there");
    if (!source.kind_weights.empty() && source.kind_weights.size() != model.kinds)
      return wrong("source", source.name, "give a weight for each kind of part, or none");
    if (source.between) TRY(source.between->check());
  }
  return Done{};
}

}  // namespace

double Totals::share(MachineIndex machine, State state) const {
  return seconds(machines[machine.index()].in_state[static_cast<std::size_t>(state)]) /
         seconds(span);
}

Result<Simulation> Simulation::open(Model model, Luck luck) {
  TRY(check_model(model));
  return Simulation(std::make_unique<Engine>(std::move(model), luck));
}

Simulation::Simulation(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;
Simulation::~Simulation() = default;

void Simulation::listen(Listener* listener) {
  engine_->listener = listener;
}
void Simulation::advance_to(Duration until) {
  engine_->advance_to(until);
}
Duration Simulation::now() const {
  return engine_->now;
}
std::optional<Duration> Simulation::next_event() const {
  if (engine_->events.is_empty()) return {};
  return engine_->events.soonest().at;
}
Outcome Simulation::release(SourceIndex source, Lot lot) {
  return engine_->release(source, lot);
}
std::uint32_t Simulation::waiting(SourceIndex source) const {
  CHECK(source.index() < engine_->sources.size());
  return engine_->sources[source.index()].waiting;
}
void Simulation::set_pace(MachineIndex machine, double cycle_factor) {
  CHECK(machine.index() < engine_->machines.size() && cycle_factor > 0);
  engine_->machines[machine.index()].pace = cycle_factor;
}
void Simulation::set_scrap(MachineIndex machine, double share) {
  CHECK(machine.index() < engine_->machines.size() && share >= 0 && share <= 1);
  engine_->machines[machine.index()].scrap = share;
}
void Simulation::stop_next(MachineIndex machine, std::size_t stoppage) {
  CHECK(machine.index() < engine_->machines.size());
  MachineRun& run = engine_->machines[machine.index()];
  if (stoppage >= run.operating_left.size()) return;
  engine_->book_all();
  run.operating_left[stoppage] = Duration::zero();
  engine_->wake(machine.value);
  engine_->settle();
}
State Simulation::state(MachineIndex machine) const {
  CHECK(machine.index() < engine_->machines.size());
  return engine_->machines[machine.index()].state;
}
std::uint32_t Simulation::level(BufferIndex buffer) const {
  CHECK(buffer.index() < engine_->buffers.size());
  return engine_->buffers[buffer.index()].parts.size();
}
Totals Simulation::totals() {
  engine_->book_all();
  Totals totals = engine_->totals;
  totals.span = engine_->now - engine_->totals_since;
  return totals;
}
void Simulation::reset_totals() {
  engine_->book_all();
  engine_->totals = Totals{};
  engine_->totals.machines.resize(engine_->machines.size());
  engine_->totals.buffers.resize(engine_->buffers.size());
  engine_->totals_since = engine_->now;
}

}  // namespace millwright::math
