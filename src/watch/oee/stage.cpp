#include "watch/oee/stage.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/described_bytes.hpp"

namespace millwright::watch::oee {
namespace {

constexpr Duration tick_every = 10s;   // Figures move on while nothing is said.
constexpr Duration grid_ahead = 72h;   // Shifts that are laid out beyond now,
constexpr Duration grid_margin = 24h;  // and when they are laid out anew.

}  // namespace

void OeeStage::hear(const Fact& fact, flow::Outbox& out) {
  now_ = std::max(now_, fact.learned);
  if (const auto* changed = get<fact::StateChanged>(fact)) {
    if (Entry* entry = entry_of(*changed)) mark(*entry, entry->log.hear(*changed, now_));
  } else if (const auto* made = get<fact::PartsMade>(fact)) {
    if (Entry* entry = entry_of(*made)) {
      mark(*entry, entry->log.hear(*made));
      entry->are_cycles_changed = true;
    }
  } else if (const auto* run = get<fact::RunChanged>(fact)) {
    if (Entry* entry = entry_of(*run)) {
      mark(*entry, entry->log.hear(*run, now_));
      entry->are_cycles_changed = true;
    }
  } else if (const auto* explained = get<fact::StopExplained>(fact)) {
    if (Entry* entry = entry_of(*explained)) mark(*entry, entry->log.hear(*explained, now_));
  } else if (const auto* progress = get<fact::SourceProgressed>(fact)) {
    hear_progress(*progress);
  } else if (const auto* lost = get<fact::SourceLost>(fact)) {
    end_past(lost->source);  // It says how far it is when it comes back.
  } else if (const auto* plant = get<fact::PlantChanged>(fact)) {
    if (plant->plant != nullptr) hear_plant(*plant->plant);
  } else if (const auto* woke = get<fact::Woke>(fact); woke != nullptr && woke->stage == name()) {
    hear_tick();
  }
  keep_ticking(out);
}

template <class HeardFact>
OeeStage::Entry* OeeStage::entry_of(const HeardFact& fact) {
  if (fact.machine.index() >= directory_.machines().size()) return nullptr;
  const auto found = machine_of_.find(directory_.machine_path(fact.machine));
  return found == machine_of_.end() ? nullptr : &machines_[found->second];
}

void OeeStage::hear_plant(const Plant& plant) {
  std::vector<Entry> before = std::move(machines_);
  const auto place_before = std::move(machine_of_);
  machines_.clear();
  machine_of_.clear();
  Problems ignored;  // they were told when the file was read
  calendar_ = Calendar::read(plant, ignored);
  reasons_ = read_reason_titles(plant);
  has_target_ = read_target(plant, ignored).has_value();
  plant_path_ = plant.identity.path;
  plant_title_ = plant.identity.title.empty() ? plant.identity.path : plant.identity.title;
  for (const Machine& machine : plant.machines) {
    const std::string path = plant.machine_path(machine);
    if (!takes_part(machine) || machine_of_.contains(path)) continue;
    const std::vector<std::string_view> parts = split(machine.path, '/');
    Entry entry;
    entry.path = path;
    entry.title = machine.title.empty() ? std::string(parts.back()) : machine.title;
    if (parts.size() > 1) entry.area = plant_path_ + "/" + std::string(parts[0]);
    if (parts.size() > 2) entry.line = entry.area + "/" + std::string(parts[1]);
    entry.ideals = read_ideals(machine, plant);
    entry.feeds = read_feeds(machine, plant, ignored);
    entry.finishes = read_order(machine, ignored).finishes;
    if (const auto old = place_before.find(path); old != place_before.end())
      entry.log = std::move(before[old->second].log);
    machine_of_.emplace(path, machines_.size());
    machines_.push_back(std::move(entry));
  }
  for (const Group& group : *groups_)
    table_.remove(group.path);
  for (const Entry& old : before)
    if (!machine_of_.contains(old.path)) table_.remove(old.path);
  build_groups(plant);
  build_grid();
}

void OeeStage::build_groups(const Plant& plant) {
  Groups groups;
  const auto join = [&](const std::string& path, Level level, std::size_t machine) {
    if (path.empty()) return;
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const Group& group) { return group.path == path; });
    if (found != groups.end()) return found->machines.push_back(machine);
    std::string title = level == Level::plant ? plant_title_ : path.substr(path.rfind('/') + 1);
    groups.push_back({path, std::move(title), level, {machine}, {}});
  };
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    join(machines_[i].line, Level::line, i);
    join(machines_[i].area, Level::area, i);
    join(plant.identity.path, Level::plant, i);
  }
  for (Group& group : groups) {
    std::vector<Passing> passing;
    for (const std::size_t i : group.machines) {
      const Entry& entry = machines_[i];
      passing.push_back({entry.path, entry.title, entry.line, entry.feeds, entry.finishes});
    }
    group.flow = flow_of(passing);
  }
  groups_ = std::make_shared<const Groups>(std::move(groups));
}

