#include "watch/state/filling.hpp"

#include <algorithm>
#include <utility>

#include "model/described_bytes.hpp"

namespace millwright::watch::state {
namespace {

// The intervals of the past are the live front's, once they are said: here they stay as long as
// late rows can change them.
constexpr Windows windows_of_past{.intervals = Windows{}.rows + 1h};
constexpr Duration step = 1h;  // of event time, in which a batch is judged

}  // namespace

Filling::Filling(Rules rules, SourceId source, Instant begin, Instant until)
    : timeline_(std::move(rules), begin, windows_of_past),
      source_(source),
      begin_(begin),
      until_(std::max(begin, until)),
      said_until_(begin),
      newest_(begin) {}

void Filling::end_at(Instant until) {
  until_ = std::clamp(until, said_until_, until_);
}

void Filling::hear(std::size_t input, const RawValue& raw) {
  if (is_done_ || raw.at >= until_ || raw.at < begin_) {
    ++unused_rows_;
    return;
  }
  waiting_.push_back({input, raw});
}

std::vector<Change> Filling::settle() {
  std::vector<Change> out;
  std::stable_sort(waiting_.begin(), waiting_.end(),
                   [](const Waiting& a, const Waiting& b) { return a.raw.at < b.raw.at; });
  Instant next = newest_ + step;
  for (const Waiting& row : waiting_) {
    if (row.raw.at >= next) {
      settle_up_to(newest_, out);
      next = row.raw.at + step;
    }
    newest_ = std::max(newest_, row.raw.at);
    timeline_.hear(row.input, row.raw, source_, until_);
  }
  waiting_.clear();
  if (!is_done_) settle_up_to(newest_, out);
  return out;
}

void Filling::settle_up_to(Instant reached, std::vector<Change>& out) {
  if (timeline_.needs_settling(reached)) add_ended(timeline_.settle(reached), std::nullopt, out);
}

std::vector<Change> Filling::finish(Instant reached) {
  if (is_done_) return {};
  std::vector<Change> out = settle();
  is_done_ = true;
  const Instant end = std::clamp(reached, said_until_, until_);
  const std::vector<Change> changes = timeline_.settle(std::max(newest_, end - Duration(1)));
  add_ended(changes, end, out);
  // Its rows are of no more use; the count of those that were not used stays.
  unused_rows_ += timeline_.unused_rows();
  timeline_ = Timeline(timeline_.rules(), until_, windows_of_past);
  timeline_.settle(until_);
  return out;
}

// `end`: where the interval that goes on ends; absent, it waits.
void Filling::add_ended(const std::vector<Change>& changes, std::optional<Instant> end,
                        std::vector<Change>& out) {
  for (const Change& change : changes) {
    if (change.interval.from >= said_until_) break;
    out.push_back(change);
    out.back().until = std::min(change.until.value_or(said_until_), said_until_);
  }
  const std::vector<Interval>& all = timeline_.intervals();
  auto at = std::upper_bound(all.begin(), all.end(), said_until_,
                             [](Instant time, const Interval& i) { return time < i.from; });
  if (at != all.begin()) --at;
  for (; at != all.end(); ++at) {
    const std::optional<Instant> until =
        std::next(at) != all.end() ? std::optional(std::next(at)->from) : end;
    if (!until || *until <= said_until_) continue;
    out.push_back({*at, std::min(*until, until_)});
    out.back().interval.from = std::max(at->from, said_until_);
    said_until_ = *out.back().until;
  }
}

void Filling::save(Writer& out) const {
  write_bytes(out, source_);
  write_bytes(out, begin_);
  write_bytes(out, until_);
  write_bytes(out, said_until_);
  write_bytes(out, newest_);
  write_bytes(out, unused_rows_);
  write_bytes(out, is_done_);
  timeline_.save(out);
}

Result<Filling> Filling::load(Reader& in, const Rules& rules) {
  SourceId source{};
  Instant begin, until;
  TRY(read_bytes(in, source));
  TRY(read_bytes(in, begin));
  TRY(read_bytes(in, until));
  Filling filling(rules, source, begin, until);
  TRY(read_bytes(in, filling.said_until_));
  TRY(read_bytes(in, filling.newest_));
  TRY(read_bytes(in, filling.unused_rows_));
  TRY(read_bytes(in, filling.is_done_));
  TRY(filling.timeline_.load(in));
  return filling;
}

}  // namespace millwright::watch::state
