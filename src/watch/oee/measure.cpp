#include "watch/oee/measure.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace millwright::watch::oee {
namespace {

constexpr Duration uncertain_after = 1min;  // without data, where no ideal cycle tells better

// Walks one slot: cuts it where states and breaks change, and gives each cut to its kind of time.
class Measure {
 public:
  Measure(const Log& log, const Ideals& ideals, const Slot& slot, Instant now)
      : log_(log),
        ideals_(ideals),
        shift_(*slot.shift),
        span_{slot.span.from, std::min(slot.span.until, now)},
        now_(now) {}

  Sums run() {
    if (span_.until <= span_.from) return {};
    add_times();
    for (const PartKind kind : {PartKind::good, PartKind::reject}) {
      add_parts(log_.counted(kind), kind);
      add_parts(log_.told(kind), kind);
    }
    if (ideals_.target)
      sums_.plan = plan_of(log_, ideals_, shift_, span_, sums_.unplanned);
    else
      sums_.unplanned = span_.length();
    tell_uncounted();
    return std::move(sums_);
  }

 private:
  void add_times() {
    const auto& pieces = log_.doing().all();
    Instant at = span_.from;
    std::size_t piece = log_.doing().index_at(at);
    if (piece == pieces.size()) {  // Before anything was known.
      const Instant known =
          pieces.empty() ? span_.until : std::min(pieces.front().from, span_.until);
      add_piece({at, known}, {}, pieces.size());
      at = known;
      piece = 0;
    }
    for (; at < span_.until; ++piece) {
      const Instant end = std::min(log_.doing().end_of(piece), span_.until);
      add_piece({at, end}, pieces[piece].value, piece);
      at = end;
    }
  }

  // One piece, cut by the breaks.
  void add_piece(TimeSpan span, Doing doing, std::size_t piece) {
    Instant at = span.from;
    for (const TimeSpan& pause : shift_.breaks) {
      if (pause.until <= at || pause.from >= span.until) continue;
      add_cut({at, std::max(at, pause.from)}, doing, piece, false);
      at = std::max(at, pause.from);
      const Instant end = std::min(pause.until, span.until);
      add_cut({at, end}, doing, piece, true);
      at = end;
    }
    add_cut({at, span.until}, doing, piece, false);
  }

  void add_cut(TimeSpan span, Doing doing, std::size_t piece, bool is_in_break) {
    // Before a counter was first heard nobody knows what was made.
    const Instant counted_from = log_.counted_from().value_or(Instant::min());
    if (ideals_.has_counter && span.from < counted_from) {
      const Instant heard = std::min(counted_from, span.until);
      sums_.no_data += TimeSpan{span.from, heard}.length();
      span.from = std::max(span.from, heard);
    }
    const Duration time = span.length();
    if (time == Duration::zero()) return;
    if (doing.state == MachineState::nodata) {
      sums_.no_data += time;
    } else if (is_planned(doing) || (is_in_break && !is_working(doing))) {
      sums_.planned_stop += time;
    } else if (is_working(doing)) {
      sums_.busy += time;
      sums_.running += time;
    } else {
      sums_.busy += time;
      add_standing(span, doing, piece);
    }
  }

  void add_standing(TimeSpan span, Doing doing, std::size_t piece) {
    if (span.from >= stop_.until || span.from < stop_.from) {
      stop_ = log_.standstill_of(piece, now_);
      is_counted_ = false;
    }
    const bool begins_here = stop_.from >= span_.from || span_.from == shift_.from;
    const std::uint32_t stops = begins_here && !is_counted_ ? 1 : 0;
    is_counted_ = true;
    if (stop_.until - stop_.from < ideals_.micro_stop) {
      sums_.running += span.length();
      sums_.micro += span.length();
      sums_.micro_stops += stops;
      return;
    }
    sums_.lose(doing.state, log_.reason_of(stop_, span.from), span.length(), stops);
  }

