#include "watch/state/stage.hpp"

#include <algorithm>
#include <limits>

#include "base/text.hpp"

namespace millwright::watch::state {
namespace {

constexpr std::uint64_t say_more = std::numeric_limits<std::uint64_t>::max();  // key of a timer
constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

}  // namespace

const StateStage::Listener* StateStage::listener(TagId tag) const {
  const std::size_t i = tag.index();
  return i < listeners_.size() && listeners_[i].machine != nobody ? &listeners_[i] : nullptr;
}

void StateStage::hear(const Fact& fact, flow::Outbox& out) {
  now_ = std::max(now_, fact.learned);
  if (const auto* readings = get<Readings>(fact)) {
    hear_readings(*readings);
    for (const std::uint32_t machine : touched_) {
      Entry& entry = machines_[machine];
      if (entry.filling) say_past(entry, entry.filling->settle());
      update(entry, machine, out);
    }
    touched_.clear();
    if (is_past_changed_ && now_ - past_shown_at_ >= past_shown_every) show_past();
    if (next_due_ <= now_) update_all(out);
    return say_waiting(out);
  }
  if (const auto* changed = get<fact::PlantChanged>(fact)) {
    if (changed->plant != nullptr) hear_plant(*changed->plant);
  } else if (const auto* machine = get<fact::MachineFound>(fact)) {
    hear_found(*machine);
  } else if (const auto* tag = get<fact::TagFound>(fact)) {
    hear_tag(*tag);
  } else if (const auto* connected = get<fact::SourceConnected>(fact)) {
    hear_connected(connected->source, fact.happened);
  } else if (const auto* progress = get<fact::SourceProgressed>(fact)) {
    hear_progress(*progress);
  } else if (const auto* lost = get<fact::SourceLost>(fact)) {
    links_[lost->source].is_connected = false;
    for (Entry& entry : machines_)
      if (entry.timeline) entry.timeline->lose(lost->source, lost->since);
  } else if (const auto* woke = get<fact::Woke>(fact); woke != nullptr && woke->stage == name()) {
    if (woke->key == say_more) is_waking_to_say_ = false;
    if (woke->key < machines_.size()) machines_[woke->key].wakes_at = Instant::max();
  }
  update_all(out);
  say_waiting(out);
}

void StateStage::hear_readings(const Readings& readings) {
  bool is_heard = false;
  RawValue raw;
  const auto link = links_.find(readings.source());
  const fact::SourceProgressed* const past =
      link != links_.end() && link->second.past ? &*link->second.past : nullptr;
  for (const Run& run : readings.runs()) {
    const Listener* to = listener(run.tag);
    if (to == nullptr) continue;
    is_heard = true;
    touched_.push_back(to->machine);
    Entry& entry = machines_[to->machine];
    raw.kind = run.kind;
    for (std::uint32_t row = run.first; row < run.first + run.rows; ++row) {
      raw.at = readings.happened(run, row);
      raw.value = readings.value(row);
      raw.quality = readings.quality(row);
      if (run.kind == Kind::text) {
        raw.text = readings.text(row);
        raw.value = {};  // Its place in this batch, which says nothing later.
      }
      if (past != nullptr) {
        hear_past(entry, to->input, raw, *past);
      } else {
        entry.timeline->hear(to->input, raw, readings.source(), now_);
      }
    }
  }
  if (is_heard) links_[readings.source()].heard = now_;
}

void StateStage::hear_plant(const Plant& plant) {
  std::vector<Entry> before = std::move(machines_);
  const std::map<std::string, std::size_t, std::less<>> place_before = std::move(machine_of_);
  machines_.clear();
  machine_of_.clear();
  for (const Machine& machine : plant.machines) {
    Entry entry;
    entry.path = plant.machine_path(machine);
    if (machine_of_.contains(entry.path)) continue;
    const std::vector<std::string_view> parts = split(machine.path, '/');
    entry.title = machine.title.empty() ? parts.back() : machine.title;
    if (parts.size() > 1) entry.area = parts[0];
    if (parts.size() > 2) entry.line = parts[1];
    entry.is_real = machine.is_real;
    entry.id = directory_.find_machine(entry.path);
    const auto old = place_before.find(entry.path);
    take_rules(entry, old == place_before.end() ? nullptr : &before[old->second], machine);
    machine_of_.emplace(entry.path, machines_.size());
    machines_.push_back(std::move(entry));
  }
  for (const Entry& old : before)
    if (!machine_of_.contains(old.path)) table_.remove(old.path);
  find_listeners();
  for (Entry& entry : machines_)
    fill_row(entry);
  are_bands_changed_ = true;
}

// The rules of now over the states of before, so that an unchanged section changes nothing.
void StateStage::take_rules(Entry& entry, Entry* before, const Machine& machine) {
  entry.since = now_;
  if (before != nullptr) {
    entry.band = before->band;
    if (!before->timeline) entry.since = before->since;
  }
  const auto section = machine.sections.find("state");
  if (section == machine.sections.end()) {
    entry.trouble = "the plant file has no section 'state' for this machine";
    return;
  }
  Problems problems;
  Rules rules = read_rules(section->second, machine, problems);
  if (rules.states.empty() || !problems.empty()) {
    entry.trouble = "the section 'state' of this machine has mistakes: millwright check names them";
    return;
  }
  if (before == nullptr || !before->timeline) {
    entry.timeline.emplace(std::move(rules), now_);
    return;
  }
  entry.timeline = std::move(before->timeline);
  entry.filling = std::move(before->filling);
  if (entry.timeline->rules() == rules) return;
  if (entry.filling) entry.filling->change_rules(rules);
  entry.timeline->change_rules(std::move(rules), now_);
}

// Which tag is which input. Paths of tags come before or after the plant that names them.
void StateStage::find_listeners() {
  listeners_.assign(directory_.tags().size(), {nobody, 0});
  for (std::size_t m = 0; m < machines_.size(); ++m) {
    if (!machines_[m].timeline) continue;
    const std::vector<Input>& inputs = machines_[m].timeline->rules().inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto tag = directory_.find_tag(machines_[m].path + "/" + inputs[i].name);
      if (tag) add_listener(m, i, *tag);
    }
  }
}

