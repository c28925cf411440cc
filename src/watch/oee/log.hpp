#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/calendar.hpp"
#include "model/fact/fact.hpp"
#include "watch/oee/pieces.hpp"

namespace millwright::watch::oee {

// What a machine did and what it was there for; nothing known when nobody has said.
struct Doing {
  MachineState state = MachineState::nodata;
  MachineMode mode = MachineMode::unknown;
  friend bool operator==(Doing, Doing) = default;
};

struct Count {  // parts that count at a time
  Instant at;
  std::int32_t parts;
  friend bool operator==(Count, Count) = default;
};

struct Explained {
  Instant from;  // start of the stop
  std::string reason;
  friend bool operator==(const Explained&, const Explained&) = default;
};

// A standstill: one or more states without a gap in which the machine makes nothing.
struct Standstill {
  Instant from, until;
};

// All that is known of one machine over the time that is kept: facts folded, each by its rule of
// replacement, so that any order of late facts gives the same. Compact: 16 bytes a change of state
// and a part. Plain data of one owner; pure.
class Log {
 public:
  static constexpr Duration kept = 35 * 24h;
  static constexpr std::size_t pieces_max = 400'000, counts_max = 400'000, explained_max = 10'000;
  static constexpr std::size_t products_max = 65'535;  // a change of more is told as no product

  // Each returns the span of time whose figures may change.
  TimeSpan hear(const fact::StateChanged& changed, Instant now);
  TimeSpan hear(const fact::PartsMade& made);
  TimeSpan hear(const fact::RunChanged& changed, Instant now);
  TimeSpan hear(const fact::StopExplained& explained, Instant now);
  void forget_before(Instant floor);

  const Pieces<Doing>& doing() const { return doing_; }
  const std::vector<Count>& counted(PartKind kind) const { return counted_[index(kind)]; }
  const std::vector<Count>& told(PartKind kind) const { return told_[index(kind)]; }
  std::optional<Instant> counted_from() const { return counted_from_; }
  // The product that ran, or the last that had run; empty when none was known yet.
  const std::string& product_at(Instant when) const;
  const Pieces<std::uint16_t>& products() const { return product_; }
  const std::string& product_name(std::uint16_t index) const;

  // The standstill that the piece of `doing` with this index is part of, cut at `now`.
  Standstill standstill_of(std::size_t piece, Instant now) const;
  // The reason given for a standstill, as of a time inside it; empty when none.
  std::string_view reason_of(const Standstill& stop, Instant when) const;

  void save(Writer& out) const;
  Outcome load(Reader& in);

 private:
  static std::size_t index(PartKind kind) { return static_cast<std::size_t>(kind); }
  std::uint16_t product_index(const std::string& name);
  TimeSpan widened(TimeSpan span, Instant now) const;

  Pieces<Doing> doing_;
  Pieces<std::uint16_t> product_;                     // index + 1; nought: none
  std::vector<std::string> names_;                    // of products, as they were heard
  std::array<std::vector<Count>, 2> counted_, told_;  // by time; by counters one for each time
  std::vector<Explained> explained_;                  // by start of the stop
  std::optional<Instant> counted_from_;               // when a counter was first heard
};

// Whether a machine stands without meaning to: a standstill is made of these.
bool is_down(Doing doing);
// Whether it works: parts may come.
bool is_working(Doing doing);
// Whether its standing is planned, whatever the calendar says.
bool is_planned(Doing doing);

}  // namespace millwright::watch::oee
