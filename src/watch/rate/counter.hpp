#pragma once

#include <deque>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace millwright::watch::rate {

// What a counter did from one value to the next.
enum class Step : std::uint8_t {
  counted,      // it rose, by no more than the machine can make
  reset,        // it fell to half or less: it was set to nought and has counted on
  rolled_over,  // it stood within 1 % of the end of its type and stands within 1 % of its start
  implausible   // anything else: not counted, and said
};

// How much a machine can make, for telling a jump. Five times its best, and ten parts of grace.
struct Plausible {
  std::optional<double> ideal_rate;  // parts/h; absent: nothing is told apart
  double parts_max(Duration during) const;
};

// Parts that a step means. Source of the ends: the ranges of 16- and 32-bit integers of IEC
// 61131-3.
struct Counted {
  Step step = Step::counted;
  double parts = 0;
};
Counted count(double before, double after, Duration during, const Plausible& plausible);

// A part counter over event time. Of a run of equal values it keeps the first and the last, so that
// a late value changes only the steps beside it. Plain data of one owner; pure.
class Counter {
 public:
  static constexpr std::size_t points_max = 100'000;

  explicit Counter(const Plausible& plausible = {}) : plausible_(plausible) {}

  void set_plausible(const Plausible& plausible);

  // A value. The same twice has no effect; another value of the same time replaces the old one.
  // False: it came too late to be placed.
  bool put(Instant at, double value);
  // Forgets what lies before `floor`, but for the value that held then.
  void forget_before(Instant floor);

  bool is_heard() const { return !points_.empty(); }
  Instant first() const { return points_.front().at; }  // is_heard()
  Instant last() const { return last_; }
  // Parts in (from, to]; a step counts at the time of its later value.
  double parts(Instant from, Instant to) const;
  struct Trouble {
    Instant at;
    std::string what;
  };
  // The newest step after `from` that was not counted.
  std::optional<Trouble> trouble_after(Instant from) const;

  void save(Writer& out) const;
  Outcome load(Reader& in);

 private:
  struct Point {
    Instant at;
    double value;
    double total;  // parts from the first point that was ever kept up to here
    bool is_implausible;
  };
  double total_at(Instant when) const;
  std::size_t drop_repeats(std::size_t around);
  void recount(std::size_t from);

  Plausible plausible_;
  std::deque<Point> points_;  // by event time
  Instant last_{};            // newest value heard, changed or not
  Instant floor_{};
};

}  // namespace millwright::watch::rate
