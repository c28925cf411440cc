#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/fact/count.hpp"
#include "model/fact/order.hpp"
#include "watch/order/told.hpp"

namespace millwright::watch::order {

enum class RunState : std::uint8_t { none, started, paused };
constexpr std::array<std::string_view, 3> run_state_words{"none", "started", "paused"};
constexpr std::span<const std::string_view> words_of(RunState) {
  return run_state_words;
}

// How a run ended: it lasts; the order is done here; another came before it was said to be done.
enum class Ending : std::uint8_t { open, done, left };
constexpr std::array<std::string_view, 3> ending_words{"open", "done", "left"};
constexpr std::span<const std::string_view> words_of(Ending) {
  return ending_words;
}

struct Parts {
  std::int64_t good = 0, scrap = 0;

  static constexpr auto describe() {
    return record("parts", field("good", &Parts::good, "parts", "Good parts."),
                  field("scrap", &Parts::scrap, "parts", "Rejected parts."));
  }
  friend bool operator==(const Parts&, const Parts&) = default;
};

// A machine works on one order from `from` until the next run begins.
struct Run {
  Instant from{};
  std::string order, product;  // empty: none
  RunState state = RunState::none;
  ToldBy how = ToldBy::tag;
  Ending ending = Ending::open;
  Parts parts{};

  static constexpr auto describe() {
    using T = Run;
    return record("run", field("from", &T::from, "", "Since when."),
                  field("order", &T::order, "", "Number."),
                  field("product", &T::product, "", "What is made."),
                  field("state", &T::state, "", "Whether it is worked on."),
                  field("how", &T::how, "", "How it was told."),
                  field("ending", &T::ending, "", "How it ended."),
                  field("parts", &T::parts, "", "Parts made in it."));
  }
  friend bool operator==(const Run&, const Run&) = default;
};

// What is now known of a time: `until` is absent when it reaches to now.
struct RunDifference {
  Instant from{};
  std::optional<Instant> until;
  std::string order, product;

  static constexpr auto describe() {
    using T = RunDifference;
    return record("run_difference", field("from", &T::from, "", ""),
                  field("until", &T::until, "", ""), field("order", &T::order, "", ""),
                  field("product", &T::product, "", ""));
  }
  friend bool operator==(const RunDifference&, const RunDifference&) = default;
};

struct RunWindows {
  Duration late = 26h;      // what comes later than that is not placed
  Duration kept = 840h;     // 35 days of runs
  Duration ahead = 5min;    // what is further in the future is not believed
  Duration settling = 10s;  // a product told so shortly after its order belongs to all of the run
};

// What one machine worked on over event time, and the parts that it made of it. Tags, moves and
// parts may come in any order: within the windows the same give the same runs. Plain data of one
// owner. Pure: it knows the time only from what it is told.
class Runs {
 public:
  static constexpr std::size_t moves_max = 10'000, steps_max = 100'000, runs_max = 20'000;
  // The product of an order that is described; empty: not known.
  using ProductOf = std::function<std::string(const std::string& order)>;

  explicit Runs(const RunWindows& windows = {}) : windows_(windows) { runs_.emplace_back(); }
  // What was before `begin` is not asked.
  Runs(const RunWindows& windows, Instant begin);

  void hear_order(Instant at, std::string_view number, Instant now);
  void hear_product(Instant at, std::string_view product, Instant now);
  void hear_quantity(Instant at, std::string_view parts, Instant now);
  // Somebody moved an order along here.
  void move(Instant at, const fact::OrderMoved& moved);
  // Parts were made; `order` when a person said of which.
  void count(const fact::PartsMade& made, const std::string& order = {});
  // The description of an order changed.
  void touch() { is_touched_ = true; }

  bool needs_settling() const { return is_touched_; }
  // Brings the runs up to what was heard and returns what changed, in order of time.
  std::vector<RunDifference> settle(const ProductOf& product_of);
  // Forgets what lies before the windows. Returns the runs that are no longer kept.
  std::vector<Run> forget(Instant now);

