#include "watch/stop/stops.hpp"

#include <algorithm>
#include <iterator>

#include "model/described_bytes.hpp"

namespace millwright::watch::stop {

bool is_stop(MachineState state) {
  switch (state) {
    case MachineState::stopped:
    case MachineState::idle:
    case MachineState::setup:
    case MachineState::blocked:
    case MachineState::starved:
      return true;
    default:
      return false;
  }
}

namespace {

// States that are no stops are one to this module.
MachineState kept(MachineState state) {
  return is_stop(state) ? state : MachineState::running;
}

// A set-up, a full store and an empty one explain themselves.
bool asks_for_reason(MachineState state) {
  return state == MachineState::stopped || state == MachineState::idle;
}

}  // namespace

void Stops::put(Instant from, Piece piece) {
  const auto next = pieces_.lower_bound(from);
  if (next != pieces_.begin()) {
    const Piece& before = std::prev(next)->second;
    if (before.state == piece.state && before.why == piece.why) {
      if (next != pieces_.end() && next->first == from) pieces_.erase(next);
      return;
    }
  }
  pieces_[from] = std::move(piece);
}

void Stops::hear(const fact::StateChanged& changed) {
  Piece after{MachineState::running, {}};
  if (changed.until) {  // What was so at the end goes on.
    const auto next = pieces_.upper_bound(*changed.until);
    if (next != pieces_.begin()) after = std::prev(next)->second;
  }
  pieces_.erase(pieces_.lower_bound(changed.from),
                changed.until ? pieces_.lower_bound(*changed.until) : pieces_.end());
  const MachineState state = kept(changed.state);
  const bool had_after = changed.until && !pieces_.contains(*changed.until);
  put(changed.from, {state, is_stop(state) ? changed.why : std::string()});
  if (changed.until) {
    if (had_after) {
      pieces_[*changed.until] = std::move(after);
    }
    const auto end = pieces_.find(*changed.until);
    const bool is_same = end != pieces_.begin() &&
                         std::prev(end)->second.state == end->second.state &&
                         std::prev(end)->second.why == end->second.why;
    if (is_same) pieces_.erase(end);
  }
  while (pieces_.size() > pieces_max)
    pieces_.erase(pieces_.begin());
}

// Neighbours of one state are one stop, whatever rule says so.
Stops::Span Stops::span_of(Pieces::const_iterator piece) const {
  Span span{piece->first, std::nullopt};
  for (auto i = piece; i != pieces_.begin() && std::prev(i)->second.state == piece->second.state;)
    span.from = (--i)->first;
  auto end = std::next(piece);
  while (end != pieces_.end() && end->second.state == piece->second.state)
    ++end;
  if (end != pieces_.end()) span.to = end->first;
  return span;
}

Stops::Pieces::const_iterator Stops::stop_at(Instant at) const {
  const auto next = pieces_.upper_bound(at);
  if (next == pieces_.begin() || !is_stop(std::prev(next)->second.state)) return pieces_.end();
  return pieces_.find(span_of(std::prev(next)).from);
}

// The stop that holds the start of what was explained, else the first that overlaps it.
Stops::Pieces::const_iterator Stops::stop_of(const Explanation& explanation) const {
  const auto holds_start = stop_at(explanation.from);
  if (holds_start != pieces_.end()) return holds_start;
  for (auto i = pieces_.upper_bound(explanation.from);
       i != pieces_.end() && i->first < explanation.until; ++i)
    if (is_stop(i->second.state)) return i;
  return pieces_.end();
}

void Stops::explain(const fact::StopExplained& explained, Instant said) {
  Explanation is{explained.from,   explained.from, said,
                 explained.reason, explained.note, explained.who};
  const auto stop = stop_at(explained.from);
  if (stop != pieces_.end()) {
    const Span span = span_of(stop);
    is.from = span.from;
    is.until = std::max(span.to.value_or(said), span.from);
  }
  explanations_.emplace(is.from, std::move(is));
  if (explanations_.size() > explanations_max) explanations_.erase(explanations_.begin());
}

void Stops::forget_before(Instant floor) {
  const auto next = pieces_.upper_bound(floor);
  if (next != pieces_.begin()) pieces_.erase(pieces_.begin(), std::prev(next));
  explanations_.erase(explanations_.begin(), explanations_.lower_bound(floor));
}

std::vector<Stop> Stops::between(Instant from, Instant to, Instant now, const StopRules& rules,
                                 std::size_t* short_ones) const {
  // Of several explanations of one stop the last that was said holds.
  std::map<Instant, const Explanation*> of_stop;
  std::vector<Stop> out;
  for (const auto& [at, explanation] : explanations_) {
    const auto stop = stop_of(explanation);
    if (stop == pieces_.end()) {
      const bool is_asked = at <= to && explanation.until >= from && !explanation.reason.empty();
      if (is_asked)
        out.push_back({at, explanation.until, MachineState::running, "late data: it did not stand",
                       &explanation, false, true});
      continue;
    }
    const Explanation*& last = of_stop[stop->first];
    if (last == nullptr || last->said <= explanation.said) last = &explanation;
  }
  auto first = pieces_.upper_bound(from);
  if (first != pieces_.begin()) first = pieces_.find(span_of(std::prev(first)).from);
  for (auto i = first; i != pieces_.end() && i->first <= to;) {
    const Span span = span_of(i);
    const auto next = span.to ? pieces_.find(*span.to) : pieces_.end();
    Stop stop{span.from, span.to, i->second.state, i->second.why};
    i = next;
    if (!is_stop(stop.state) || (stop.to && *stop.to <= from)) continue;
    const Duration length = std::max(stop.to.value_or(now), stop.from) - stop.from;
    const auto told = of_stop.find(stop.from);
    const bool is_explained = told != of_stop.end() && !told->second->reason.empty();
    if (is_explained) stop.explanation = told->second;
    stop.needs_reason =
        !is_explained && asks_for_reason(stop.state) && length >= rules.needs_reason_after;
    if (length < rules.micro_stop && !is_explained) {
      if (short_ones != nullptr && stop.to) ++*short_ones;
      if (stop.to) continue;
    }
    out.push_back(std::move(stop));
  }
  std::sort(out.begin(), out.end(), [](const Stop& a, const Stop& b) { return a.from < b.from; });
  return out;
}

void Stops::save(Writer& out) const {
  out.variable(pieces_.size());
  for (const auto& [from, piece] : pieces_) {
    write_bytes(out, from);
    write_bytes(out, piece.state);
    out.text(piece.why);
  }
  out.variable(explanations_.size());
  for (const auto& [from, explanation] : explanations_)
    write_bytes(out, explanation);
}

Outcome Stops::load(Reader& in) {
  pieces_.clear();
  const std::uint64_t pieces = TRY(in.variable());
  for (std::uint64_t i = 0; i < pieces; ++i) {
    Instant from{};
    Piece piece;
    TRY(read_bytes(in, from));
    TRY(read_bytes(in, piece.state));
    piece.why = TRY(in.text());
    pieces_.emplace(from, std::move(piece));
  }
  explanations_.clear();
  const std::uint64_t explanations = TRY(in.variable());
  for (std::uint64_t i = 0; i < explanations; ++i) {
    Explanation explanation;
    TRY(read_bytes(in, explanation));
    explanations_.emplace(explanation.from, std::move(explanation));
  }
  return Done{};
}

}  // namespace millwright::watch::stop
