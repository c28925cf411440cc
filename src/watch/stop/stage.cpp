#include <algorithm>

#include "flow/table.hpp"
#include "model/described_bytes.hpp"
#include "model/machine_sections.hpp"
#include "watch/stop/stop.hpp"

namespace millwright::watch::stop {
namespace {

constexpr Duration tick_every = 1min, forget_every = 1h;
constexpr Duration shown = 48h, stops_kept = 840h;  // 2 and 35 days
constexpr Duration keys_kept = 192h;                // 8 days
constexpr std::size_t keys_max = 10'000;

class StopStage final : public flow::Stage {
 public:
  StopStage(const flow::Directory& directory, std::shared_ptr<Board> board)
      : directory_(directory), board_(std::move(board)) {}

  std::string_view name() const override { return "watch/stop"; }
  void hear(const Fact& fact, flow::Outbox& out) override;
  void show(flow::Views& views) override;
  void save(Writer& out) const override;
  Outcome load(Reader& in) override;

 private:
  struct Entry {  // one machine
    std::string path;
    StopRules rules;
    Stops stops;
    Board::OfMachine board;
    std::vector<std::string> keys;  // of its rows in the view
    bool is_dirty = true, is_past_dirty = true;
  };

  Entry* machine(MachineId id);
  void hear_plant(const Plant& plant);
  void hear_explained(const fact::StopExplained& explained, Instant at);
  void hear_tick();
  void forget();
  StopRow row_of(const Entry& entry, const Stop& stop) const;
  void show_machine(Entry& entry);
  void show_board();

