#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <vector>

#include "flow/table.hpp"
#include "model/described_bytes.hpp"
#include "model/described_json.hpp"
#include "watch/data/data.hpp"
#include "watch/data/health.hpp"

namespace millwright::watch::data {
namespace {

constexpr std::string_view own_name = "millwright";  // trouble of our own enters under this name
constexpr Duration tick_every = 5s;                  // a rate falls while nothing is said
constexpr Duration shown_every = 1s;                 // at most, for readings

class DataStage final : public flow::Stage {
 public:
  explicit DataStage(const flow::Directory& directory) : directory_(directory) {
    entry_of(own_name).kind = "self";
  }

  std::string_view name() const override { return "watch/data"; }
  bool wants(TagId) const override { return true; }
  void hear(const Fact& fact, flow::Outbox& out) override;
  void show(flow::Views& views) override { table_.show(views, "sources"); }
  void save(Writer& out) const override;
  Outcome load(Reader& in) override;

 private:
  Outcome load_pasts(Reader& in);
  struct Entry {  // one source
    std::string name, kind;
    bool is_real = false;
    Health health;
    Instant shown_at{};
    std::optional<Past> past;  // it fills in the past
  };

  Entry& entry_of(std::string_view name);
  Entry& entry_of(SourceId source);
  void hear_readings(const Readings& readings);
  void hear_source(const fact::Source& said, Instant at);
  void hear_plant(const Plant& plant);
  void own_tag(TagId tag, SourceId source);
  void fill_row(Entry& entry);
  void keep_ticking(flow::Outbox& out);

