#include "keep/history/around.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>

namespace millwright::keep {
namespace {

constexpr Duration day = 24h;
// How far is looked at a time; at last everything.
constexpr std::array<Duration, 5> reaches{1h, day, 8 * day, 64 * day, 512 * day};

Instant earlier(Instant at, Duration by) {
  return at < Instant::min() + by ? Instant::min() : at - by;
}
Instant later(Instant at, Duration by) {
  return at > Instant::max() - by ? Instant::max() : at + by;
}

bool is_usable(const Rows& rows, std::size_t row, Around::Usable usable) {
  if (usable == Around::Usable::any) return true;
  const Quality quality = rows.quality(row);
  if (quality.is_bad() || (quality.is_uncertain() && usable == Around::Usable::good)) return false;
  return rows.kind == Kind::text || std::isfinite(as_number(rows.kind, rows.values[row]));
}

Rows slice(const Rows& rows, std::size_t begin, std::size_t end) {
  Rows out;
  out.kind = rows.kind;
  for (std::size_t row = begin; row < end; ++row)
    out.add(rows, row);
  return out;
}

std::size_t row_at(const Rows& rows, Instant at) {
  return static_cast<std::size_t>(std::lower_bound(rows.times.begin(), rows.times.end(), at) -
                                  rows.times.begin());
}

// The nearest row, and usable ones beyond it, as they are met going away from the span.
struct Nearest {
  const Around& around;
  std::size_t wanted;
  std::deque<Rows> rows{};  // one row each, in the order in which they were met
  std::size_t usable = 0;

  bool is_enough() const { return usable >= wanted && !rows.empty(); }
  void meet(const Rows& from, std::size_t row) {
    const bool is_one = is_usable(from, row, around.usable);
    if (!is_one && !rows.empty()) return;
    rows.push_back(slice(from, row, row + 1));
    usable += is_one ? 1U : 0U;
  }
  void meet_backwards(const Rows& from, std::size_t end) {
    while (end > 0 && !is_enough())
      meet(from, --end);
  }
  Rows in_order() const {
    std::vector<Rows> pieces(rows.begin(), rows.end());
    std::sort(pieces.begin(), pieces.end(),
              [](const Rows& a, const Rows& b) { return a.times.front() < b.times.front(); });
    return joined(pieces, pieces.size());
  }
};

// Remembers what lies before a time, mostly in short.
class Before {
 public:
  Before(const History& history, TagId tag, Instant at, const Around& around)
      : history_(history), tag_(tag), at_(at), nearest_{around, around.before} {}

  bool takes(const Entry& chunk) {
    if (instant(chunk.to) >= at_) return false;
    pieces_.push_back({{instant(chunk.from), instant(chunk.to) + 1ns}, may_have(chunk.good), {}});
    return true;
  }
  bool takes(const math::Statistics& of) {
    if (instant(of.until) >= at_) return false;
    pieces_.push_back({{instant(of.from), instant(of.until) + 1ns}, may_have(of.good), {}});
    return true;
  }
  // The rows before the time; where those from it on begin.
  std::size_t take(const Rows& rows) {
    const std::size_t end = row_at(rows, at_);
    if (end == 0) return 0;
    Nearest tail{nearest_.around, nearest_.wanted};
    tail.meet_backwards(rows, end);
    pieces_.push_back({{}, tail.usable > 0, tail.in_order()});
    return end;
  }
  // Looks at what was remembered, the newest first, and then further back than `looked_at`.
  Result<Rows> settle(Instant looked_at) {
    TRY(look_at_pieces());
    Instant until = looked_at;
    for (std::size_t i = 0; i <= reaches.size() && !nearest_.is_enough(); ++i) {
      const Instant from = i < reaches.size() ? earlier(at_, reaches[i]) : Instant::min();
      if (from >= until) continue;
      TRY(look_back({from, until}));
      until = from;
    }
    return nearest_.in_order();
  }

 private:
  // Of rows that are not good nobody knows in short whether they are bad or uncertain.
  bool may_have(std::uint64_t good) const {
    return good > 0 || nearest_.around.usable != Around::Usable::good;
  }
  Outcome look_back(Span span);
  Outcome look_at_pieces() {
    for (auto piece = pieces_.rbegin(); piece != pieces_.rend() && !nearest_.is_enough(); ++piece) {
      if (!piece->has_usable && !nearest_.rows.empty()) continue;
      if (piece->rows.size() == 0) piece->rows = TRY(rows_of(piece->span));
      nearest_.meet_backwards(piece->rows, piece->rows.size());
    }
    pieces_.clear();
    return Done{};
  }
  Result<Rows> rows_of(Span span) const;

