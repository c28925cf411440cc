#include "watch/order/runs.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace millwright::watch::order {
namespace {

constexpr std::size_t number_bytes_max = 64;

// What others hear of a run: a paused order is not worked on.
RunDifference said_of(const Run& run) {
  return {run.from, std::nullopt, run.state == RunState::started ? run.order : std::string(),
          run.product};
}

bool says_the_same(const RunDifference& a, const RunDifference& b) {
  return a.order == b.order && a.product == b.product;
}

}  // namespace

std::vector<RunDifference> pieces_of(const std::vector<Run>& runs) {
  std::vector<RunDifference> out;
  for (const Run& run : runs) {
    RunDifference said = said_of(run);
    if (!out.empty() && says_the_same(out.back(), said)) continue;
    if (!out.empty()) out.back().until = said.from;
    out.push_back(std::move(said));
  }
  return out;
}

std::vector<RunDifference> differences_of(const std::vector<RunDifference>& was,
                                          std::vector<RunDifference> is) {
  std::erase_if(is, [&](const RunDifference& piece) {
    return std::any_of(was.begin(), was.end(), [&](const RunDifference& old) {
      return says_the_same(old, piece) && old.from <= piece.from &&
             (!old.until || (piece.until && *piece.until <= *old.until));
    });
  });
  return is;
}

std::vector<RunDifference> differences(const std::vector<Run>& was, const std::vector<Run>& is) {
  return differences_of(pieces_of(was), pieces_of(is));
}

Runs::Runs(const RunWindows& windows, Instant begin) : windows_(windows) {
  base_.from = begin;
  floor_ = begin - Duration(1);
  runs_.push_back(base_);
}

bool Runs::is_placed(Instant at, Instant now) {
  if (at > floor_ && at <= now + windows_.ahead) return true;
  ++unused_rows_;
  return false;
}

// Beside a past it begins where something is known: that may turn out to be earlier.
void Runs::begin_before(Instant at) {
  if (is_begun() && at < base_.from) base_.from = std::max(at, past_until_);
}

void Runs::hear_order(Instant at, std::string_view number, Instant now) {
  if (number.size() > number_bytes_max) {
    ++unused_rows_;
    return;
  }
  if (!is_placed(at, now)) return;
  begin_before(at);
  if (orders_.put(at, number)) is_touched_ = true;
}

void Runs::hear_product(Instant at, std::string_view product, Instant now) {
  const std::string_view name = product.substr(0, number_bytes_max);
  if (!is_placed(at, now)) return;
  begin_before(at);
  if (products_.put(at, name)) is_touched_ = true;
}

void Runs::hear_quantity(Instant at, std::string_view parts, Instant now) {
  if (is_placed(at, now) && quantities_.put(at, parts)) changed(runs_.size() - 1);
}

void Runs::move(Instant at, const fact::OrderMoved& moved) {
  at = std::max(at, floor_);
  while (moves_.contains(at))
    at += Duration(1);  // One after the other, also where a clock stands still.
  moves_.emplace(at, moved);
  if (moves_.size() > moves_max) moves_.erase(moves_.begin());
  is_touched_ = true;
}

// Orders of the machine as tags and people told them; the first holds at the floor.
std::vector<Run> Runs::fold() const {
  std::vector<Run> runs{base_};
  const auto& rows = orders_.rows();
  std::string_view before = orders_.at(floor_);
  auto row = rows.upper_bound(floor_);
  auto move = moves_.begin();
  while (row != rows.end() || move != moves_.end()) {
    const bool is_tag = row != rows.end() && (move == moves_.end() || row->first <= move->first);
    if (is_tag) {
      if (row->second != before) take_tag(runs, std::max(row->first, base_.from), row->second);
      before = row->second;
      ++row;
    } else {
      take_move(runs, std::max(move->first, base_.from), move->second);
      ++move;
    }
  }
  return runs;
}

void Runs::take_tag(std::vector<Run>& runs, Instant at, std::string_view number) const {
  Run next{at, std::string(number), {}, RunState::started, ToldBy::tag, Ending::open, {}};
  if (number.empty()) next.state = RunState::none;
  append(runs, std::move(next), Ending::done);
}

void Runs::take_move(std::vector<Run>& runs, Instant at, const fact::OrderMoved& moved) {
  const Run& now = runs.back();
  Run next{at, moved.order, {}, RunState::started, moved.how, Ending::open, {}};
  if (moved.to == OrderState::started) return append(runs, std::move(next), Ending::left);
  if (now.order != moved.order || now.state == RunState::none) return;
  next.state = moved.to == OrderState::paused ? RunState::paused : RunState::none;
  if (next.state == RunState::none) next.order.clear();
  const bool is_done = moved.to == OrderState::done || moved.to == OrderState::closed;
  append(runs, std::move(next), is_done ? Ending::done : Ending::left);
}

