#include "watch/count/stage.hpp"

#include <algorithm>

namespace millwright::watch::count {
namespace {

constexpr Duration tick_every = 10s;             // A rate falls while nothing is said.
constexpr Duration ahead_max = 5min;             // Rows further in the future are not believed.
constexpr std::uint64_t tick = 0, say_more = 1;  // keys of timers

}  // namespace

void CountStage::hear(const Fact& fact, flow::Outbox& out) {
  now_ = std::max(now_, fact.learned);
  if (const auto* readings = get<Readings>(fact)) {
    hear_readings(*readings);
  } else if (const auto* report = get<fact::QuantityReported>(fact)) {
    hear_report(*report, fact.happened);
  } else if (const auto* changed = get<fact::PlantChanged>(fact)) {
    if (changed->plant != nullptr) hear_plant(*changed->plant);
  } else if (const auto* machine = get<fact::MachineFound>(fact)) {
    for (Entry& entry : machines_)
      if (entry.path == machine->path) entry.id = machine->machine;
  } else if (const auto* tag = get<fact::TagFound>(fact)) {
    listen(tag->path, tag->tag);
  } else if (const auto* lost = get<fact::SourceLost>(fact)) {
    hear_link(lost->source, true);
  } else if (const auto* progress = get<fact::SourceProgressed>(fact)) {
    if (!says_past(progress->source)) past_sources_.push_back(progress->source);
  } else if (const auto* woke = get<fact::Woke>(fact); woke != nullptr && woke->stage == name()) {
    if (woke->key == say_more) is_waking_to_say_ = false;
    if (woke->key == tick) hear_tick();
  }
  say_waiting(out);
  keep_ticking(out);
}

void CountStage::hear_tick() {
  ticks_at_ = Instant::max();
  while (!keys_.empty() && keys_.front().first < now_ - keys_kept) {
    known_keys_.erase(keys_.front().second);
    keys_.pop_front();
  }
  for (Entry& entry : machines_) {
    while (!entry.reports.empty() && entry.reports.front().at < now_ - reports_kept)
      entry.reports.pop_front();
    entry.good.settle(now_, made_);
    take_made(entry, PartKind::good);
    entry.reject.settle(now_, made_);
    take_made(entry, PartKind::reject);
    fill_row(entry);
  }
}

bool CountStage::says_past(SourceId source) const {
  return std::find(past_sources_.begin(), past_sources_.end(), source) != past_sources_.end();
}

void CountStage::hear_readings(const Readings& readings) {
  const bool is_past = says_past(readings.source());
  touched_.clear();
  for (const Run& run : readings.runs()) {
    const Listener* to = listener(run.tag);
    if (to == nullptr || run.kind == Kind::text) continue;
    Entry& entry = machines_[to->machine];
    touched_.push_back(to->machine);
    for (std::uint32_t row = run.first; row < run.first + run.rows; ++row) {
      const bool is_believed =
          readings.quality(row).is_good() && readings.happened(run, row) <= now_ + ahead_max;
      if (!is_believed) continue;
      (to->is_reject ? entry.reject : entry.good)
          .put(readings.happened(run, row), as_number(run.kind, readings.value(row)), now_, made_);
      if (to->is_reject || is_past) continue;
      entry.source = readings.source();
      entry.is_lost = false;
    }
    take_made(entry, to->is_reject ? PartKind::reject : PartKind::good);
  }
  for (const std::uint32_t machine : touched_)
    fill_row(machines_[machine]);
}

void CountStage::take_made(const Entry& entry, PartKind kind) {
  for (const Made& made : made_)
    if (entry.id)
      waiting_.push_back({*entry.id, kind, made.after, made.at, made.parts, CountedBy::counter});
  made_.clear();
}

void CountStage::hear_report(const fact::QuantityReported& report, Instant happened) {
  const auto found = std::find_if(machines_.begin(), machines_.end(),
                                  [&](const Entry& entry) { return entry.id == report.machine; });
  if (found == machines_.end() || happened > now_ + ahead_max || !is_new(report.key)) return;
  // A machine that counts its good parts took the scrap for good.
  const std::int64_t good = found->counts_good() ? -report.scrap : report.good;
  for (const auto& [kind, parts] :
       {std::pair(PartKind::good, good), std::pair(PartKind::reject, report.scrap)}) {
    if (parts != 0)
      waiting_.push_back({report.machine, kind, happened, happened, parts, CountedBy::person});
  }
  auto& reports = found->reports;
  const auto after = std::upper_bound(reports.begin(), reports.end(), happened,
                                      [](Instant at, const Report& r) { return at < r.at; });
  reports.insert(after, {happened, good, report.scrap});
  if (reports.size() > reports_max) reports.pop_front();
  fill_row(*found);
}

bool CountStage::is_new(const std::string& key) {
  if (key.empty()) return true;
  if (!known_keys_.insert(key).second) return false;
  keys_.emplace_back(now_, key);
  if (keys_.size() > keys_max) {
    known_keys_.erase(keys_.front().second);
    keys_.pop_front();
  }
  return true;
}

void CountStage::say_waiting(flow::Outbox& out) {
  for (std::size_t n = 0; n < said_max && !waiting_.empty(); ++n) {
    const Instant at = waiting_.front().at;
    out.say(fact::Count(waiting_.front()), at);
    waiting_.pop_front();
  }
  if (waiting_.empty() || is_waking_to_say_) return;
  is_waking_to_say_ = true;
  out.wake_at(now_ + 1ms, say_more);
}

void CountStage::hear_plant(const Plant& plant) {
  zone_ = plant.identity.zone;
  day_until_ = {};
  std::vector<Entry> before = std::move(machines_);
  machines_.clear();
  for (const Machine& machine : plant.machines) {
    if (counting(machine) == Counting::nobody) continue;
    Problems problems;
    Entry entry;
    entry.path = plant.machine_path(machine);
    entry.id = directory_.find_machine(entry.path);
    entry.section = read_count(machine, problems);
    entry.ideal_rate = machine.ideal_rate;
    if (!problems.empty()) continue;
    for (Entry& old : before) {
      if (old.path != entry.path) continue;
      if (old.section.good == entry.section.good) entry.good = std::move(old.good);
      if (old.section.reject == entry.section.reject) entry.reject = std::move(old.reject);
      entry.reports = std::move(old.reports);
      entry.source = old.source;
      entry.is_lost = old.is_lost;
    }
    entry.good.set_plausible({entry.ideal_rate});
    entry.reject.set_plausible({entry.ideal_rate});
    machines_.push_back(std::move(entry));
  }
  for (const Entry& old : before)
    table_.remove(old.path);
  find_listeners();
  for (Entry& entry : machines_)
    fill_row(entry);
}

void CountStage::hear_link(SourceId source, bool is_lost) {
  for (Entry& entry : machines_) {
    if (entry.source != source) continue;
    entry.is_lost = is_lost;
    fill_row(entry);
  }
}

void CountStage::find_listeners() {
  listener_of_.clear();
  listeners_.assign(directory_.tags().size(), {nobody, false});
  for (std::uint32_t m = 0; m < machines_.size(); ++m) {
    const Entry& entry = machines_[m];
    if (entry.counts_good()) listener_of_[entry.path + "/" + entry.section.good] = {m, false};
    if (!entry.section.reject.empty())
      listener_of_[entry.path + "/" + entry.section.reject] = {m, true};
  }
  for (const auto& [path, to] : listener_of_)
    if (const std::optional<TagId> tag = directory_.find_tag(path)) listen(path, *tag);
}

void CountStage::listen(const std::string& path, TagId tag) {
  const auto to = listener_of_.find(path);
  if (to == listener_of_.end()) return;
  if (listeners_.size() <= tag.index()) listeners_.resize(tag.index() + 1, {nobody, false});
  listeners_[tag.index()] = to->second;
}

void CountStage::keep_ticking(flow::Outbox& out) {
  if (machines_.empty() || ticks_at_ != Instant::max()) return;
  const Duration since = now_.time_since_epoch();
  ticks_at_ = Instant(since - since % tick_every + tick_every);
  out.wake_at(ticks_at_, tick);
}

}  // namespace millwright::watch::count
