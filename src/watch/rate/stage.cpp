#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "flow/table.hpp"
#include "model/described_bytes.hpp"
#include "watch/rate/rate.hpp"

namespace millwright::watch::rate {
namespace {

constexpr Duration tick_every = 10s;  // A rate falls while nothing is said.
constexpr Duration ahead_max = 5min;  // Rows further in the future are not believed.
constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

class RateStage final : public flow::Stage {
 public:
  explicit RateStage(const flow::Directory& directory) : directory_(directory) {}

  std::string_view name() const override { return "watch/rate"; }
  bool wants(TagId tag) const override { return listener(tag) != nullptr; }
  void hear(const Fact& fact, flow::Outbox& out) override;
  void show(flow::Views& views) override { table_.show(views, "rates"); }
  void save(Writer& out) const override;
  Outcome load(Reader& in) override;

 private:
  struct Entry {  // one machine
    std::string path;
    CountSection section;
    std::optional<double> ideal_rate;
    Counter good, reject;
    std::optional<SourceId> source;  // which said the good parts last
    bool is_lost = false;            // it can no longer be heard
  };
  struct Listener {
    std::uint32_t machine;
    bool is_reject;
  };

  const Listener* listener(TagId tag) const {
    const std::size_t i = tag.index();
    return i < listeners_.size() && listeners_[i].machine != nobody ? &listeners_[i] : nullptr;
  }
  void hear_readings(const Readings& readings);
  void hear_plant(const Plant& plant);
  void hear_link(SourceId source, bool is_lost);
  void find_listeners();
  void listen(const std::string& path, TagId tag);
  void forget();
  void find_day();
  void keep_ticking(flow::Outbox& out);
  void fill_row(Entry& entry);