void Runs::append(std::vector<Run>& runs, Run next, Ending ending) {
  const auto same = [&](const Run& run) {
    return run.order == next.order && run.state == next.state;
  };
  if (same(runs.back())) return;
  if (runs.back().from == next.from) {
    runs.pop_back();
    if (!runs.empty() && same(runs.back())) {
      runs.back().ending = Ending::open;
      return;
    }
  }
  if (!runs.empty()) runs.back().ending = ending;
  runs.push_back(std::move(next));
}

// A described order has one product. Of another the product is what the tag tells, which may change
// while it runs.
std::vector<Run> Runs::with_products(const std::vector<Run>& folded,
                                     const ProductOf& product_of) const {
  std::vector<Run> out;
  for (const Run& run : runs_)  // What lies before the base stands.
    if (run.from < base_.from) out.push_back(run);
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const Instant until = i + 1 < folded.size() ? folded[i + 1].from : Instant::max();
    Run run = folded[i];
    run.product = run.order.empty() ? std::string() : product_of(run.order);
    if (!run.product.empty()) {
      out.push_back(std::move(run));
    } else {
      add_told_products(out, std::move(run), until);
    }
  }
  return out;
}

void Runs::add_told_products(std::vector<Run>& out, Run run, Instant until) const {
  const Ending ending = std::exchange(run.ending, Ending::open);  // of its last piece
  Instant looked = std::min(run.from + windows_.settling, until - Duration(1));
  if (run.from <= floor_) {  // It was split before the floor as it was told then.
    bool is_kept = false;
    for (const Run& old : runs_) {
      if (old.from < run.from || old.from > floor_ || old.order != run.order) continue;
      out.push_back(old);
      out.back().ending = Ending::open;
      is_kept = true;
    }
    if (is_kept) {
      run = out.back();
      out.pop_back();
      looked = std::max(looked, floor_);
    } else {
      run.product = products_.at(looked);
    }
  } else {
    run.product = products_.at(looked);
  }
  const auto& rows = products_.rows();
  for (auto row = rows.upper_bound(looked); row != rows.end() && row->first < until; ++row) {
    if (row->second == run.product || row->second.empty()) continue;
    out.push_back(run);
    run.from = row->first;
    run.product = row->second;
  }
  run.ending = ending;
  out.push_back(std::move(run));
}

std::vector<RunDifference> Runs::settle(const ProductOf& product_of) {
  if (!is_touched_) return {};
  is_touched_ = false;
  std::vector<Run> is = with_products(fold(), product_of);
  std::vector<RunDifference> changes = differences(runs_, is);
  std::vector<Run> was = std::move(runs_);
  runs_ = std::move(is);
  if (runs_.size() > runs_max)
    runs_.erase(runs_.begin(), runs_.end() - static_cast<std::ptrdiff_t>(runs_max));
  std::size_t same = 0;
  const auto is_same = [](const Run& a, const Run& b) {
    return a.from == b.from && a.order == b.order && a.product == b.product && a.state == b.state &&
           a.ending == b.ending;
  };
  while (same < was.size() && same < runs_.size() && is_same(was[same], runs_[same]))
    ++same;
  changed(same == 0 ? 0 : same - 1);
  recount();
  return changes;
}

Instant Runs::on_it_since() const {
  Instant since = runs_.back().from;
  for (auto run = runs_.rbegin(); run != runs_.rend() && run->order == runs_.back().order; ++run)
    since = run->from;
  return since;
}

std::optional<std::uint64_t> Runs::quantity(std::size_t index) const {
  const Run& run = runs_[index];
  const bool is_last = index + 1 == runs_.size();
  const auto next =
      is_last ? quantities_.rows().end() : quantities_.rows().lower_bound(runs_[index + 1].from);
  if (run.state == RunState::none || next == quantities_.rows().begin()) return std::nullopt;
  const auto last = std::prev(next);
  if (last->first < run.from && run.from - last->first > windows_.settling &&
      run.how != ToldBy::tag)
    return std::nullopt;  // Told of another order.
  std::uint64_t parts = 0;
  const std::string& text = last->second;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), parts);
  if (read.ec != std::errc() || parts == 0) return std::nullopt;
  return parts;
}

std::size_t Runs::take_changed() {
  return std::exchange(changed_from_, runs_.size());
}

}  // namespace millwright::watch::order
