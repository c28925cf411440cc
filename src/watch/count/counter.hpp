#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace millwright::watch::count {

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

// In (after, at] so many parts were made: what was known of (after, at] before no longer holds.
struct Made {
  Instant after, at;
  std::int64_t parts = 0;
  friend bool operator==(const Made&, const Made&) = default;
};

// A part counter over event time, for as long as its window reaches back from its newest value. Any
// order of arrival gives the same steps, within two limits: of a run of equal values that is older
// than `thinned_after` only the first and the last are kept, so that only a fall inside it could
// be placed differently; and what is older than the window is refused once something was forgotten.
// Plain data of one owner; pure.
class Counter {
 public:
  static constexpr std::size_t points_max = 100'000;
  static constexpr Duration window = 26h, thinned_after = 1h;
  static constexpr std::size_t tidied_every = 256;  // values, so that tidying costs little

  struct Begin {  // the first value there ever was
    Instant at{};
    double value = 0;
  };
  struct Trouble {
    Instant at;
    std::string what;
  };

  explicit Counter(const Plausible& plausible = {}) : plausible_(plausible) {}

  // Holds for values to come.
  void set_plausible(const Plausible& plausible) { plausible_ = plausible; }

  // A value; what is no longer so of the steps goes to `made`. The same twice has no effect;
  // another value of the same time replaces the old one. False: it cannot be placed.
  bool put(Instant at, double value, std::vector<Made>& made);
  // Takes what came before in from another counter. Shape: `past` ends before this one begins.
  void prepend(const Counter& past, std::vector<Made>& made);

  bool is_heard() const { return !points_.empty(); }
  bool has_forgotten() const { return has_forgotten_; }
  Instant first() const { return front().at; }                // is_heard()
  Instant last() const { return points_.back().at; }          // is_heard()
  double first_value() const { return front().value; }        // is_heard()
  double last_value() const { return points_.back().value; }  // is_heard()
  const Begin& begin() const { return begin_; }
  // Parts in (from, to]; a step counts at the time of its later value.
  double parts(Instant from, Instant to) const;
  // The newest step after `from` that was not counted.
  std::optional<Trouble> trouble_after(Instant from) const;

  void save(Writer& out) const;
  Outcome load(Reader& in);

 private:
  struct Point {
    Instant at;
    double value;
    double parts;  // of the step that ends here
    double total;  // of all steps up to here
    bool is_implausible;
  };
  const Point& front() const { return points_.front(); }
  double total_at(Instant when) const;
  void judge(std::size_t index, std::vector<Made>& made);
  void tidy();

  Plausible plausible_;
  std::deque<Point> points_;  // by event time, one for each time
  Begin begin_;
  bool has_forgotten_ = false;  // something lay before the first point
  std::uint32_t untidied_ = 0;  // values since the last tidying
};

}  // namespace millwright::watch::count