  // A part belongs to the span in which it was finished, its end included.
  void add_parts(const std::vector<Count>& counts, PartKind kind) {
    auto count = std::upper_bound(counts.begin(), counts.end(), span_.from,
                                  [](Instant when, const Count& one) { return when < one.at; });
    for (; count != counts.end() && count->at <= span_.until; ++count) {
      (kind == PartKind::good ? sums_.good : sums_.scrap) += count->parts;
      if (&counts == &log_.counted(kind)) add_uncertain(counts, count);
      const std::string& product = log_.product_at(count->at - 1ns);
      const auto ideal = ideals_.seconds_a_part(product);
      if (!ideal) {
        sums_.unpriced += std::abs(count->parts);
        sums_.miss(product.empty() ? "no ideal cycle" : "no ideal cycle for product " + product);
        continue;
      }
      sums_.ideal_made += *ideal * count->parts;
      if (kind == PartKind::good) sums_.ideal_good += *ideal * count->parts;
    }
  }

  // A counter tells how many there are by now. What it shows after a time without data may have
  // been made in that time, as many parts as would have fitted into it.
  void add_uncertain(const std::vector<Count>& counts, std::vector<Count>::const_iterator count) {
    const Instant before =
        count == counts.begin() ? log_.counted_from().value_or(count->at) : std::prev(count)->at;
    const auto& pieces = log_.doing().all();
    Duration unknown{};
    for (std::size_t piece = log_.doing().index_at(before);
         piece < pieces.size() && pieces[piece].from < count->at; ++piece) {
      if (pieces[piece].value.state != MachineState::nodata) continue;
      const Instant from = std::max(before, pieces[piece].from);
      unknown += TimeSpan{from, std::min(count->at, log_.doing().end_of(piece))}.length();
    }
    const auto ideal = ideals_.seconds_a_part(log_.product_at(count->at - 1ns));
    const double fit = seconds(unknown) / ideal.value_or(seconds(uncertain_after));
    sums_.uncertain += std::min<std::int64_t>(std::max(0, count->parts),
                                              static_cast<std::int64_t>(std::floor(fit)));
  }

  void tell_uncounted() {
    if (!ideals_.has_count) {
      sums_.miss("no part counter");
    } else if (ideals_.has_counter && !log_.counted_from()) {
      sums_.miss("the part counter was never heard");
    } else {
      return;
    }
    sums_.uncounted = std::max<Duration>(sums_.busy, 1ns);
  }

  const Log& log_;
  const Ideals& ideals_;
  const Shift& shift_;
  TimeSpan span_;
  Instant now_;
  Sums sums_;
  Standstill stop_{};        // the last one that was looked at
  bool is_counted_ = false;  // among the stops
};

}  // namespace

Sums measure(const Log& log, const Ideals& ideals, const Slot& slot, Instant now) {
  return Measure(log, ideals, slot, now).run();
}

double plan_of(const Log& log, const Ideals& ideals, const Shift& shift, TimeSpan span,
               Duration& unplanned) {
  double plan = 0;
  const auto add = [&](TimeSpan work) {
    for (Instant at = work.from; at < work.until;) {
      const std::size_t piece = log.products().index_at(at);
      const bool is_before_all = piece == log.products().all().size();
      const Instant next = !is_before_all                 ? log.products().end_of(piece)
                           : log.products().all().empty() ? work.until
                                                          : log.products().all().front().from;
      const Instant end = std::min(next, work.until);
      const auto ideal = ideals.seconds_a_part(log.product_at(at));
      if (ideal)
        plan += *ideals.target * seconds(end - at) / *ideal;
      else
        unplanned += end - at;
      at = end;
    }
  };
  Instant at = span.from;
  for (const TimeSpan& pause : shift.breaks) {
    if (pause.until <= at || pause.from >= span.until) continue;
    add({at, pause.from});
    at = std::max(at, pause.until);
  }
  add({at, span.until});
  return plan;
}

}  // namespace millwright::watch::oee
