#include "watch/state/timeline.hpp"

#include <algorithm>
#include <utility>

namespace millwright::watch::state {
namespace {

constexpr auto begins = [](Instant at, const Interval& interval) { return at < interval.from; };

// The interval that holds at a time, if any does.
const Interval* find_at(const std::vector<Interval>& intervals, Instant at) {
  const auto after = std::upper_bound(intervals.begin(), intervals.end(), at, begins);
  return after == intervals.begin() ? nullptr : &*std::prev(after);
}

void append(std::vector<Interval>& intervals, Interval next) {
  if (intervals.empty() || !intervals.back().says_the_same(next))
    intervals.push_back(std::move(next));
}

}  // namespace

Timeline::Timeline(Rules rules, Instant begin, const Windows& windows)
    : rules_(std::move(rules)), windows_(windows), channels_(rules_.inputs.size()) {
  touch(begin, Instant::max());
}

void Timeline::change_rules(Rules rules, Instant at) {
  std::vector<Channel> channels(rules.inputs.size());
  for (std::size_t i = 0; i < rules.inputs.size(); ++i) {
    for (std::size_t old = 0; old < rules_.inputs.size(); ++old) {
      if (rules_.inputs[old].name != rules.inputs[i].name) continue;
      channels[i] = std::move(channels_[old]);
      Channel& kept = channels[i];
      const bool was_heard = kept.track.size() > 0;
      kept.track.restart(was_heard ? std::optional(row_of(rules.inputs[i], kept.newest))
                                   : std::nullopt);
      break;
    }
  }
  rules_ = std::move(rules);
  channels_ = std::move(channels);
  floor_ = std::max(floor_, at);
  touch(floor_, Instant::max());
}

void Timeline::hear(std::size_t input, const RawValue& raw, SourceId source, Instant now) {
  Channel& channel = channels_[input];
  // Who told the newest value is whom the input depends on.
  if (!channel.source || raw.at >= channel.newest.at) channel.source = source;
  const bool is_older_than_all = raw.at < floor_ && channel.track.first() > raw.at;
  if (raw.at > now + windows_.ahead || raw.at < Instant{} || is_older_than_all) {
    ++unused_rows_;
    return;
  }
  if (channel.track.is_in_open_gap() && channel.source == source && !raw.quality.is_bad()) {
    if (channel.is_source_lost) {
      channel.is_heard_since_lost = true;
    } else {
      close_gap(channel, raw.at);
    }
  }
  if (raw.at >= channel.newest.at) channel.newest = raw;
  newest_ = std::max(newest_, raw.at);
  const bool can_skip = is_known_without_break(channel, raw.at, now);
  const Track::Put put = channel.track.put(row_of(rules_.inputs[input], raw));
  if (put == Track::Put::no_effect || (put == Track::Put::repeats && can_skip)) return;
  const std::optional<Instant> next = channel.track.time_after(raw.at);
  Instant until = next ? *next + rules_.no_data_after : Instant::max();
  if (rules_.expects_every) until = std::max(until, raw.at + *rules_.expects_every);
  touch(raw.at, until);
}

// Whether neither a loss nor silence lies between the row before `at` and now: a row that repeats
// it then changes nothing, which is most of what a running machine says.
bool Timeline::is_known_without_break(const Channel& channel, Instant at, Instant now) const {
  if (const std::vector<Gap>& gaps = channel.track.gaps(); !gaps.empty()) {
    const std::optional<Instant> before = channel.track.last_at_or_before(at);
    if (!before || !gaps.back().until || *gaps.back().until > *before) return false;
  }
  if (!rules_.expects_every) return true;
  const std::optional<Instant> heard = last_heard(at);
  return heard && *heard + *rules_.expects_every > now;
}

void Timeline::lose(SourceId source, Instant since) {
  for (Channel& channel : channels_) {
    if (channel.source != source) continue;
    channel.is_source_lost = true;
    channel.is_heard_since_lost = false;
    if (channel.track.is_in_open_gap()) continue;  // Never heard again since the loss before.
    channel.track.gaps().push_back({since, std::nullopt});
    std::sort(channel.track.gaps().begin(), channel.track.gaps().end(),
              [](const Gap& a, const Gap& b) {
                return std::pair(!a.until, a.since) < std::pair(!b.until, b.since);
              });
    touch(since, Instant::max());
  }
}

void Timeline::connect(SourceId source, Instant at) {
  for (Channel& channel : channels_) {
    if (channel.source != source) continue;
    channel.is_source_lost = false;
    channel.connected_at = at;
    if (channel.track.is_in_open_gap() && channel.is_heard_since_lost) close_gap(channel, at);
  }
}

// Nothing is known of the time before the connection, nor of that before the value which it said.
void Timeline::close_gap(Channel& channel, Instant said_at) {
  Gap& gap = channel.track.gaps().back();
  gap.until = std::max({gap.since, channel.connected_at, said_at});
  touch(*gap.until, Instant::max());
}

void Timeline::touch(Instant from, Instant until) {
  touched_until_ = touched_from_ ? std::max(touched_until_, until) : until;
  touched_from_ = touched_from_ ? std::min(*touched_from_, from) : from;
}

std::vector<Change> Timeline::settle(Instant now) {
  forget();
  if (due_ <= now) touch(due_, Instant::max());
  std::vector<Change> changes;
  if (touched_from_) {
    const Instant from = std::max(*touched_from_, floor_);
    const Instant until = touched_until_ > now ? Instant::max() : touched_until_;
    if (from <= now && from < until)
      changes = replace(judge_span(from, std::min(until, now + Duration(1))), until);
  }
  touched_from_.reset();
  find_due(now);
  return changes;
}

Interval Timeline::at(Instant when) const {
  Interval out{when, MachineState::nodata, MachineMode::unknown, ""};
  if (rules_.expects_every) {
    const std::optional<Instant> heard = last_heard(when);
    if (heard && when - *heard >= *rules_.expects_every) {
      out.why = "nothing heard for " + to_text(*rules_.expects_every);
      return out;
    }
  }
  std::vector<Seen> seen(channels_.size());
  for (std::size_t i = 0; i < channels_.size(); ++i)
    seen[i] = channels_[i].track.at(when, rules_.no_data_after).seen;
  const Answer found = answer(rules_, seen);
  out.state = found.state;
  out.mode = found.mode;
  out.why = found.why;
  if (found.lacking) {
    const Track::View lacking = channels_[*found.lacking].track.at(when, rules_.no_data_after);
    out.why = lack_in_words(*found.lacking, lacking);
  }
  return out;
}

std::string Timeline::lack_in_words(std::size_t input, const Track::View& view) const {
  const std::string& name = rules_.inputs[input].name;
  switch (view.lack) {
    case Lack::never_heard:
      return "nothing heard of '" + name + "' yet";
    case Lack::source_lost:
      return "the source of '" + name + "' is lost";
    case Lack::is_bad: {
      const bool is_plain = view.quality == quality::bad;
      const std::string_view reason = is_plain ? "" : reason_of(view.quality);
      return "'" + name + "' is bad" + (reason.empty() ? "" : ": " + std::string(reason));
    }
    case Lack::none:
      break;
  }
  return "";
}

std::optional<Instant> Timeline::last_heard(Instant when) const {
  std::optional<Instant> last;
  for (const Channel& channel : channels_) {
    const std::optional<Instant> heard = channel.track.last_at_or_before(when);
    if (heard && (!last || *heard > *last)) last = heard;
  }
  return last;
}

// The states over [from, until), each merged with the one before when they say the same.
std::vector<Interval> Timeline::judge_span(Instant from, Instant until) const {
  std::vector<Instant> times{from};
  for (const Channel& channel : channels_) {
    channel.track.boundaries(from, until, rules_.no_data_after, times);
    if (rules_.expects_every) {
      std::vector<Instant> heard;
      channel.track.boundaries(from - *rules_.expects_every - Duration(1), until, Duration{},
                               heard);
      for (const Instant at : heard)
        if (at + *rules_.expects_every > from && at + *rules_.expects_every < until)
          times.push_back(at + *rules_.expects_every);
    }
  }
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  std::vector<Interval> pieces;
  for (const Instant time : times)
    append(pieces, at(time));
  return pieces;
}

// Puts the pieces in the place of what was said before of [first piece, until).
std::vector<Change> Timeline::replace(const std::vector<Interval>& pieces, Instant until) {
  std::vector<Change> changes = differences(pieces, until);
  if (changes.empty()) return changes;
  const Instant from = pieces.front().from;
  const auto first = std::lower_bound(intervals_.begin(), intervals_.end(), from,
                                      [](const Interval& i, Instant at) { return i.from < at; });
  std::vector<Interval> after;  // What was said of `until` and later stands.
  if (until != Instant::max()) {
    const Interval* at_until = find_at(intervals_, until);
    if (at_until != nullptr) {
      after.push_back(*at_until);
      after.back().from = until;
    }
    const auto later = std::upper_bound(intervals_.begin(), intervals_.end(), until, begins);
    after.insert(after.end(), later, intervals_.end());
  }
  intervals_.erase(first, intervals_.end());
  for (const Interval& piece : pieces)
    append(intervals_, piece);
  for (Interval& interval : after)
    append(intervals_, std::move(interval));
  return changes;
}

std::optional<Instant> Timeline::known_from(Instant after) const {
  for (auto at = std::lower_bound(intervals_.begin(), intervals_.end(), after,
                                  [](const Interval&i, Instant time) { return i.from < time; });
       at != intervals_.end(); ++at)
    if (at->state != MachineState::nodata) return at->from;
  return std::nullopt;
}

// Mostly it is the beginning of what is not filled in yet: then nothing behind it is copied.
void Timeline::put_past(const Interval& interval, Instant until) {
  const auto hole = std::lower_bound(intervals_.begin(), intervals_.end(), interval.from,
                                     [](const Interval& i, Instant at) { return i.from < at; });
  const bool is_hole = hole != intervals_.end() && hole->from == interval.from &&
                       hole->state == MachineState::nodata &&
                       (std::next(hole) == intervals_.end() || std::next(hole)->from > until);
  const bool goes_on = hole != intervals_.begin() && std::prev(hole)->says_the_same(interval);
  if (!is_hole || hole->says_the_same(interval)) {
    replace({interval}, until);
  } else {
    hole->from = until;
    if (!goes_on) intervals_.insert(hole, interval);
  }
}

// Where the pieces say something else than the intervals do.
std::vector<Change> Timeline::differences(const std::vector<Interval>& pieces,
                                          Instant until) const {
  std::vector<Change> changes;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Instant end = i + 1 < pieces.size() ? pieces[i + 1].from : until;
    Instant from = pieces[i].from;
    while (from < end) {
      const auto next = std::upper_bound(intervals_.begin(), intervals_.end(), from, begins);
      const Instant old_end = next == intervals_.end() ? end : std::min(end, next->from);
      const Interval* old = next == intervals_.begin() ? nullptr : &*std::prev(next);
      if (old == nullptr || !old->says_the_same(pieces[i])) {
        const bool goes_on = !changes.empty() && changes.back().until == from &&
                             changes.back().interval.says_the_same(pieces[i]);
        if (!goes_on) {
          changes.push_back({pieces[i], std::nullopt});
          changes.back().interval.from = from;
        }
        changes.back().until = old_end;
      }
      from = old_end;
    }
  }
  for (Change& change : changes)
    if (change.until == Instant::max()) change.until.reset();
  return changes;
}

void Timeline::forget() {
  const auto before = [](Instant newest, Duration window) {
    return newest.time_since_epoch() > window ? newest - window : Instant{};
  };
  floor_ = std::max(floor_, before(newest_, windows_.rows));
  for (Channel& channel : channels_)
    floor_ = channel.track.forget_before(floor_);
  const Instant oldest = before(newest_, windows_.intervals);
  std::size_t gone = 0;
  while (gone + 1 < intervals_.size() &&
         (intervals_[gone + 1].from <= oldest || intervals_.size() - gone > intervals_max))
    ++gone;
  intervals_.erase(intervals_.begin(), intervals_.begin() + static_cast<std::ptrdiff_t>(gone));
}

void Timeline::find_due(Instant now) {
  due_ = Instant::max();
  for (const Channel& channel : channels_)
    due_ = std::min(due_, channel.track.next_boundary(now, rules_.no_data_after));
  if (!rules_.expects_every) return;
  const std::optional<Instant> heard = last_heard(now);
  if (heard && *heard + *rules_.expects_every > now)
    due_ = std::min(due_, *heard + *rules_.expects_every);
}

}  // namespace millwright::watch::state
