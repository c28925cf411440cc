#include "watch/oee/log.hpp"

#include <algorithm>
#include <limits>

#include "model/described_bytes.hpp"

namespace millwright::watch::oee {
namespace {

constexpr std::size_t walk_max = 10'000;  // pieces of one standstill that are looked through

constexpr auto counts_before = [](Instant when, const Count& count) { return when < count.at; };

std::int32_t bounded(std::int64_t parts) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(
      parts, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

void save_counts(Writer& out, const std::vector<Count>& counts) {
  out.variable(counts.size());
  std::uint64_t before = 0;
  for (const Count& count : counts) {
    out.variable(static_cast<std::uint64_t>(nanoseconds(count.at)) - before);
    before = static_cast<std::uint64_t>(nanoseconds(count.at));
    out.fixed(count.parts);
  }
}

Outcome load_counts(Reader& in, std::vector<Count>& counts) {
  counts.clear();
  std::uint64_t time = 0;
  const std::uint64_t size = TRY(in.variable());
  for (std::uint64_t i = 0; i < size; ++i) {
    time += TRY(in.variable());
    counts.push_back({instant(static_cast<std::int64_t>(time)), TRY(in.fixed<std::int32_t>())});
  }
  return Done{};
}

void forget_counts(std::vector<Count>& counts, Instant floor) {
  std::size_t gone = counts.size() > Log::counts_max ? counts.size() - Log::counts_max : 0;
  while (gone < counts.size() && counts[gone].at < floor)
    ++gone;
  counts.erase(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(gone));
}

}  // namespace

bool is_working(Doing doing) {
  return doing.state == MachineState::running || doing.state == MachineState::slow;
}

bool is_planned(Doing doing) {
  if (doing.state == MachineState::nodata) return false;
  if (doing.state == MachineState::planned || doing.mode == MachineMode::maintenance) return true;
  return doing.mode == MachineMode::planned && !is_working(doing);
}

bool is_down(Doing doing) {
  return doing.state != MachineState::nodata && !is_working(doing) && !is_planned(doing);
}

TimeSpan Log::hear(const fact::StateChanged& changed, Instant now) {
  const TimeSpan before = widened({changed.from, changed.until.value_or(now)}, now);
  doing_.put(changed.from, changed.until, {changed.state, changed.mode});
  const TimeSpan after = widened({changed.from, changed.until.value_or(now)}, now);
  return {std::min(before.from, after.from), std::max(before.until, after.until)};
}

// A longer or shorter standstill may be a stop or a micro-stop: then all of it changes.
TimeSpan Log::widened(TimeSpan span, Instant now) const {
  const auto widen = [&](Instant when) {
    const std::size_t piece = doing_.index_at(when);
    if (piece == doing_.all().size() || !is_down(doing_.all()[piece].value)) return;
    const Standstill stop = standstill_of(piece, now);
    span.from = std::min(span.from, stop.from);
    span.until = std::max(span.until, stop.until);
  };
  const TimeSpan asked = span;
  widen(asked.from - 1ns);
  widen(asked.from);
  widen(asked.until);
  return span;
}

TimeSpan Log::hear(const fact::PartsMade& made) {
  if (made.by == CountedBy::person) {
    auto& told = told_[index(made.kind)];
    told.insert(std::upper_bound(told.begin(), told.end(), made.at, counts_before),
                {made.at, bounded(made.parts)});
    return {made.at - 1ns, made.at + 1ns};
  }
  TimeSpan changed{made.after, made.at + 1ns};
  if (!counted_from_ || made.after < *counted_from_) {
    changed.until = std::max(changed.until, counted_from_.value_or(Instant::max()));
    counted_from_ = made.after;
  }
  auto& counted = counted_[index(made.kind)];
  const auto first = std::upper_bound(counted.begin(), counted.end(), made.after, counts_before);
  const auto last = std::upper_bound(first, counted.end(), made.at, counts_before);
  const auto place = counted.erase(first, last);
  if (made.parts != 0) counted.insert(place, {made.at, bounded(made.parts)});
  return changed;
}

TimeSpan Log::hear(const fact::RunChanged& changed, Instant now) {
  product_.put(changed.from, changed.until, product_index(changed.product));
  // A time without a product is planned with the one before: up to the next change.
  const Instant until = changed.until.value_or(now);
  const std::size_t piece = product_.index_at(until);
  return {changed.from,
          piece == product_.all().size() ? now : std::min(now, product_.end_of(piece))};
}

TimeSpan Log::hear(const fact::StopExplained& explained, Instant now) {
  const auto place =
      std::lower_bound(explained_.begin(), explained_.end(), explained.from,
                       [](const Explained& one, Instant from) { return one.from < from; });
  const bool is_known = place != explained_.end() && place->from == explained.from;
  if (is_known && explained.reason.empty()) {
    explained_.erase(place);
  } else if (is_known) {
    place->reason = explained.reason;
  } else if (!explained.reason.empty()) {
    explained_.insert(place, {explained.from, explained.reason});
  }
  return widened({explained.from, explained.from + 1ns}, now);
}

void Log::forget_before(Instant floor) {
  doing_.forget(floor, pieces_max);
  product_.forget(floor, pieces_max);
  for (const std::size_t kind : {0U, 1U}) {
    forget_counts(counted_[kind], floor);
    forget_counts(told_[kind], floor);
  }
  std::size_t gone = explained_.size() > explained_max ? explained_.size() - explained_max : 0;
  while (gone < explained_.size() && explained_[gone].from < floor)
    ++gone;
  explained_.erase(explained_.begin(), explained_.begin() + static_cast<std::ptrdiff_t>(gone));
}

std::uint16_t Log::product_index(const std::string& name) {
  if (name.empty()) return 0;
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    if (names_.size() + 1 >= products_max) return 0;
    names_.push_back(name);
    return static_cast<std::uint16_t>(names_.size());
  }
  return static_cast<std::uint16_t>(found - names_.begin() + 1);
}

const std::string& Log::product_name(std::uint16_t index) const {
  static const std::string none;
  return index == 0 ? none : names_[index - 1];
}

const std::string& Log::product_at(Instant when) const {
  const auto& all = product_.all();
  std::size_t piece = product_.index_at(when);
  if (piece == all.size()) return product_name(0);
  while (piece > 0 && all[piece].value == 0)
    --piece;
  return product_name(all[piece].value);
}

Standstill Log::standstill_of(std::size_t piece, Instant now) const {
  const auto& all = doing_.all();
  std::size_t first = piece, last = piece;
  for (std::size_t n = 0; n < walk_max && first > 0 && is_down(all[first - 1].value); ++n)
    --first;
  for (std::size_t n = 0; n < walk_max && last + 1 < all.size() && is_down(all[last + 1].value);
       ++n)
    ++last;
  return {all[first].from, std::min(now, doing_.end_of(last))};
}

std::string_view Log::reason_of(const Standstill& stop, Instant when) const {
  const auto after =
      std::upper_bound(explained_.begin(), explained_.end(), when,
                       [](Instant at, const Explained& one) { return at < one.from; });
  if (after == explained_.begin() || std::prev(after)->from < stop.from) return {};
  return std::prev(after)->reason;
}

void Log::save(Writer& out) const {
  write_bytes(out, names_);
  doing_.save(out, [](Writer& to, Doing doing) {
    to.fixed(doing.state);
    to.fixed(doing.mode);
  });
  product_.save(out, [](Writer& to, std::uint16_t product) { to.fixed(product); });
  for (const std::size_t kind : {0U, 1U}) {
    save_counts(out, counted_[kind]);
    save_counts(out, told_[kind]);
  }
  out.variable(explained_.size());
  for (const Explained& one : explained_) {
    write_bytes(out, one.from);
    out.text(one.reason);
  }
  write_bytes(out, counted_from_);
}

Outcome Log::load(Reader& in) {
  TRY(read_bytes(in, names_));
  TRY(doing_.load(in, [](Reader& from) -> Result<Doing> {
    Doing doing;
    TRY(read_bytes(from, doing.state));
    TRY(read_bytes(from, doing.mode));
    return doing;
  }));
  TRY(product_.load(in, [this](Reader& from) -> Result<std::uint16_t> {
    const auto product = TRY(from.fixed<std::uint16_t>());
    if (product > names_.size()) return fail(Code::corrupt, "a stored product has no name");
    return product;
  }));
  for (const std::size_t kind : {0U, 1U}) {
    TRY(load_counts(in, counted_[kind]));
    TRY(load_counts(in, told_[kind]));
  }
  explained_.clear();
  const std::uint64_t explained = TRY(in.variable());
  for (std::uint64_t i = 0; i < explained; ++i) {
    Explained& one = explained_.emplace_back();
    TRY(read_bytes(in, one.from));
    one.reason = TRY(in.text());
  }
  return read_bytes(in, counted_from_);
}

}  // namespace millwright::watch::oee
