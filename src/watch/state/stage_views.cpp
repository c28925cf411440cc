#include "model/described_bytes.hpp"
#include "watch/state/stage.hpp"

namespace millwright::watch::state {

// What leaves the stage: the view, the bands, the snapshot.

void StateStage::fill_row(Entry& entry) {
  MachineRow& row = table_.edit(entry.path);
  row.title = entry.title;
  row.area = entry.area;
  row.line = entry.line;
  row.is_real = entry.is_real;
  row.band = entry.band;
  row.state = MachineState::nodata;
  row.mode = MachineMode::unknown;
  row.since = entry.since;
  row.why = entry.trouble;
  if (!entry.timeline || entry.timeline->intervals().empty()) return;
  const Interval& now = entry.timeline->intervals().back();
  row.state = now.state;
  row.mode = now.mode;
  row.since = now.from;
  row.why = now.why;
  row.unused_rows = unused_rows(entry);
  entry.shown_unused_rows = row.unused_rows;
}

void StateStage::show(flow::Views& views) {
  table_.show(views, "machines");
  if (!are_bands_changed_) return;
  are_bands_changed_ = false;
  auto bands = std::make_shared<Bands>();
  bands->now = now_;
  for (Entry& entry : machines_) {
    if (!entry.timeline) continue;
    if (!entry.shared.recent) share(entry);
    bands->of_machine.emplace(entry.path, entry.shared);
  }
  board_->put(std::move(bands));
}

void StateStage::save(Writer& out, const Entry& entry) {
  out.text(entry.path);
  write_bytes(out, entry.timeline.has_value());
  write_bytes(out, entry.since);
  write_bytes(out, entry.band);
  write_bytes(out, entry.wakes_at);
  if (entry.timeline) entry.timeline->save(out);
}

Outcome StateStage::load(Reader& in, Entry& entry) {
  const std::string path = TRY(in.text());
  bool has_rules = false;
  TRY(read_bytes(in, has_rules));
  if (path != entry.path || has_rules != entry.timeline.has_value())
    return fail(Code::corrupt, "stored states of '" + path + "' do not fit the plant file");
  TRY(read_bytes(in, entry.since));
  TRY(read_bytes(in, entry.band));
  TRY(read_bytes(in, entry.wakes_at));
  entry.shared = {};
  return entry.timeline ? entry.timeline->load(in) : Outcome(Done{});
}

void StateStage::save(Writer& out) const {
  write_bytes(out, now_);
  write_bytes(out, next_due_);
  out.variable(links_.size());
  for (const auto& [source, link] : links_) {
    write_bytes(out, source);
    write_bytes(out, link.is_connected);
    write_bytes(out, link.heard);
  }
  out.variable(machines_.size());
  for (const Entry& entry : machines_)
    save(out, entry);
  write_bytes(out, is_waking_to_say_);
  out.variable(waiting_.size());
  for (const fact::StateChanged& change : waiting_)
    write_bytes(out, change);
  save_past(out);
}

Outcome StateStage::load(Reader& in) {
  TRY(read_bytes(in, now_));
  TRY(read_bytes(in, next_due_));
  links_.clear();
  const std::uint64_t links = TRY(in.variable());
  for (std::uint64_t i = 0; i < links; ++i) {
    SourceId source{};
    TRY(read_bytes(in, source));
    Link& link = links_[source];
    TRY(read_bytes(in, link.is_connected));
    TRY(read_bytes(in, link.heard));
  }
  if (TRY(in.variable()) != machines_.size())
    return fail(Code::corrupt, "the stored states are of another number of machines");
  for (Entry& entry : machines_) {
    entry.id = directory_.find_machine(entry.path);
    TRY(load(in, entry));
    fill_row(entry);
  }
  TRY(read_bytes(in, is_waking_to_say_));
  waiting_.clear();
  const std::uint64_t waiting = TRY(in.variable());
  for (std::uint64_t i = 0; i < waiting; ++i)
    TRY(read_bytes(in, waiting_.emplace_back()));
  TRY(load_past(in));
  find_listeners();
  are_bands_changed_ = true;
  return Done{};
}

std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory,
                                        std::shared_ptr<BandBoard> board) {
  return std::make_unique<StateStage>(directory, std::move(board));
}

}  // namespace millwright::watch::state
