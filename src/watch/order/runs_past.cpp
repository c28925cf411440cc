#include <algorithm>

#include "model/described_bytes.hpp"
#include "watch/order/runs.hpp"

namespace millwright::watch::order {

// What a past that is filled in puts before that which was heard live.

namespace {

bool is_same(const Run& a, const Run& b) {
  return a.from == b.from && a.order == b.order && a.product == b.product && a.state == b.state &&
         a.ending == b.ending;
}

}  // namespace

// Before anything was heard there is a run without an order: it makes room.
Instant Runs::make_room(Instant until) {
  const bool is_none = runs_.front().from == Instant{} && runs_.front().order.empty() &&
                       runs_.front().product.empty();
  Instant known = runs_.front().from;
  if (is_none) known = runs_.size() > 1 ? runs_[1].from : until;
  known = std::min(known, until);
  if (!is_begun()) {
    base_.from = known;
    is_touched_ = true;
  }
  return known;
}

void Runs::put_past(const std::vector<Run>& runs, Instant until) {
  if (runs.empty()) return;
  until = std::min(until, base_.from);
  past_until_ = std::max(past_until_, until);
  std::vector<Run> is;
  for (const Run& run : runs_)
    if (run.from < runs.front().from) is.push_back(run);
  for (const Run& run : runs)
    if (run.from < until) is.push_back(run);
  const std::size_t after = is.size();
  for (const Run& run : runs_)
    if (run.from >= until) is.push_back(run);
  if (after == is.size() || is[after].from != until) {  // What was then is not told yet.
    Run none;
    none.from = until;
    is.insert(is.begin() + static_cast<std::ptrdiff_t>(after), none);
  }
  if (is.size() > runs_max)
    is.erase(is.begin(), is.begin() + static_cast<std::ptrdiff_t>(is.size() - runs_max));
  const auto [was_end, is_end] =
      std::mismatch(runs_.begin(), runs_.end(), is.begin(), is.end(), is_same);
  if (was_end == runs_.end() && is_end == is.end()) return;
  const auto same = static_cast<std::size_t>(is_end - is.begin());
  runs_ = std::move(is);
  changed(same == 0 ? 0 : same - 1);
  recount();
}

void Runs::put_past_parts(std::span<const Run> runs, Instant until) {
  if (runs.empty()) return;
  bool is_changed = false;
  auto kept = past_parts_.lower_bound(runs.front().from);
  for (const Run& run : runs) {
    while (kept != past_parts_.end() && kept->first < run.from) {
      kept = past_parts_.erase(kept);
      is_changed = true;
    }
    if (kept == past_parts_.end() || kept->first != run.from)
      kept = past_parts_.emplace_hint(kept, run.from, Parts{});
    is_changed = is_changed || !(kept->second == run.parts);
    kept->second = run.parts;
    changed(run_at(run.from, CountedBy::person));
    ++kept;
  }
  const auto end = past_parts_.upper_bound(until);
  is_changed = is_changed || kept != end;
  past_parts_.erase(kept, end);
  if (is_changed) recount();
}

void Runs::save_unsettled(Writer& out) const {
  write_bytes(out, is_touched_);
  write_bytes(out, std::uint64_t{changed_from_});
}

Outcome Runs::load_unsettled(Reader& in) {
  std::uint64_t changed_from = 0;
  TRY(read_bytes(in, is_touched_));
  TRY(read_bytes(in, changed_from));
  changed_from_ = std::min<std::size_t>(changed_from, runs_.size());
  return Done{};
}

void Runs::save_past(Writer& out) const {
  out.variable(past_parts_.size());
  for (const auto& [from, parts] : past_parts_) {
    write_bytes(out, from);
    write_bytes(out, parts);
  }
  write_bytes(out, past_until_);
}

Outcome Runs::load_past(Reader& in) {
  past_parts_.clear();
  const std::uint64_t runs = TRY(in.variable());
  for (std::uint64_t i = 0; i < runs; ++i) {
    Instant from;
    TRY(read_bytes(in, from));
    TRY(read_bytes(in, past_parts_[from]));
  }
  return read_bytes(in, past_until_);
}

}  // namespace millwright::watch::order
