#pragma once

#include "watch/count/counter.hpp"

namespace millwright::watch::count {

// What one tag has counted, on two fronts: the live one, and a past that is being filled in (a
// history that is sent oldest first while live values flow). The past moves forward in time with a
// window of its own and ends where the live front begins: there one step joins the two. Plain data
// of one owner; pure.
class Tally {
 public:
  static constexpr Duration joined_within = 1h;  // values nearer than this are neighbours
  static constexpr Duration quiet_max = 1min;    // then another past may be filled in
  static constexpr Duration given_up = 1h;       // a past that is quiet so long has ended

  void set_plausible(const Plausible& plausible);
  // As Counter::put. `learned`: when it was heard.
  bool put(Instant at, double value, Instant learned, std::vector<Made>& made);
  // Joins a past that has ended with a wide gap before the live front.
  void settle(Instant now, std::vector<Made>& made);

  const Counter& live() const { return live_; }
  bool is_filling() const { return past_.has_value(); }

  void save(Writer& out) const;
  Outcome load(Reader& in);

 private:
  bool put_past(Instant at, double value, Instant learned, std::vector<Made>& made);
  void join(Duration within, std::vector<Made>& made);

  Plausible plausible_;
  Counter live_;
  std::optional<Counter> past_;
  Instant past_heard_{};
};

}  // namespace millwright::watch::count