  struct Piece {
    Span span;
    bool has_usable = false;
    Rows rows;  // empty: not read yet
  };
  const History& history_;
  TagId tag_;
  Instant at_;
  Nearest nearest_;
  std::vector<Piece> pieces_;
};

// Hears what Before remembers.
class LookingBack final : public Listener {
 public:
  explicit LookingBack(Before& before) : before_(before) {}
  bool take_chunk(const Entry& chunk) override { return before_.takes(chunk); }
  bool take_vector(const math::Statistics& of, Kind /*kind*/) override { return before_.takes(of); }
  Result<bool> take(const Rows& rows) override {
    before_.take(rows);
    return true;
  }

 private:
  Before& before_;
};

class Gathering final : public Listener {
 public:
  std::vector<Rows> pieces;
  Result<bool> take(const Rows& more) override {
    pieces.push_back(more);
    return true;
  }
};

Outcome Before::look_back(Span span) {
  LookingBack listener(*this);
  TRY(TRY(history_.read(tag_, span)).tell_all(listener));
  return look_at_pieces();
}

Result<Rows> Before::rows_of(Span span) const {
  Gathering gathering;
  TRY(TRY(history_.read(tag_, span)).tell_all(gathering));
  return joined(gathering.pieces, std::numeric_limits<std::size_t>::max());
}

class LookingAhead final : public Listener {
 public:
  explicit LookingAhead(Nearest& nearest) : nearest_(nearest) {}
  bool take_chunk(const Entry& chunk) override { return has_none(chunk.good); }
  bool take_vector(const math::Statistics& of, Kind /*kind*/) override { return has_none(of.good); }
  Result<bool> take(const Rows& rows) override {
    for (std::size_t row = 0; row < rows.size() && !nearest_.is_enough(); ++row)
      nearest_.meet(rows, row);
    return !nearest_.is_enough();
  }

 private:
  bool has_none(std::uint64_t good) const {
    return good == 0 && !nearest_.rows.empty() && nearest_.around.usable == Around::Usable::good;
  }
  Nearest& nearest_;
};

// Splits what a cursor tells into what lies before the span, in it and after it.
class WithAround final : public Listener {
 public:
  WithAround(Before& before, Span span, Instant looked_at, Listener& inner)
      : before_(before), span_(span), looked_at_(looked_at), inner_(inner) {}

  bool take_chunk(const Entry& chunk) override { return !is_settled_ && before_.takes(chunk); }
  bool take_vector(const math::Statistics& of, Kind kind) override {
    if (!is_settled_ && before_.takes(of)) return true;
    if (instant(of.from) < span_.from || instant(of.until) >= span_.to) return false;
    // Without the rows before it nobody can take it.
    const Outcome settled = settle();
    if (!settled) return false;  // said again by take()
    return is_wanted_ && inner_.take_vector(of, kind);
  }
  Result<bool> take(const Rows& rows) override {
    const std::size_t begin = is_settled_ ? 0 : before_.take(rows);
    if (begin == rows.size()) return true;
    TRY(settle());
    if (is_wanted_)
      is_wanted_ =
          TRY(begin == 0 ? inner_.take(rows) : inner_.take(slice(rows, begin, rows.size())));
    return is_wanted_;
  }
  // The rows before are told, if they were not yet.
  Outcome settle() {
    if (is_settled_) return Done{};
    const Rows rows = TRY(before_.settle(looked_at_));
    is_settled_ = true;
    if (rows.size() > 0) is_wanted_ = TRY(inner_.take(rows));
    return Done{};
  }
  bool is_wanted() const { return is_wanted_; }

 private:
  Before& before_;
  Span span_;
  Instant looked_at_;
  Listener& inner_;
  bool is_settled_ = false, is_wanted_ = true;
};

}  // namespace

Result<Rows> rows_before(const History& history, TagId tag, Instant at, const Around& around) {
  return Before(history, tag, at, around).settle(at);
}

Result<Rows> rows_after(const History& history, TagId tag, Instant at, const Around& around) {
  Nearest nearest{around, around.after};
  Instant from = at;
  for (std::size_t i = 0; i <= reaches.size() && !nearest.is_enough(); ++i) {
    const Instant to = i < reaches.size() ? later(at, reaches[i]) : Instant::max();
    LookingAhead listener(nearest);
    TRY(TRY(history.read(tag, {from, to})).tell_all(listener));
    from = to;
  }
  return nearest.in_order();
}

Outcome tell_with_around(const History& history, TagId tag, Span span, const Around& around,
                         Listener& listener) {
  // What is near is found on the way.
  const Span wide{earlier(span.from, reaches[0]), later(span.to, reaches[0])};
  Before before(history, tag, span.from, around);
  WithAround split(before, span, wide.from, listener);
  TRY(TRY(history.read(tag, wide)).tell_all(split));
  TRY(split.settle());
  if (!split.is_wanted()) return Done{};
  const Rows after = TRY(rows_after(history, tag, wide.to, around));
  if (after.size() > 0) TRY(listener.take(after));
  return Done{};
}

}  // namespace millwright::keep
