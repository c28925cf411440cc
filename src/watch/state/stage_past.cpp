// The second front of the stage: a source that fills in the past.
#include <algorithm>

#include "model/described_bytes.hpp"
#include "watch/state/stage.hpp"

namespace millwright::watch::state {
namespace {

constexpr const char* not_yet = "the past is being filled in";
constexpr const char* not_heard = "nothing was heard of this time";
constexpr std::size_t recent_max = 1000;  // intervals that a change of now copies for readers
constexpr std::size_t recent_kept = 100;  // of them stay when the others become older ones

Interval no_data(Instant from, const char* why) {
  return {from, MachineState::nodata, MachineMode::unknown, why};
}

}  // namespace

std::uint64_t StateStage::unused_rows(const Entry& entry) {
  return entry.timeline->unused_rows() + (entry.filling ? entry.filling->unused_rows() : 0);
}

void StateStage::hear_progress(const fact::SourceProgressed& progress) {
  links_[progress.source].past = progress;
  if (!progress.has_ended) return;
  for (Entry& entry : machines_) {
    const bool is_its = entry.filling && entry.filling->source() == progress.source;
    if (!is_its || entry.filling->is_done()) continue;
    say_past(entry, entry.filling->finish(progress.reached));
    const Instant end = entry.filling->said_until();
    const std::vector<Interval>& all = entry.timeline->intervals();
    const auto gap =
        std::find_if(all.begin(), all.end(), [&](const Interval& i) { return i.from >= end; });
    if (gap == all.end() || gap->why != not_yet || std::next(gap) == all.end()) continue;
    entry.timeline->put_past(no_data(gap->from, not_heard), std::next(gap)->from);
  }
  show_past();
}

// The first row of a past opens it. What the live front knows is not touched by it.
void StateStage::hear_past(Entry& entry, std::size_t input, const RawValue& raw,
                           const fact::SourceProgressed& past) {
  const bool is_new = !entry.filling || (entry.filling->is_done() && !past.has_ended &&
                                         past.until <= entry.filling->begin());
  if (is_new) {
    const Instant until =
        std::min(past.until, entry.timeline->known_from(Instant{}).value_or(past.until));
    entry.filling.emplace(entry.timeline->rules(), past.source, past.from, until);
    if (past.from < until) entry.timeline->put_past(no_data(past.from, not_yet), until);
  }
  entry.filling->hear(input, raw);
}

// The live front has learned something: what it knows begins there.
void StateStage::fit_past(Entry& entry) {
  if (!entry.filling || entry.filling->is_done()) return;
  const std::optional<Instant> known = entry.timeline->known_from(entry.filling->said_until());
  if (known && *known < entry.filling->until()) entry.filling->end_at(*known);
}

void StateStage::say_past(Entry& entry, const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    entry.timeline->put_past(change.interval, *change.until);
    if (entry.id) waiting_.push_back(said(*entry.id, change.interval, change.until));
  }
  if (changes.empty()) return;
  entry.is_past_changed = true;
  is_past_changed_ = true;
}

void StateStage::show_past() {
  for (Entry& entry : machines_) {
    if (!entry.is_past_changed) continue;
    entry.is_past_changed = false;
    ++entry.band;
    entry.shared = {};
    fill_row(entry);
  }
  is_past_changed_ = false;
  past_shown_at_ = now_;
  are_bands_changed_ = true;
}

// The newest intervals are copied each time that they change, the older ones seldom.
void StateStage::share(Entry& entry) {
  const std::vector<Interval>& all = entry.timeline->intervals();
  const auto newer_than = [&](Instant at) {
    return std::upper_bound(all.begin(), all.end(), at,
                            [](Instant time, const Interval& i) { return time < i.from; });
  };
  auto recent = all.begin();
  if (entry.shared.older) recent = newer_than(entry.shared.older->back().from);
  if (static_cast<std::size_t>(all.end() - recent) > recent_max) {
    recent = all.end() - static_cast<std::ptrdiff_t>(recent_kept);
    entry.shared.older = std::make_shared<const std::vector<Interval>>(all.begin(), recent);
  }
  entry.shared.recent = std::make_shared<const std::vector<Interval>>(recent, all.end());
}

void StateStage::save_past(Writer& out) const {
  write_bytes(out, past_shown_at_);
  write_bytes(out, is_past_changed_);
  const auto pasts = std::count_if(links_.begin(), links_.end(),
                                   [](const auto& link) { return link.second.past.has_value(); });
  out.variable(static_cast<std::uint64_t>(pasts));
  for (const auto& [source, link] : links_)
    if (link.past) write_bytes(out, *link.past);
  for (const Entry& entry : machines_) {
    write_bytes(out, entry.is_past_changed);
    write_bytes(out, entry.filling.has_value());
    if (entry.filling) entry.filling->save(out);
  }
}

// A snapshot of before there was a past ends here.
Outcome StateStage::load_past(Reader& in) {
  if (in.is_at_end()) return Done{};
  TRY(read_bytes(in, past_shown_at_));
  TRY(read_bytes(in, is_past_changed_));
  const std::uint64_t pasts = TRY(in.variable());
  for (std::uint64_t i = 0; i < pasts; ++i) {
    fact::SourceProgressed past;
    TRY(read_bytes(in, past));
    links_[past.source].past = past;
  }
  for (Entry& entry : machines_) {
    bool has_filling = false;
    TRY(read_bytes(in, entry.is_past_changed));
    TRY(read_bytes(in, has_filling));
    entry.filling.reset();
    if (!has_filling) continue;
    if (!entry.timeline) return fail(Code::corrupt, "a past is stored of a machine without states");
    entry.filling = TRY(Filling::load(in, entry.timeline->rules()));
    fill_row(entry);
  }
  return Done{};
}

}  // namespace millwright::watch::state
