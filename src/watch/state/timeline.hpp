#pragma once

#include <optional>
#include <string>
#include <vector>

#include "watch/state/rules.hpp"
#include "watch/state/track.hpp"

namespace millwright::watch::state {

// A machine was in this state from `from` until the next interval begins.
struct Interval {
  Instant from;
  MachineState state = MachineState::nodata;
  MachineMode mode = MachineMode::unknown;
  std::string why;

  bool says_the_same(const Interval& other) const {
    return state == other.state && mode == other.mode && why == other.why;
  }
  friend bool operator==(const Interval&, const Interval&) = default;
};

// What is now known of a time: `until` is absent when it reaches to now.
struct Change {
  Interval interval;
  std::optional<Instant> until;
};

// How far back a timeline looks, in event time before the newest row.
struct Windows {
  Duration rows = 26h;        // late rows up to here are put in their place
  Duration intervals = 840h;  // 35 days of states
  Duration ahead = 5min;      // rows further in the future than this are not believed
};

// The states of one machine over event time. Rows, losses and times may come in any order: within
// the windows the same rows give the same intervals. Plain data of one owner. Pure: it knows the
// time only from what it is told.
class Timeline {
 public:
  static constexpr std::size_t intervals_max = 200'000;

  // `begin`: from when there are rules. Nothing is known yet then.
  Timeline(Rules rules, Instant begin, const Windows& windows = {});

  const Rules& rules() const { return rules_; }
  // New rules hold from `at` on: what was said of the time before stands.
  void change_rules(Rules rules, Instant at);

  // A value of an input. Rows older than the window of rows or from the future are counted as
  // unused; a late row that is the last before the window still tells the value at its start.
  void hear(std::size_t input, const RawValue& raw, SourceId source, Instant now);
  // The source cannot be heard since then. Its inputs hold no value until the source is connected
  // and says them again, or said them at a later event time.
  void lose(SourceId source, Instant since);
  void connect(SourceId source, Instant at);

  // Brings the intervals up to `now` and returns what changed, in order of time.
  std::vector<Change> settle(Instant now);
  bool needs_settling(Instant now) const { return touched_from_ || due_ <= now; }
  // When the state changes next if nothing more is heard; Instant::max() when never.
  Instant due() const { return due_; }

  const std::vector<Interval>& intervals() const { return intervals_; }
  // Since when something is known, looking from `after` on: the first interval that is not without
  // data. Nothing when there is none.
  std::optional<Instant> known_from(Instant after) const;
  // What was so in a span before all that is known here: see filling.hpp.
  void put_past(const Interval& interval, Instant until);
  std::uint64_t unused_rows() const { return unused_rows_; }

  void save(Writer& out) const;
  // Errors: corrupt, when the bytes are of other rules.
  Outcome load(Reader& in);

 private:
  struct Channel {  // one input
    Track track;
    RawValue newest;  // for new rules
    std::optional<SourceId> source;
    bool is_source_lost = false;
    bool is_heard_since_lost = false;
    Instant connected_at{};
  };
  static void save(Writer& out, const Channel& channel);
  static Outcome load(Reader& in, Channel& channel);

  void touch(Instant from, Instant until);
  void close_gap(Channel& channel, Instant said_at);
  bool is_known_without_break(const Channel& channel, Instant at, Instant now) const;
  Interval at(Instant when) const;
  std::optional<Instant> last_heard(Instant when) const;
  std::string lack_in_words(std::size_t input, const Track::View& view) const;
  std::vector<Interval> judge_span(Instant from, Instant until) const;
  std::vector<Change> replace(const std::vector<Interval>& pieces, Instant until);
  std::vector<Change> differences(const std::vector<Interval>& pieces, Instant until) const;
  void forget();
  void find_due(Instant now);

  Rules rules_;
  Windows windows_;
  std::vector<Channel> channels_;  // one for each input
  std::vector<Interval> intervals_;
  Instant newest_{}, floor_{}, due_ = Instant::max();
  std::optional<Instant> touched_from_;
  Instant touched_until_{};
  std::uint64_t unused_rows_ = 0;
};

}  // namespace millwright::watch::state