void StateStage::hear_tag(const fact::TagFound& found) {
  const std::string_view path = found.path;
  for (auto end = path.find('/'); end != path.npos; end = path.find('/', end + 1)) {
    const auto machine = machine_of_.find(path.substr(0, end));
    if (machine == machine_of_.end() || !machines_[machine->second].timeline) continue;
    const std::vector<Input>& inputs = machines_[machine->second].timeline->rules().inputs;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i].name == path.substr(end + 1)) add_listener(machine->second, i, found.tag);
  }
}

void StateStage::add_listener(std::size_t machine, std::size_t input, TagId tag) {
  if (listeners_.size() <= tag.index()) listeners_.resize(tag.index() + 1, {nobody, 0});
  listeners_[tag.index()] = {static_cast<std::uint32_t>(machine),
                             static_cast<std::uint32_t>(input)};
}

void StateStage::hear_found(const fact::MachineFound& found) {
  const auto place = machine_of_.find(found.path);
  if (place == machine_of_.end()) return;
  Entry& entry = machines_[place->second];
  const bool is_known = entry.id.has_value();
  entry.id = found.machine;
  if (is_known || !entry.timeline) return;
  const std::vector<Interval>& all = entry.timeline->intervals();  // Nobody could be told before.
  for (std::size_t i = 0; i < all.size(); ++i)
    waiting_.push_back(said(found.machine, all[i],
                            i + 1 < all.size() ? std::optional(all[i + 1].from) : std::nullopt));
}

// A source that connects without having been lost was lost with this program: nothing is known of
// the time since it was last heard.
void StateStage::hear_connected(SourceId source, Instant at) {
  Link& link = links_[source];
  for (Entry& entry : machines_) {
    if (!entry.timeline) continue;
    if (link.is_connected) entry.timeline->lose(source, link.heard);
    entry.timeline->connect(source, at);
  }
  link.is_connected = true;
}

void StateStage::update(Entry& entry, std::uint64_t key, flow::Outbox& out) {
  if (!entry.timeline) return;
  if (entry.shown_unused_rows != unused_rows(entry)) fill_row(entry);
  if (!entry.timeline->needs_settling(now_)) return;
  const std::vector<Change> changes = entry.timeline->settle(now_);
  if (entry.timeline->due() < entry.wakes_at) {
    entry.wakes_at = entry.timeline->due();
    out.wake_at(entry.wakes_at, key);
  }
  next_due_ = std::min(next_due_, entry.timeline->due());
  if (changes.empty()) return;
  bool is_of_the_past = false;
  for (const Change& change : changes) {
    is_of_the_past = is_of_the_past || change.until.has_value();
    if (entry.id) waiting_.push_back(said(*entry.id, change.interval, change.until));
  }
  if (is_of_the_past) ++entry.band;
  if (entry.shared.older && changes.front().interval.from <= entry.shared.older->back().from)
    entry.shared.older.reset();
  entry.shared.recent.reset();
  fit_past(entry);
  are_bands_changed_ = true;
  fill_row(entry);
}

void StateStage::update_all(flow::Outbox& out) {
  for (std::size_t i = 0; i < machines_.size(); ++i)
    update(machines_[i], i, out);
  next_due_ = Instant::max();
  for (const Entry& entry : machines_)
    if (entry.timeline) next_due_ = std::min(next_due_, entry.timeline->due());
}

void StateStage::say_waiting(flow::Outbox& out) {
  for (std::size_t n = 0; n < said_max && !waiting_.empty(); ++n) {
    const Instant from = waiting_.front().from;
    out.say(fact::State(std::move(waiting_.front())), from);
    waiting_.pop_front();
  }
  if (waiting_.empty() || is_waking_to_say_) return;
  is_waking_to_say_ = true;
  out.wake_at(now_ + 1ms, say_more);
}

}  // namespace millwright::watch::state