// The plant's hours and shifts over the time that is kept. Figures follow anew from the logs.
void OeeStage::build_grid() {
  auto grid = std::make_shared<Shown::Grid>();
  const TimeSpan kept{now_ - Log::kept, now_ + grid_ahead};
  grid->shifts = calendar_.shifts_between(kept.from, kept.until);
  for (std::uint32_t s = 0; s < grid->shifts.size(); ++s) {
    const Shift& shift = grid->shifts[s];
    for (Instant at = shift.from; at < shift.until;) {
      const Instant end = std::min(calendar_.hour_of(at).until, shift.until);
      grid->spans.push_back({at, end});
      grid->shift_of.push_back(s);
      at = end;
    }
  }
  grid_ = std::move(grid);
  grid_until_ = kept.until;
  const std::size_t pages = (grid_->size() + Shown::Page::slots - 1) / Shown::Page::slots;
  for (Entry& entry : machines_) {
    entry.pages.clear();
    for (std::size_t i = 0; i < pages; ++i)
      entry.pages.push_back(std::make_shared<Shown::Page>());
    entry.are_shared.assign(pages, false);
    mark_all(entry);
  }
}

void OeeStage::mark_all(Entry& entry) {
  is_changed_ = true;
  const auto [first, last] = grid_->overlapping({Instant::min(), now_ + 1ns});
  entry.dirty.clear();
  for (std::size_t slot = first; slot < last; ++slot)
    entry.dirty.insert(entry.dirty.end(), static_cast<std::uint32_t>(slot));
  entry.are_cycles_changed = true;
}

void OeeStage::mark(Entry& entry, TimeSpan span) {
  is_changed_ = true;
  // A part that counts at the end of a slot belongs to it.
  const Instant from = span.from == Instant::min() ? span.from : span.from - 1ns;
  const auto [first, last] = grid_->overlapping({from, std::min(span.until, now_ + 1ns)});
  for (std::size_t slot = first; slot < last; ++slot)
    if (!is_unfilled(grid_->spans[slot])) entry.dirty.insert(static_cast<std::uint32_t>(slot));
}

// What a past that is filled in has not reached is measured when it gets there: else each change of
// an order would measure anew all the weeks that follow it.
bool OeeStage::is_unfilled(TimeSpan slot) const {
  return std::any_of(unfilled_.begin(), unfilled_.end(), [&](const auto& past) {
    return slot.from >= past.second.from && slot.until <= past.second.until;
  });
}

void OeeStage::hear_progress(const fact::SourceProgressed& progress) {
  const auto known = unfilled_.find(progress.source);
  const TimeSpan was =
      known == unfilled_.end() ? TimeSpan{progress.reached, progress.until} : known->second;
  if (progress.has_ended) return end_past(progress.source);
  unfilled_[progress.source] = {progress.reached, progress.until};
  for (Entry& entry : machines_)
    mark(entry, {std::min(was.from, progress.reached), progress.reached});
}

void OeeStage::end_past(SourceId source) {
  const auto past = unfilled_.find(source);
  if (past == unfilled_.end()) return;
  const TimeSpan span = past->second;
  unfilled_.erase(past);
  for (Entry& entry : machines_)
    mark(entry, span);
}

void OeeStage::keep_ticking(flow::Outbox& out) {
  if (machines_.empty() || ticks_at_ != Instant::max()) return;
  const Duration since = now_.time_since_epoch();
  ticks_at_ = Instant(since - since % tick_every + tick_every);
  out.wake_at(ticks_at_, 0);
}

void OeeStage::hear_tick() {
  ticks_at_ = Instant::max();
  if (now_ + grid_ahead - grid_margin > grid_until_) build_grid();
  const Instant floor = now_ - Log::kept - grid_margin;  // so that the oldest slot is whole
  for (Entry& entry : machines_) {
    entry.log.forget_before(floor);
    TimeSpan moved{std::min(ticked_at_, now_), now_};
    // While a standstill is young it may still turn from a micro-stop into a stop.
    const auto& pieces = entry.log.doing().all();
    if (!pieces.empty() && is_down(pieces.back().value)) {
      const Standstill stop = entry.log.standstill_of(pieces.size() - 1, now_);
      if (moved.from - stop.from <= entry.ideals.micro_stop)
        moved.from = std::min(moved.from, stop.from);
    }
    mark(entry, moved);
  }
  ticked_at_ = now_;
}

void OeeStage::save(Writer& out) const {
  write_bytes(out, now_);
  write_bytes(out, ticks_at_);
  write_bytes(out, ticked_at_);
  out.variable(machines_.size());
  for (const Entry& entry : machines_) {
    out.text(entry.path);
    entry.log.save(out);
  }
}

Outcome OeeStage::load(Reader& in) {
  TRY(read_bytes(in, now_));
  TRY(read_bytes(in, ticks_at_));
  TRY(read_bytes(in, ticked_at_));
  if (TRY(in.variable()) != machines_.size())
    return fail(Code::corrupt, "the stored figures of OEE are of another number of machines");
  for (Entry& entry : machines_) {
    if (TRY(in.text()) != entry.path)
      return fail(Code::corrupt, "the stored figures of OEE do not fit the plant file");
    TRY(entry.log.load(in));
  }
  build_grid();
  return Done{};
}

std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory,
                                        std::shared_ptr<Board> board) {
  return std::make_unique<OeeStage>(directory, std::move(board));
}

}  // namespace millwright::watch::oee