  const flow::Directory& directory_;
  std::string zone_ = "UTC";
  std::vector<Entry> machines_;
  std::map<std::string, Listener> listener_of_;  // by path of the tag
  std::vector<Listener> listeners_;              // by tag
  std::vector<std::uint32_t> touched_;
  Instant now_{}, ticks_at_ = Instant::max(), day_{}, day_until_{};
  flow::Table<RateRow> table_;
};

void RateStage::hear(const Fact& fact, flow::Outbox& out) {
  now_ = std::max(now_, fact.learned);
  if (const auto* readings = get<Readings>(fact)) {
    hear_readings(*readings);
  } else if (const auto* changed = get<fact::PlantChanged>(fact)) {
    if (changed->plant != nullptr) hear_plant(*changed->plant);
  } else if (const auto* tag = get<fact::TagFound>(fact)) {
    listen(tag->path, tag->tag);
  } else if (const auto* lost = get<fact::SourceLost>(fact)) {
    hear_link(lost->source, true);
  } else if (const auto* woke = get<fact::Woke>(fact); woke != nullptr && woke->stage == name()) {
    ticks_at_ = Instant::max();
    forget();
    for (Entry& entry : machines_)
      fill_row(entry);
  }
  keep_ticking(out);
}

void RateStage::hear_readings(const Readings& readings) {
  touched_.clear();
  for (const Run& run : readings.runs()) {
    const Listener* to = listener(run.tag);
    if (to == nullptr || run.kind == Kind::text) continue;
    Entry& entry = machines_[to->machine];
    touched_.push_back(to->machine);
    for (std::uint32_t row = run.first; row < run.first + run.rows; ++row) {
      const bool is_believed =
          readings.quality(row).is_good() && readings.happened(row) <= now_ + ahead_max;
      if (!is_believed) continue;
      (to->is_reject ? entry.reject : entry.good)
          .put(readings.happened(row), as_number(run.kind, readings.value(row)));
      if (to->is_reject) continue;
      entry.source = readings.source();
      entry.is_lost = false;
    }
  }
  for (const std::uint32_t machine : touched_)
    fill_row(machines_[machine]);
}

void RateStage::hear_plant(const Plant& plant) {
  zone_ = plant.identity.zone;
  day_until_ = {};
  std::vector<Entry> before = std::move(machines_);
  machines_.clear();
  for (const Machine& machine : plant.machines) {
    const auto section = machine.sections.find("count");
    if (section == machine.sections.end()) continue;
    Problems problems;
    Entry entry;
    entry.path = plant.machine_path(machine);
    entry.section = read_count(section->second, machine, problems);
    entry.ideal_rate = machine.ideal_rate;
    if (!problems.empty()) continue;
    for (Entry& old : before) {
      if (old.path != entry.path) continue;
      if (old.section.good == entry.section.good) entry.good = std::move(old.good);
      if (old.section.reject == entry.section.reject) entry.reject = std::move(old.reject);
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

void RateStage::hear_link(SourceId source, bool is_lost) {
  for (Entry& entry : machines_) {
    if (entry.source != source) continue;
    entry.is_lost = is_lost;
    fill_row(entry);
  }
}

void RateStage::find_listeners() {
  listener_of_.clear();
  listeners_.assign(directory_.tags().size(), {nobody, false});
  for (std::uint32_t m = 0; m < machines_.size(); ++m) {
    const Entry& entry = machines_[m];
    listener_of_[entry.path + "/" + entry.section.good] = {m, false};
    if (!entry.section.reject.empty())
      listener_of_[entry.path + "/" + entry.section.reject] = {m, true};
  }
  for (const auto& [path, to] : listener_of_)
    if (const std::optional<TagId> tag = directory_.find_tag(path)) listen(path, *tag);
}

void RateStage::listen(const std::string& path, TagId tag) {
  const auto to = listener_of_.find(path);
  if (to == listener_of_.end()) return;
  if (listeners_.size() <= tag.index()) listeners_.resize(tag.index() + 1, {nobody, false});
  listeners_[tag.index()] = to->second;
}

void RateStage::keep_ticking(flow::Outbox& out) {
  if (machines_.empty() || ticks_at_ != Instant::max()) return;
  const Duration since = now_.time_since_epoch();
  ticks_at_ = Instant(since - since % tick_every + tick_every);
  out.wake_at(ticks_at_, 0);
}

void RateStage::find_day() {
  if (now_ < day_until_) return;
  day_ = midnight(now_, zone_);
  day_until_ = midnight(day_ + 36h, zone_);  // Longer than any day, shorter than any two.
}

// Of what lies before today and before the window only the last value counts.
void RateStage::forget() {
  find_day();
  for (Entry& entry : machines_) {
    const Instant floor = std::min(day_, now_ - entry.section.window);
    entry.good.forget_before(floor);
    entry.reject.forget_before(floor);
  }
}

void RateStage::fill_row(Entry& entry) {
  find_day();
  const bool has_reject = !entry.section.reject.empty();
  RateRow row;
  row.at = now_;
  row.window = entry.section.window;
  row.ideal_rate = entry.ideal_rate;
  if (entry.good.is_heard()) {
    if (!entry.is_lost) row.rate = rate_of(entry.good, now_, row.window);
    row.good = static_cast<std::uint64_t>(std::llround(entry.good.parts(day_, now_)));
    row.counted_from = std::max(day_, entry.good.first());
  }
  if (has_reject && entry.reject.is_heard())
    row.reject = static_cast<std::uint64_t>(std::llround(entry.reject.parts(day_, now_)));
  auto trouble = entry.good.trouble_after(day_);
  if (!trouble && has_reject) trouble = entry.reject.trouble_after(day_);
  if (trouble) {
    row.trouble = trouble->what;
    row.trouble_at = trouble->at;
  }
  const std::size_t slot = table_.slot(entry.path);
  const RateRow& shown = table_.at(slot);
  const bool is_same = shown.window == row.window && shown.rate == row.rate &&
                       shown.ideal_rate == row.ideal_rate && shown.good == row.good &&
                       shown.reject == row.reject && shown.trouble == row.trouble &&
                       shown.counted_from == row.counted_from;
  if (!is_same) table_.edit(slot) = std::move(row);
}

void RateStage::save(Writer& out) const {
  write_bytes(out, now_);
  write_bytes(out, ticks_at_);
  out.variable(machines_.size());
  for (const Entry& entry : machines_) {
    out.text(entry.path);
    entry.good.save(out);
    entry.reject.save(out);
    write_bytes(out, entry.source);
    write_bytes(out, entry.is_lost);
  }
}

Outcome RateStage::load(Reader& in) {
  TRY(read_bytes(in, now_));
  TRY(read_bytes(in, ticks_at_));
  day_until_ = {};
  if (TRY(in.variable()) != machines_.size())
    return fail(Code::corrupt, "the stored counts are of another number of machines");
  for (Entry& entry : machines_) {
    if (TRY(in.text()) != entry.path)
      return fail(Code::corrupt, "the stored counts do not fit the plant file");
    TRY(entry.good.load(in));
    TRY(entry.reject.load(in));
    TRY(read_bytes(in, entry.source));
    TRY(read_bytes(in, entry.is_lost));
    fill_row(entry);
  }
  return Done{};
}

}  // namespace

std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory) {
  return std::make_unique<RateStage>(directory);
}

}  // namespace millwright::watch::rate