  const flow::Directory& directory_;
  std::deque<Entry> sources_;  // a place stays where it is
  std::map<std::string, std::size_t, std::less<>> source_of_;
  std::vector<std::uint32_t> owner_of_;  // by tag: source + 1; 0: not heard yet
  Instant now_{}, ticks_at_ = Instant::max();
  flow::Table<SourceRow> table_;
};

void DataStage::hear(const Fact& fact, flow::Outbox& out) {
  now_ = std::max(now_, fact.learned);
  if (const auto* readings = get<Readings>(fact)) {
    hear_readings(*readings);
  } else if (const auto* said = std::get_if<fact::Source>(&fact.what)) {
    hear_source(*said, fact.happened);
  } else if (const auto* found = get<fact::SourceFound>(fact)) {
    Entry& entry = entry_of(found->name);
    if (found->name != own_name) entry.kind = found->kind;
    fill_row(entry);
  } else if (const auto* changed = get<fact::PlantChanged>(fact)) {
    if (changed->plant != nullptr) hear_plant(*changed->plant);
  } else if (const auto* woke = get<fact::Woke>(fact); woke != nullptr && woke->stage == name()) {
    ticks_at_ = Instant::max();
    for (Entry& entry : sources_)
      fill_row(entry);
  }
  keep_ticking(out);
}

// A few steps a batch and a run, none a row.
void DataStage::hear_readings(const Readings& readings) {
  if (readings.rows() == 0) return;
  std::optional<Instant> last, newest;
  Entry& entry = entry_of(readings.source());
  const bool is_past = entry.past.has_value();
  for (const Run& run : readings.runs()) {
    if (!is_past) own_tag(run.tag, readings.source());  // they are the tags of whom they fill in
    const std::size_t row = run.first + run.rows - 1;
    const Instant at = readings.happened(run, row);
    newest = std::max(newest.value_or(at), at);
    if (!readings.quality(row).is_bad()) last = std::max(last.value_or(at), at);
  }
  const std::optional<Duration> lag =
      is_past ? std::nullopt : std::optional<Duration>(now_ - *newest);
  entry.health.hear(readings.rows(), lag, last, now_);
  if (now_ - entry.shown_at >= shown_every) fill_row(entry);
  Entry& ourselves = entry_of(own_name);
  if (&ourselves == &entry) return;
  ourselves.health.hear(readings.rows(), lag, is_past ? std::nullopt : last, now_);
  if (now_ - ourselves.shown_at >= shown_every) fill_row(ourselves);
}

void DataStage::hear_source(const fact::Source& said, Instant at) {
  const SourceId source = std::visit([](const auto& s) { return s.source; }, said);
  Entry& entry = entry_of(source);
  if (const auto* connected = std::get_if<fact::SourceConnected>(&said)) {
    entry.health.connect(connected->address, connected->tags, at);
  } else if (const auto* lost = std::get_if<fact::SourceLost>(&said)) {
    entry.health.lose(*lost, at);
  } else if (const auto* troubled = std::get_if<fact::SourceTroubled>(&said)) {
    const std::string where = troubled->tag.empty() ? "" : troubled->tag + ": ";
    entry.health.trouble(where + troubled->what, troubled->next_step, at);
  } else if (const auto* progress = std::get_if<fact::SourceProgressed>(&said)) {
    entry.past = Past{progress->from, progress->until, progress->reached, progress->has_ended};
  } else if (const auto* dropped = std::get_if<fact::ReadingsDropped>(&said)) {
    entry.health.drop(dropped->rows, dropped->why, at);
  }
  fill_row(entry);
}

// Sources of the plant file have a row before they are first heard of.
void DataStage::hear_plant(const Plant& plant) {
  for (const Source& source : plant.sources) {
    Entry& entry = entry_of(source.name);
    entry.kind = source.kind;
    entry.is_real = source.is_real;
  }
  for (Entry& entry : sources_)
    fill_row(entry);
}

void DataStage::own_tag(TagId tag, SourceId source) {
  const std::size_t i = tag.index();
  if (i >= owner_of_.size()) owner_of_.resize(i + 1);
  const std::uint32_t owner = source.value + 1;
  if (owner_of_[i] == owner) return;
  if (owner_of_[i] != 0) entry_of(SourceId{owner_of_[i] - 1}).health.take_tag();
  owner_of_[i] = owner;
  entry_of(source).health.add_tag();
}

DataStage::Entry& DataStage::entry_of(std::string_view name) {
  const auto found = source_of_.find(name);
  if (found != source_of_.end()) return sources_[found->second];
  source_of_.emplace(name, sources_.size());
  sources_.emplace_back().name = name;
  return sources_.back();
}

DataStage::Entry& DataStage::entry_of(SourceId source) {
  const auto& known = directory_.sources();
  return source.index() < known.size() ? entry_of(known[source.index()].name) : entry_of(own_name);
}

void DataStage::fill_row(Entry& entry) {
  entry.shown_at = now_;
  SourceRow& row = table_.edit(entry.name);
  row.kind = entry.kind;
  row.is_real = entry.is_real;
  entry.health.fill(row, now_);
  if (entry.name == own_name) row.tags = directory_.tags().size();
  if (!entry.past) return;
  row.progress = share_of(*entry.past);
  row.progress_text = in_words(*entry.past);
  if (entry.past->has_ended) row.status = Status::ended;
}

void DataStage::keep_ticking(flow::Outbox& out) {
  if (ticks_at_ != Instant::max()) return;
  const Duration since = now_.time_since_epoch();
  ticks_at_ = Instant(since - since % tick_every + tick_every);
  out.wake_at(ticks_at_, 0);
}

void DataStage::save(Writer& out) const {
  write_bytes(out, now_);
  write_bytes(out, ticks_at_);
  out.column(std::span<const std::uint32_t>(owner_of_));
  out.variable(sources_.size());
  for (const Entry& entry : sources_) {
    out.text(entry.name);
    out.text(entry.kind);
    write_bytes(out, entry.is_real);
    write_bytes(out, entry.shown_at);
    entry.health.save(out);
  }
  for (const Entry& entry : sources_) {
    write_bytes(out, entry.past.has_value());
    if (!entry.past) continue;
    write_bytes(out, entry.past->from);
    write_bytes(out, entry.past->until);
    write_bytes(out, entry.past->reached);
    write_bytes(out, entry.past->has_ended);
  }
}

Outcome DataStage::load(Reader& in) {
  TRY(read_bytes(in, now_));
  TRY(read_bytes(in, ticks_at_));
  TRY(in.column(owner_of_));
  sources_.clear();
  source_of_.clear();
  const std::uint64_t sources = TRY(in.variable());
  for (std::uint64_t i = 0; i < sources; ++i) {
    Entry& entry = entry_of(TRY(in.text()));
    entry.kind = TRY(in.text());
    TRY(read_bytes(in, entry.is_real));
    const Instant shown_at = instant(TRY(in.fixed<std::int64_t>()));
    TRY(entry.health.load(in));
    fill_row(entry);
    entry.shown_at = shown_at;
  }
  return in.is_at_end() ? Outcome(Done{}) : load_pasts(in);  // a snapshot of before there were any
}

Outcome DataStage::load_pasts(Reader& in) {
  for (Entry& entry : sources_) {
    bool has_past = false;
    TRY(read_bytes(in, has_past));
    if (!has_past) continue;
    Past& past = entry.past.emplace();
    TRY(read_bytes(in, past.from));
    TRY(read_bytes(in, past.until));
    TRY(read_bytes(in, past.reached));
    TRY(read_bytes(in, past.has_ended));
    const Instant shown_at = entry.shown_at;
    fill_row(entry);
    entry.shown_at = shown_at;
  }
  return Done{};
}

}  // namespace

std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory) {
  return std::make_unique<DataStage>(directory);
}

flow::Room room() {
  flow::Room room;
  room.name = "watch/data";
  room.stage = [](const flow::Directory& directory) { return make_stage(directory); };
  room.views = {{"sources", "How well each source is heard, by its name; ourselves as millwright.",
                 [](JsonWriter& out) { write_schema<SourceRow>(out, SchemaFor::api); }}};
  return room;
}

}  // namespace millwright::watch::data
