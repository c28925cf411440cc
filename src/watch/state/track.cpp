#include "watch/state/track.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/described_bytes.hpp"

namespace millwright::watch::state {
namespace {

constexpr auto earlier = [](Instant at, const Row& row) { return at < row.at; };
constexpr auto row_earlier = [](const Row& row, Instant at) { return row.at < at; };

}  // namespace

Row row_of(const Input& input, const RawValue& raw) {
  Row row{raw.at, 0, raw.quality};
  if (raw.quality.is_bad()) return row;
  if ((raw.kind == Kind::text) != (input.type == ValueType::text)) {
    row.quality = quality::bad_type_mismatch;
  } else if (raw.kind == Kind::text) {
    row.holds = compare(input, raw.text);
  } else {
    const double number = as_number(raw.kind, raw.value);
    if (std::isnan(number)) {
      row.quality = quality::bad_no_data;
    } else {
      row.holds = compare(input, number);
    }
  }
  return row;
}

Track::View Track::at(Instant when, Duration grace) const {
  const auto after = std::upper_bound(rows_.begin(), rows_.end(), when, earlier);
  if (after == rows_.begin()) return {{}, Lack::never_heard, {}};
  const auto row = std::prev(after);
  auto held = row;  // The last good value, if it may still hold.
  while (held->quality.is_bad()) {
    if (held->at + grace <= when || held == rows_.begin()) return {{}, Lack::is_bad, row->quality};
    --held;
  }
  for (const Gap& gap : gaps_) {
    const bool is_in = gap.since <= when && (!gap.until || when < *gap.until);
    if (is_in && row->at <= gap.since && gap.since + grace <= when)
      return {{}, Lack::source_lost, {}};
  }
  return {{true, held->holds}, Lack::none, {}};
}

void Track::boundaries(Instant after, Instant until, Duration grace,
                       std::vector<Instant>& out) const {
  const auto add = [&](Instant at) {
    if (at > after && at < until) out.push_back(at);
  };
  auto row = std::lower_bound(rows_.begin(), rows_.end(), after - grace, row_earlier);
  for (; row != rows_.end() && row->at < until; ++row) {
    add(row->at);
    if (row->quality.is_bad()) add(row->at + grace);
  }
  for (const Gap& gap : gaps_) {
    add(gap.since + grace);
    if (gap.until) add(*gap.until);
  }
}

Instant Track::next_boundary(Instant now, Duration grace) const {
  Instant next = Instant::max();
  const auto consider = [&](Instant at) {
    if (at > now) next = std::min(next, at);
  };
  auto row = std::lower_bound(rows_.begin(), rows_.end(), now - grace, row_earlier);
  for (; row != rows_.end() && row->at < next; ++row) {
    consider(row->at);
    if (row->quality.is_bad()) consider(row->at + grace);
  }
  for (const Gap& gap : gaps_) {
    consider(gap.since + grace);
    if (gap.until) consider(*gap.until);
  }
  return next;
}

Track::Put Track::put(const Row& row) {
  if (rows_.empty() || rows_.back().at < row.at) {
    const bool repeats =
        !rows_.empty() && rows_.back().holds == row.holds && rows_.back().quality == row.quality;
    rows_.push_back(row);
    return repeats ? Put::repeats : Put::changes;
  }
  const auto place = std::lower_bound(rows_.begin(), rows_.end(), row.at, row_earlier);
  if (place->at != row.at) {
    rows_.insert(place, row);
    return Put::changes;
  }
  if (*place == row) return Put::no_effect;
  *place = row;
  return Put::changes;
}

std::optional<Instant> Track::time_after(Instant at) const {
  const auto after = std::upper_bound(rows_.begin(), rows_.end(), at, earlier);
  if (after == rows_.end()) return std::nullopt;
  return after->at;
}

std::optional<Instant> Track::last_at_or_before(Instant at) const {
  const auto after = std::upper_bound(rows_.begin(), rows_.end(), at, earlier);
  if (after == rows_.begin()) return std::nullopt;
  return std::prev(after)->at;
}

std::optional<Instant> Track::first() const {
  if (rows_.empty()) return std::nullopt;
  return rows_.front().at;
}

Instant Track::forget_before(Instant floor) {
  while (rows_.size() > rows_max) {
    rows_.pop_front();
    floor = std::max(floor, rows_.front().at);
  }
  while (rows_.size() > 1 && rows_[1].at <= floor)
    rows_.pop_front();
  std::erase_if(gaps_, [&](const Gap& gap) { return gap.until && *gap.until < floor; });
  while (gaps_.size() > gaps_max)
    gaps_.erase(gaps_.begin());
  return floor;
}

void Track::restart(const std::optional<Row>& row) {
  rows_.clear();
  if (row) rows_.push_back(*row);
}

// Rows lie as differences: a steady tag takes seven bytes a row.
void Track::save(Writer& out) const {
  out.variable(rows_.size());
  std::int64_t before = 0;
  for (const Row& row : rows_) {
    out.variable(static_cast<std::uint64_t>(nanoseconds(row.at)) -
                 static_cast<std::uint64_t>(before));
    out.variable(row.holds);
    out.variable(row.quality.code);
    before = nanoseconds(row.at);
  }
  out.variable(gaps_.size());
  for (const Gap& gap : gaps_) {
    write_bytes(out, gap.since);
    write_bytes(out, gap.until);
  }
}

Outcome Track::load(Reader& in) {
  rows_.clear();
  gaps_.clear();
  constexpr std::uint64_t code_max = std::numeric_limits<std::uint32_t>::max();
  const std::uint64_t rows = TRY(in.variable());
  std::uint64_t time = 0;
  for (std::uint64_t i = 0; i < rows; ++i) {
    time += TRY(in.variable());
    const std::uint64_t holds = TRY(in.variable());
    const std::uint64_t code = TRY(in.variable());
    const Instant at = instant(static_cast<std::int64_t>(time));
    const bool is_in_order = rows_.empty() || rows_.back().at < at;
    if (holds > code_max || code > code_max || !is_in_order)
      return fail(Code::corrupt, "stored rows of watch/state do not fit together");
    rows_.push_back({at, static_cast<std::uint32_t>(holds), {static_cast<std::uint32_t>(code)}});
  }
  const std::uint64_t gaps = TRY(in.variable());
  for (std::uint64_t i = 0; i < gaps; ++i) {
    Gap& gap = gaps_.emplace_back();
    TRY(read_bytes(in, gap.since));
    TRY(read_bytes(in, gap.until));
  }
  return Done{};
}

}  // namespace millwright::watch::state
