#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "flow/room.hpp"
#include "watch/stop/stops.hpp"

namespace millwright::watch::stop {

// What the module brings: sections `reasons:`, `scrap_reasons:` and a machine's `stop:`, the stage,
// view `stops`, the routes below /api/v1/stops and GET /api/v1/work.
flow::Room room();

enum class ReasonKind : std::uint8_t { unplanned, planned, setup };
constexpr std::array<std::string_view, 3> reason_kind_words{"unplanned", "planned", "setup"};
constexpr std::span<const std::string_view> words_of(ReasonKind) {
  return reason_kind_words;
}

// An item of `reasons:` and of `scrap_reasons:`.
struct Reason {
  std::string name, title;
  ReasonKind kind = ReasonKind::unplanned;
  std::vector<std::string> machines;
  std::string note;

  static constexpr auto describe() {
    using T = Reason;
    return record("reason", required("name", &T::name, "", "One word, once in the list."),
                  field("title", &T::title, "", "Name for people."),
                  field("kind", &T::kind, "", "What kind of stop it tells."),
                  field("machines", &T::machines, "", "Paths of machines; absent: all."),
                  field("note", &T::note, "", "A remark."));
  }
};

// The section `stop:` of a machine.
struct StopSection {
  Duration micro_stop = 1min, needs_reason_after = 5min;
  std::string note;

  static constexpr auto describe() {
    using T = StopSection;
    return record("stop",
                  field("micro_stop", &T::micro_stop, "", "Shorter stops are counted, not listed."),
                  field("needs_reason_after", &T::needs_reason_after, "",
                        "A longer stop asks a person for its reason."),
                  field("note", &T::note, "", "A remark."));
  }
};

constexpr std::size_t reasons_max = 20;  // that apply to one machine

// Reads a list of reasons; every problem has its line and column. Thread: any; pure.
std::vector<Reason> read_reasons(const Node& node, std::string_view key, const Plant& plant,
                                 Problems& problems);
StopSection read_stop(const Node& node, const Machine& machine, Problems& problems);
std::vector<Section> sections();
bool applies(const Reason& reason, const Plant& plant, std::string_view machine_path);
// The list under that key of the plant file; empty when it has none.
std::vector<Reason> reasons_of(const Plant& plant, const std::string& key);

// A row of the view `stops`, by "machine path|from".
struct StopRow {
  std::string machine;
  Instant from{};
  std::optional<Instant> to;
  MachineState state = MachineState::nodata;
  std::string why, reason, reason_title, note, who;
  bool needs_reason = false, is_withdrawn = false;

  static constexpr auto describe() {
    using T = StopRow;
    return record(
        "stop_row", field("machine", &T::machine, "", "Path."),
        field("from", &T::from, "", "Since when it stands."),
        field("to", &T::to, "", "Until when; null: it still stands."),
        field("state", &T::state, "", "What it does meanwhile."),
        field("why", &T::why, "", "The rule that says so."),
        field("reason", &T::reason, "", "Name of the reason that somebody told; empty: none."),
        field("reason_title", &T::reason_title, "", "The same for people."),
        field("note", &T::note, "", "A remark."), field("who", &T::who, "", "Who told it."),
        field("needs_reason", &T::needs_reason, "", "Somebody should say why."),
        field("is_withdrawn", &T::is_withdrawn, "",
              "It was explained, and late data says that the machine did not stand."));
  }
  friend bool operator==(const StopRow&, const StopRow&) = default;
};

// Stops for reader threads: immutable. Rows of a machine in two parts, that long lists of the past
// are not made anew with each stop.
struct Board {
  using Rows = std::shared_ptr<const std::vector<StopRow>>;  // owners: the stage, readers
  struct OfMachine {
    Rows older, recent;
    std::size_t short_ones = 0;  // of the recent part
  };
  struct Shown {
    Instant now{};
    std::map<std::string, OfMachine, std::less<>> of_machine;
    std::shared_ptr<const std::set<std::string, std::less<>>> keys;
  };

  void put(std::shared_ptr<const Shown> shown) {
    const std::lock_guard lock(mutex_);
    shown_ = std::move(shown);
  }
  std::shared_ptr<const Shown> get() const {
    const std::lock_guard lock(mutex_);
    return shown_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Shown> shown_ = std::make_shared<const Shown>();
};

std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory,
                                        std::shared_ptr<Board> board);
std::vector<flow::Route> routes(const std::shared_ptr<const Board>& board,
                                const flow::LineContext& context);
flow::Route work_route(const flow::LineContext& context);

}  // namespace millwright::watch::stop