  const std::vector<Run>& runs() const { return runs_; }  // never empty
  const Run& now() const { return runs_.back(); }
  // Since when the machine is on the order of its last run, and the parts it made of an order.
  Instant on_it_since() const;
  Parts parts_of(const std::string& order) const;
  std::int64_t good_between(Instant after, Instant until) const;
  // Parts of the order as the machine's controller tells them, in the last run, or in any.
  std::optional<std::uint64_t> quantity() const { return quantity(runs_.size() - 1); }
  std::optional<std::uint64_t> quantity(std::size_t run) const;
  std::uint64_t unused_rows() const { return unused_rows_; }
  // Index of the first run that changed since the last call; runs().size(): none did.
  std::size_t take_changed();
  void changed(std::size_t run) { changed_from_ = std::min(changed_from_, run); }

  // A past is being filled in beside it (past_runs.hpp), up to `until` at most. Returns where what
  // is known here begins: there that past ends.
  Instant make_room(Instant until);
  // Where it begins by now: a late row may have come before.
  Instant begin() const { return base_.from; }
  // Of the time from the first one up to `until`, before its own begin, this is known by now.
  void put_past(const std::vector<Run>& runs, Instant until);
  // Parts of these runs of a past that reaches up to `until`, whatever was said of them before.
  void put_past_parts(std::span<const Run> runs, Instant until);

  void save(Writer& out) const;
  Outcome load(Reader& in);
  // What save() leaves out because it is nothing when all that was heard has been settled.
  void save_unsettled(Writer& out) const;
  Outcome load_unsettled(Reader& in);
  void save_past(Writer& out) const;
  Outcome load_past(Reader& in);

 private:
  struct Step {
    Instant after{};
    std::int64_t parts = 0;
    CountedBy by = CountedBy::counter;
    std::string order;  // when a person said of which

    static constexpr auto describe() {
      return record("step", field("after", &Step::after, "", ""),
                    field("parts", &Step::parts, "", ""), field("by", &Step::by, "", ""),
                    field("order", &Step::order, "", ""));
    }
  };
  using Steps = std::multimap<Instant, Step>;  // by the time at which they count

  bool is_placed(Instant at, Instant now);
  void begin_before(Instant at);
  bool is_begun() const { return base_.from != Instant{}; }
  std::vector<Run> fold() const;
  void take_tag(std::vector<Run>& runs, Instant at, std::string_view number) const;
  static void take_move(std::vector<Run>& runs, Instant at, const fact::OrderMoved& moved);
  static void append(std::vector<Run>& runs, Run next, Ending ending);
  std::vector<Run> with_products(const std::vector<Run>& folded, const ProductOf& product_of) const;
  void add_told_products(std::vector<Run>& out, Run run, Instant until) const;
  std::size_t run_at(Instant at, CountedBy by) const;
  void add(PartKind kind, Instant at, const Step& step, std::int64_t sign);
  void recount();

  RunWindows windows_;
  Told orders_, products_, quantities_;
  std::map<Instant, fact::OrderMoved> moves_;
  Run base_;  // what holds at floor_, as told
  Instant floor_{};
  std::vector<Run> runs_;
  Steps good_, scrap_;
  std::map<Instant, Parts> settled_;       // of runs by their start: steps before floor_
  std::map<std::string, Parts> reported_;  // a person said of which order: not of the run
  std::map<Instant, Parts> past_parts_;    // of runs of a past by their start
  Instant past_until_{};                   // put_past() has said what was so up to here
  std::uint64_t unused_rows_ = 0;
  std::size_t changed_from_ = 0;
  bool is_touched_ = false;
};

// The times at which what is told of a machine differs: every piece of `is` that was not so.
std::vector<RunDifference> differences(const std::vector<Run>& was, const std::vector<Run>& is);
// Runs as others hear of them: neighbours differ, a paused order is none.
std::vector<RunDifference> pieces_of(const std::vector<Run>& runs);
// Every piece of `is` that no piece of `was` tells.
std::vector<RunDifference> differences_of(const std::vector<RunDifference>& was,
                                          std::vector<RunDifference> is);

}  // namespace millwright::watch::order
