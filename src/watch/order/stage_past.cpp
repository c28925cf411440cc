// The second front of the stage: a source that fills in the past.
#include <algorithm>

#include "model/described_bytes.hpp"
#include "watch/order/stage.hpp"

namespace millwright::watch::order {

void OrderStage::hear_progress(const fact::SourceProgressed& progress) {
  pasts_[progress.source] = progress;
  for (Entry& entry : machines_) {
    const bool is_its = entry.past && entry.past->source() == progress.source;
    if (is_its && !entry.past->is_done()) settle_past(entry, progress);
  }
}

// The first row of a past opens it. What the live front knows is not touched by it.
PastRuns& OrderStage::past_of(Entry& entry, const fact::SourceProgressed& progress) {
  const bool is_new = !entry.past || (entry.past->is_done() && !progress.has_ended &&
                                      progress.until <= entry.past->begin());
  if (is_new) {
    const Instant end = entry.runs.make_room(progress.until);
    entry.past.emplace(progress.source, progress.from, progress.until, end);
  }
  return *entry.past;
}

void OrderStage::hear_past_row(PastRuns& past, Tells tells, Instant at, const std::string& text) {
  if (tells == Tells::number) past.hear_order(at, text);
  if (tells == Tells::product) past.hear_product(at, text);
  if (tells == Tells::quantity) past.hear_quantity(at, text);
}

void OrderStage::settle_past(Entry& entry, const fact::SourceProgressed& progress) {
  entry.past->end_at(entry.runs.begin());
  will_say(entry, entry.past->settle(progress.reached, progress.has_ended,
                                     [this](const std::string& n) { return product_of(n); }));
  take_past(entry);
  entry.past->forget(progress.reached);
}

// Hands on what the second front knows: the runs that have ended, and the parts of all.
void OrderStage::take_past(Entry& entry) {
  const std::vector<Run>& runs = entry.past->runs();
  const Instant said_until = entry.past->said_until();
  const std::size_t changed = entry.past->take_changed();
  if (changed >= runs.size()) return;
  const std::size_t first = changed == 0 ? 0 : changed - 1;
  std::vector<Run> ended;
  for (std::size_t i = first; i < runs.size(); ++i)
    if (runs[i].from < said_until) ended.push_back(runs[i]);
  entry.runs.put_past(ended, said_until);
  entry.runs.put_past_parts(std::span(runs).subspan(first), entry.past->until());
  entry.dirty_from = std::min(entry.dirty_from, entry.runs.take_changed());
  entry.is_dirty = true;
  for (std::size_t i = first; i < runs.size(); ++i) {
    if (runs[i].order.empty()) continue;
    Order* order = note_order(entry, runs[i].order, runs[i].from, runs[i].how);
    if (order != nullptr) note_quantity(entry, *order, entry.past->quantity(i));
  }
}

void OrderStage::save_past(Writer& out) const {
  out.variable(pasts_.size());
  for (const auto& [source, progress] : pasts_)
    write_bytes(out, progress);
  for (const Entry& entry : machines_) {
    entry.runs.save_past(out);
    write_bytes(out, entry.past.has_value());
    if (entry.past) entry.past->save(out);
  }
}

// A snapshot of before there was a past ends here.
Outcome OrderStage::load_past(Reader& in) {
  pasts_.clear();
  for (Entry& entry : machines_)
    entry.past.reset();
  if (in.is_at_end()) return Done{};
  const std::uint64_t pasts = TRY(in.variable());
  for (std::uint64_t i = 0; i < pasts; ++i) {
    fact::SourceProgressed progress;
    TRY(read_bytes(in, progress));
    pasts_[progress.source] = progress;
  }
  for (Entry& entry : machines_) {
    bool has_past = false;
    TRY(entry.runs.load_past(in));
    TRY(read_bytes(in, has_past));
    if (has_past) entry.past = TRY(PastRuns::load(in));
  }
  return Done{};
}

}  // namespace millwright::watch::order
