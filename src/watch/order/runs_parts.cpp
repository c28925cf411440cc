#include <algorithm>
#include <iterator>

#include "model/described_bytes.hpp"
#include "watch/order/runs.hpp"

namespace millwright::watch::order {

// Parts of the runs, what is forgotten, and the snapshot.

// A part that is finished when the order changes is of the order before; what a person tells when
// he starts one is of the new one.
std::size_t Runs::run_at(Instant at, CountedBy by) const {
  const auto next = by == CountedBy::counter
                        ? std::lower_bound(runs_.begin(), runs_.end(), at,
                                           [](const Run& run, Instant t) { return run.from < t; })
                        : std::upper_bound(runs_.begin(), runs_.end(), at,
                                           [](Instant t, const Run& run) { return t < run.from; });
  return next == runs_.begin() ? 0 : static_cast<std::size_t>(next - runs_.begin()) - 1;
}

void Runs::add(PartKind kind, Instant at, const Step& step, std::int64_t sign) {
  Parts* parts = nullptr;
  if (step.order.empty()) {
    const std::size_t run = run_at(at, step.by);
    changed(run);
    parts = &runs_[run].parts;
  } else {
    parts = &reported_[step.order];
  }
  (kind == PartKind::good ? parts->good : parts->scrap) += sign * step.parts;
}

void Runs::count(const fact::PartsMade& made, const std::string& order) {
  if (made.at <= floor_) {
    ++unused_rows_;
    return;
  }
  Steps& steps = made.kind == PartKind::good ? good_ : scrap_;
  if (made.by == CountedBy::counter) {
    auto step = steps.upper_bound(made.after);
    while (step != steps.end() && step->first <= made.at) {
      if (step->second.by == CountedBy::person) {
        ++step;
        continue;
      }
      add(made.kind, step->first, step->second, -1);
      step = steps.erase(step);
    }
  }
  if (made.parts == 0) return;
  Step step{made.after, made.parts, made.by, order};
  if (runs_[run_at(made.at, made.by)].order == order) step.order.clear();
  add(made.kind, made.at, step, 1);
  steps.emplace(made.at, std::move(step));
  if (steps.size() <= steps_max) return;
  const auto oldest = steps.begin();  // It stays counted in the run that it is of now.
  if (oldest->second.order.empty()) {
    Parts& kept = settled_[runs_[run_at(oldest->first, oldest->second.by)].from];
    (made.kind == PartKind::good ? kept.good : kept.scrap) += oldest->second.parts;
  }
  steps.erase(oldest);
}

void Runs::recount() {
  for (Run& run : runs_)
    run.parts = {};
  for (const auto& [from, parts] : settled_) {
    Parts& run = runs_[run_at(from, CountedBy::person)].parts;
    run.good += parts.good;
    run.scrap += parts.scrap;
  }
  for (const auto& [from, parts] : past_parts_) {
    Parts& run = runs_[run_at(from, CountedBy::person)].parts;
    run.good += parts.good;
    run.scrap += parts.scrap;
  }
  for (const Steps* steps : {&good_, &scrap_}) {
    for (const auto& [at, step] : *steps) {
      if (!step.order.empty()) continue;
      Parts& run = runs_[run_at(at, step.by)].parts;
      (steps == &good_ ? run.good : run.scrap) += step.parts;
    }
  }
}

Parts Runs::parts_of(const std::string& order) const {
  Parts all;
  const auto reported = reported_.find(order);
  if (reported != reported_.end()) all = reported->second;
  for (const Run& run : runs_) {
    if (run.order != order) continue;
    all.good += run.parts.good;
    all.scrap += run.parts.scrap;
  }
  return all;
}

std::int64_t Runs::good_between(Instant after, Instant until) const {
  std::int64_t parts = 0;
  for (auto step = good_.upper_bound(after); step != good_.end() && step->first <= until; ++step)
    if (step->second.order.empty()) parts += step->second.parts;
  return parts;
}

std::vector<Run> Runs::forget(Instant now) {
  const Instant floor = now - windows_.late;
  std::vector<Run> gone;
  if (floor <= floor_) return gone;
  for (const Run& run : fold())
    if (run.from <= floor) base_ = run;
  base_.ending = Ending::open;
  for (Steps* steps : {&good_, &scrap_}) {
    while (!steps->empty() && steps->begin()->first <= floor) {
      const auto& [at, step] = *steps->begin();
      if (step.order.empty()) {
        Parts& kept = settled_[runs_[run_at(at, step.by)].from];
        (steps == &good_ ? kept.good : kept.scrap) += step.parts;
      }
      steps->erase(steps->begin());
    }
  }
  floor_ = floor;
  moves_.erase(moves_.begin(), moves_.upper_bound(floor));
  for (Told* told : {&orders_, &products_, &quantities_})
    told->forget_before(floor);
  const Instant oldest = now - windows_.kept;
  std::size_t drop = 0;
  while (drop + 1 < runs_.size() && runs_[drop + 1].from <= oldest && runs_[drop].from < base_.from)
    ++drop;
  if (drop == 0) return gone;
  gone.assign(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(drop));
  runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(drop));
  settled_.erase(settled_.begin(), settled_.lower_bound(runs_.front().from));
  past_parts_.erase(past_parts_.begin(), past_parts_.lower_bound(runs_.front().from));
  changed(0);
  return gone;
}

void Runs::save(Writer& out) const {
  for (const Told* told : {&orders_, &products_, &quantities_})
    told->save(out);
  out.variable(moves_.size());
  for (const auto& [at, moved] : moves_) {
    write_bytes(out, at);
    write_bytes(out, moved);
  }
  write_bytes(out, base_);
  write_bytes(out, floor_);
  write_bytes(out, runs_);
  for (const Steps* steps : {&good_, &scrap_}) {
    out.variable(steps->size());
    for (const auto& [at, step] : *steps) {
      write_bytes(out, at);
      write_bytes(out, step);
    }
  }
  out.variable(settled_.size());
  for (const auto& [from, parts] : settled_) {
    write_bytes(out, from);
    write_bytes(out, parts);
  }
  write_bytes(out, reported_);
  write_bytes(out, unused_rows_);
}

namespace {

// Entries of a map by time, as save() wrote them.
template <class Map>
Outcome load_entries(Reader& in, Map& map) {
  map.clear();
  const std::uint64_t count = TRY(in.variable());
  for (std::uint64_t i = 0; i < count; ++i) {
    Instant at{};
    typename Map::mapped_type value{};
    TRY(read_bytes(in, at));
    TRY(read_bytes(in, value));
    map.emplace(at, std::move(value));
  }
  return Done{};
}

}  // namespace

Outcome Runs::load(Reader& in) {
  for (Told* told : {&orders_, &products_, &quantities_})
    TRY(told->load(in));
  TRY(load_entries(in, moves_));
  TRY(read_bytes(in, base_));
  TRY(read_bytes(in, floor_));
  TRY(read_bytes(in, runs_));
  if (runs_.empty()) return fail(Code::corrupt, "stored runs of a machine are empty");
  TRY(load_entries(in, good_));
  TRY(load_entries(in, scrap_));
  TRY(load_entries(in, settled_));
  TRY(read_bytes(in, reported_));
  TRY(read_bytes(in, unused_rows_));
  changed_from_ = 0;
  is_touched_ = false;
  return Done{};
}

}  // namespace millwright::watch::order
