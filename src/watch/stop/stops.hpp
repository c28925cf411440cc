#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "model/fact/state.hpp"
#include "model/fact/stop.hpp"

namespace millwright::watch::stop {

struct StopRules {
  Duration micro_stop = 1min, needs_reason_after = 5min;
};

// Why a machine stood, as somebody said it.
struct Explanation {
  Instant from{}, until{};  // of the stop as it was known then
  Instant said{};
  std::string reason, note, who;  // empty reason: taken back

  static constexpr auto describe() {
    using T = Explanation;
    return record("explanation", field("from", &T::from, "", ""), field("until", &T::until, "", ""),
                  field("said", &T::said, "", ""), field("reason", &T::reason, "", ""),
                  field("note", &T::note, "", ""), field("who", &T::who, "", ""));
  }
};

// A time in which a machine stood in one state.
struct Stop {
  Instant from{};
  std::optional<Instant> to;  // none: it still stands
  MachineState state = MachineState::nodata;
  std::string why;
  const Explanation* explanation = nullptr;
  bool needs_reason = false;
  bool is_withdrawn = false;  // it was explained, and late data says that the machine did not stand
};

bool is_stop(MachineState state);

// The stops of one machine, and why. States and explanations may come in any order. Plain data of
// one owner. Pure.
class Stops {
 public:
  static constexpr std::size_t pieces_max = 100'000, explanations_max = 20'000;

  void hear(const fact::StateChanged& changed);
  void explain(const fact::StopExplained& explained, Instant said);
  void forget_before(Instant floor);

  // The stops that overlap the time, in order, without those shorter than `micro_stop` that nobody
  // explained; and explanations whose stop is no more. `short_ones` counts what is left out.
  std::vector<Stop> between(Instant from, Instant to, Instant now, const StopRules& rules,
                            std::size_t* short_ones = nullptr) const;

  void save(Writer& out) const;
  Outcome load(Reader& in);

 private:
  struct Piece {  // until the next begins
    MachineState state = MachineState::nodata;
    std::string why;
  };
  using Pieces = std::map<Instant, Piece>;
  struct Span {
    Instant from{};
    std::optional<Instant> to;
  };

  Span span_of(Pieces::const_iterator piece) const;
  Pieces::const_iterator stop_at(Instant at) const;  // its first piece; end(): none
  Pieces::const_iterator stop_of(const Explanation& explanation) const;
  void put(Instant from, Piece piece);

  Pieces pieces_;
  std::multimap<Instant, Explanation> explanations_;  // by the start of the stop as it was told
};

}  // namespace millwright::watch::stop
