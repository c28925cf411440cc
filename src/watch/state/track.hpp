#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "model/ids.hpp"
#include "model/quality.hpp"
#include "watch/state/condition.hpp"

namespace millwright::watch::state {

// A value as it came.
struct RawValue {
  Instant at;
  Kind kind = Kind::number;
  Scalar value;
  std::string text;
  Quality quality = quality::bad_no_data;
};

// What conditions can see of a value, by event time.
struct Row {
  Instant at;
  std::uint32_t holds = 0;
  Quality quality;
  friend bool operator==(const Row&, const Row&) = default;
};
Row row_of(const Input& input, const RawValue& raw);

// The source was lost, and this input not heard again before `until`.
struct Gap {
  Instant since;
  std::optional<Instant> until;
  friend bool operator==(const Gap&, const Gap&) = default;
};

enum class Lack : std::uint8_t { none, never_heard, is_bad, source_lost };

// What one input was over event time: a step function of rows and gaps, whatever the order in which
// they came. Plain data of one owner. Pure.
class Track {
 public:
  static constexpr std::size_t rows_max = 100'000, gaps_max = 200;

  // What is known at a time. `grace`: how long the last good value holds on.
  struct View {
    Seen seen;
    Lack lack = Lack::none;
    Quality quality;  // of a bad row
  };
  View at(Instant when, Duration grace) const;

  // Times in (after, until) at which the view may change.
  void boundaries(Instant after, Instant until, Duration grace, std::vector<Instant>& out) const;
  // The first such time after `now`; the far future when none.
  Instant next_boundary(Instant now, Duration grace) const;

  enum class Put : std::uint8_t { no_effect, repeats, changes };
  // Puts a row in its place. `repeats`: it is the newest and says what the one before it said.
  Put put(const Row& row);
  std::optional<Instant> time_after(Instant at) const;  // of the next row
  std::optional<Instant> last_at_or_before(Instant at) const;
  std::optional<Instant> first() const;
  std::size_t size() const { return rows_.size(); }

  // Forgets rows that say nothing of the time from `floor` on. Returns the floor, raised when the
  // bound on rows asked for it.
  Instant forget_before(Instant floor);
  void restart(const std::optional<Row>& row);  // forgets all rows but this one

  std::vector<Gap>& gaps() { return gaps_; }
  const std::vector<Gap>& gaps() const { return gaps_; }
  bool is_in_open_gap() const { return !gaps_.empty() && !gaps_.back().until; }

  void save(Writer& out) const;
  Outcome load(Reader& in);

 private:
  std::deque<Row> rows_;   // by event time, one for each time
  std::vector<Gap> gaps_;  // by `since`
};

}  // namespace millwright::watch::state
