#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "flow/room.hpp"
#include "model/plant_lists.hpp"
#include "watch/stop/stops.hpp"

namespace millwright::watch::stop {

// What the module brings: sections `reasons:`, `scrap_reasons:` and a machine's `stop:`, the stage,
// view `stops`, the routes below /api/v1/stops and GET /api/v1/work.
flow::Room room();

std::vector<Section> sections();
// The list under that key of the plant file; what is wrong was told when the file was read.
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
