// What leaves the stage: the view, the snapshot.
#include <algorithm>
#include <cmath>

#include "model/described_bytes.hpp"
#include "watch/count/stage.hpp"

namespace millwright::watch::count {

void CountStage::find_day() {
  if (now_ < day_until_) return;
  day_ = midnight(now_, zone_);
  day_until_ = midnight(day_ + 36h, zone_);  // Longer than any day, shorter than any two.
}

void CountStage::fill_row(Entry& entry) {
  find_day();
  const bool has_reject = !entry.section.reject.empty();
  const Counter& good = entry.good.live();
  const Counter& reject = entry.reject.live();
  std::int64_t told_good = 0, told_scrap = 0;
  for (const Report& report : entry.reports) {
    if (report.at <= day_) continue;
    told_good += report.good;
    told_scrap += report.scrap;
  }
  const auto whole = [&](const Counter& counter, std::int64_t told) {
    const std::int64_t sum = std::llround(counter.parts(day_, now_)) + told;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0));
  };
  CountRow row;
  row.at = now_;
  row.window = entry.section.window;
  row.ideal_rate = entry.ideal_rate;
  if (good.is_heard()) {
    if (!entry.is_lost) row.rate = rate_of(good, now_, row.window);
    row.counted_from = std::max(day_, good.first());
  }
  if (good.is_heard() || !entry.counts_good()) row.good = whole(good, told_good);
  const bool is_reject_known = has_reject ? reject.is_heard() : !entry.reports.empty();
  if (is_reject_known) row.reject = whole(reject, told_scrap);
  auto trouble = good.trouble_after(day_);
  if (!trouble && has_reject) trouble = reject.trouble_after(day_);
  if (trouble) {
    row.trouble = trouble->what;
    row.trouble_at = trouble->at;
  }
  const std::size_t slot = table_.slot(entry.path);
  const CountRow& shown = table_.at(slot);
  const bool is_same = shown.window == row.window && shown.rate == row.rate &&
                       shown.ideal_rate == row.ideal_rate && shown.good == row.good &&
                       shown.reject == row.reject && shown.trouble == row.trouble &&
                       shown.counted_from == row.counted_from;
  if (!is_same) table_.edit(slot) = std::move(row);
}

void CountStage::save(Writer& out) const {
  write_bytes(out, now_);
  write_bytes(out, ticks_at_);
  out.variable(machines_.size());
  for (const Entry& entry : machines_) {
    out.text(entry.path);
    entry.good.save(out);
    entry.reject.save(out);
    out.variable(entry.reports.size());
    for (const Report& report : entry.reports) {
      write_bytes(out, report.at);
      out.fixed(report.good);
      out.fixed(report.scrap);
    }
    write_bytes(out, entry.source);
    write_bytes(out, entry.is_lost);
  }
  write_bytes(out, past_sources_);
  write_bytes(out, is_waking_to_say_);
  out.variable(waiting_.size());
  for (const fact::PartsMade& made : waiting_)
    write_bytes(out, made);
  out.variable(keys_.size());
  for (const auto& [heard, key] : keys_) {
    write_bytes(out, heard);
    out.text(key);
  }
}

Outcome CountStage::load_machine(Reader& in, Entry& entry) {
  if (TRY(in.text()) != entry.path)
    return fail(Code::corrupt, "the stored counts do not fit the plant file");
  entry.id = directory_.find_machine(entry.path);
  TRY(entry.good.load(in));
  TRY(entry.reject.load(in));
  entry.reports.clear();
  const std::uint64_t reports = TRY(in.variable());
  for (std::uint64_t i = 0; i < reports; ++i) {
    Report report{};
    TRY(read_bytes(in, report.at));
    report.good = TRY(in.fixed<std::int64_t>());
    report.scrap = TRY(in.fixed<std::int64_t>());
    entry.reports.push_back(report);
  }
  TRY(read_bytes(in, entry.source));
  return read_bytes(in, entry.is_lost);
}

Outcome CountStage::load(Reader& in) {
  TRY(read_bytes(in, now_));
  TRY(read_bytes(in, ticks_at_));
  day_until_ = {};
  if (TRY(in.variable()) != machines_.size())
    return fail(Code::corrupt, "the stored counts are of another number of machines");
  for (Entry& entry : machines_) {
    TRY(load_machine(in, entry));
    fill_row(entry);
  }
  TRY(read_bytes(in, past_sources_));
  TRY(read_bytes(in, is_waking_to_say_));
  waiting_.clear();
  const std::uint64_t waiting = TRY(in.variable());
  for (std::uint64_t i = 0; i < waiting; ++i)
    TRY(read_bytes(in, waiting_.emplace_back()));
  keys_.clear();
  known_keys_.clear();
  const std::uint64_t keys = TRY(in.variable());
  for (std::uint64_t i = 0; i < keys; ++i) {
    auto& [heard, key] = keys_.emplace_back();
    TRY(read_bytes(in, heard));
    key = TRY(in.text());
    known_keys_.insert(key);
  }
  return Done{};
}

std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory) {
  return std::make_unique<CountStage>(directory);
}

}  // namespace millwright::watch::count