  const flow::Directory& directory_;
  std::shared_ptr<Board> board_;
  std::vector<Entry> machines_;
  std::map<std::string, std::size_t, std::less<>> machine_of_;
  std::map<std::string, std::string> titles_;  // of reasons
  std::map<std::string, Instant> keys_;
  std::shared_ptr<const std::set<std::string, std::less<>>> shown_keys_;
  Instant now_{}, ticks_at_ = Instant::max(), forgot_at_{};
  Instant border_{};  // between older and recent rows
  flow::Table<StopRow> table_;
};

StopStage::Entry* StopStage::machine(MachineId id) {
  if (id.index() >= directory_.machines().size()) return nullptr;
  const auto found = machine_of_.find(directory_.machine_path(id));
  return found == machine_of_.end() ? nullptr : &machines_[found->second];
}

void StopStage::hear(const Fact& fact, flow::Outbox& out) {
  now_ = std::max(now_, fact.learned);
  if (const auto* changed = get<fact::StateChanged>(fact)) {
    if (Entry* entry = machine(changed->machine)) {
      entry->stops.hear(*changed);
      entry->is_dirty = true;
      entry->is_past_dirty = entry->is_past_dirty || changed->from < border_;
    }
  } else if (const auto* explained = get<fact::StopExplained>(fact)) {
    hear_explained(*explained, fact.happened);
  } else if (const auto* plant = get<fact::PlantChanged>(fact)) {
    if (plant->plant != nullptr) hear_plant(*plant->plant);
  } else if (const auto* woke = get<fact::Woke>(fact); woke != nullptr && woke->stage == name()) {
    hear_tick();
  }
  if (machines_.empty() || ticks_at_ != Instant::max()) return;
  const Duration since = now_.time_since_epoch();
  ticks_at_ = Instant(since - since % tick_every + tick_every);
  out.wake_at(ticks_at_, 0);
}

void StopStage::hear_explained(const fact::StopExplained& explained, Instant at) {
  if (!explained.key.empty()) {
    if (!keys_.emplace(explained.key, now_).second) return;
    const auto oldest =
        std::min_element(keys_.begin(), keys_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (keys_.size() > keys_max) keys_.erase(oldest);
    shown_keys_.reset();
  }
  Entry* entry = machine(explained.machine);
  if (entry == nullptr) return;
  entry->stops.explain(explained, at);
  entry->is_dirty = true;
  entry->is_past_dirty = entry->is_past_dirty || explained.from < border_;
}

void StopStage::hear_plant(const Plant& plant) {
  Problems ignored;  // told when the file was read
  std::vector<Entry> before = std::move(machines_);
  const auto place_before = std::move(machine_of_);
  machines_.clear();
  machine_of_.clear();
  titles_.clear();
  for (const Reason& reason : reasons_of(plant, "reasons"))
    titles_[reason.name] = title_of(reason);
  for (const Machine& machine : plant.machines) {
    Entry entry;
    entry.path = plant.machine_path(machine);
    if (machine_of_.contains(entry.path)) continue;
    const auto old = place_before.find(entry.path);
    if (old != place_before.end()) {
      entry.stops = std::move(before[old->second].stops);
      entry.keys = std::move(before[old->second].keys);
    }
    const StopSection section = read_stop(machine, ignored);
    entry.rules = {section.micro_stop, section.needs_reason_after};
    machine_of_.emplace(entry.path, machines_.size());
    machines_.push_back(std::move(entry));
  }
  for (const Entry& old : before)
    for (const std::string& key : old.keys)
      table_.remove(key);  // of machines that are gone: the others moved theirs
}

// An open stop needs a reason after a while, and what is old is no longer shown.
void StopStage::hear_tick() {
  ticks_at_ = Instant::max();
  border_ = now_ - shown;
  for (Entry& entry : machines_)
    entry.is_dirty = true;
  if (now_ - forgot_at_ < forget_every) return;
  forgot_at_ = now_;
  forget();
}

void StopStage::forget() {
  for (Entry& entry : machines_) {
    entry.stops.forget_before(now_ - stops_kept);
    entry.is_past_dirty = true;
  }
  for (auto key = keys_.begin(); key != keys_.end();) {
    if (key->second >= now_ - keys_kept) {
      ++key;
      continue;
    }
    key = keys_.erase(key);
    shown_keys_.reset();
  }
}

StopRow StopStage::row_of(const Entry& entry, const Stop& stop) const {
  StopRow row;
  row.machine = entry.path;
  row.from = stop.from;
  row.to = stop.to;
  row.state = stop.state;
  row.why = stop.why;
  row.needs_reason = stop.needs_reason;
  row.is_withdrawn = stop.is_withdrawn;
  if (stop.explanation == nullptr) return row;
  row.reason = stop.explanation->reason;
  const auto title = titles_.find(row.reason);
  row.reason_title = title == titles_.end() ? row.reason : title->second;
  row.note = stop.explanation->note;
  row.who = stop.explanation->who;
  return row;
}

void StopStage::show_machine(Entry& entry) {
  auto recent = std::make_shared<std::vector<StopRow>>();
  entry.board.short_ones = 0;
  for (const Stop& stop :
       entry.stops.between(border_, Instant::max(), now_, entry.rules, &entry.board.short_ones))
    recent->push_back(row_of(entry, stop));
  std::vector<std::string> keys;
  for (const StopRow& row : *recent) {
    if (row.to && !row.needs_reason && row.reason.empty()) continue;
    keys.push_back(entry.path + "|" + to_text(row.from));
    const std::size_t slot = table_.slot(keys.back());
    if (!(table_.at(slot) == row)) table_.edit(slot) = row;
  }
  for (const std::string& old : entry.keys)
    if (std::find(keys.begin(), keys.end(), old) == keys.end()) table_.remove(old);
  entry.keys = std::move(keys);
  entry.board.recent = std::move(recent);
  entry.is_dirty = false;
  const bool needs_past = entry.board.older == nullptr || entry.is_past_dirty;
  if (!needs_past) return;
  auto older = std::make_shared<std::vector<StopRow>>();
  for (const Stop& stop : entry.stops.between(Instant{}, border_, now_, entry.rules)) {
    const bool is_recent = !stop.to || *stop.to > border_;  // it stands in the other part
    if (!is_recent) older->push_back(row_of(entry, stop));
  }
  entry.board.older = std::move(older);
  entry.is_past_dirty = false;
}

void StopStage::show_board() {
  if (shown_keys_ == nullptr) {
    auto keys = std::make_shared<std::set<std::string, std::less<>>>();
    for (const auto& [key, at] : keys_)
      keys->insert(key);
    shown_keys_ = std::move(keys);
  }
  auto board = std::make_shared<Board::Shown>();
  board->now = now_;
  board->keys = shown_keys_;
  for (const Entry& entry : machines_)
    board->of_machine.emplace(entry.path, entry.board);
  board_->put(std::move(board));
}

void StopStage::show(flow::Views& views) {
  bool is_changed = shown_keys_ == nullptr;
  for (Entry& entry : machines_) {
    if (!entry.is_dirty) continue;
    is_changed = true;
    show_machine(entry);
  }
  if (is_changed) show_board();
  table_.show(views, "stops");
}

void StopStage::save(Writer& out) const {
  for (const Instant at : {now_, ticks_at_, forgot_at_, border_})
    write_bytes(out, at);
  out.variable(machines_.size());
  for (const Entry& entry : machines_) {
    out.text(entry.path);
    entry.stops.save(out);
  }
  out.variable(keys_.size());
  for (const auto& [key, at] : keys_) {
    out.text(key);
    write_bytes(out, at);
  }
}

Outcome StopStage::load(Reader& in) {
  for (Instant* at : {&now_, &ticks_at_, &forgot_at_, &border_})
    TRY(read_bytes(in, *at));
  if (TRY(in.variable()) != machines_.size())
    return fail(Code::corrupt, "the stored stops are of another number of machines");
  for (Entry& entry : machines_) {
    if (TRY(in.text()) != entry.path)
      return fail(Code::corrupt, "the stored stops do not fit the plant file");
    TRY(entry.stops.load(in));
    entry.is_dirty = true;
    entry.is_past_dirty = true;
  }
  keys_.clear();
  const std::uint64_t keys = TRY(in.variable());
  for (std::uint64_t i = 0; i < keys; ++i) {
    const std::string key = TRY(in.text());
    TRY(read_bytes(in, keys_[key]));
  }
  shown_keys_.reset();
  return Done{};
}

}  // namespace

std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory,
                                        std::shared_ptr<Board> board) {
  return std::make_unique<StopStage>(directory, std::move(board));
}

}  // namespace millwright::watch::stop
