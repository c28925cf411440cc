#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "flow/room.hpp"
#include "watch/state/timeline.hpp"

namespace millwright::watch::state {

// What the module brings: section `state:` of a machine, the stage, view `machines`, route
// GET /api/v1/states.
flow::Room room();

// A row of the view `machines`.
struct MachineRow {
  std::string title, area, line;
  MachineState state = MachineState::nodata;
  MachineMode mode = MachineMode::unknown;
  Instant since{};
  std::string why;
  std::uint64_t band = 0;
  bool is_real = false;
  std::uint64_t unused_rows = 0;

  static constexpr auto describe() {
    using T = MachineRow;
    return record(
        "machine_row", field("title", &T::title, "", "Name for people."),
        field("area", &T::area, "", "First part of the path below the plant."),
        field("line", &T::line, "", "Second part of the path below the plant."),
        field("state", &T::state, "", "What it does now."),
        field("mode", &T::mode, "", "What it is there for now."),
        field("since", &T::since, "", "Since when both are so."),
        field("why", &T::why, "", "The rule that says so, or what is missing."),
        field("band", &T::band, "", "Counts changes of the past: fetch the states again."),
        field("is_real", &T::is_real, "", "False for a simulated machine."),
        field("unused_rows", &T::unused_rows, "",
              "Readings that came too late, or from the future, and did not count."));
  }
};

// The states of all machines for reader threads: immutable, one list a machine, shared until it
// changes.
struct Bands {
  // Two lists, so that a change of now does not copy a month. Owners: the stage until the machine's
  // states change, and readers.
  struct Band {
    std::shared_ptr<const std::vector<Interval>> older, recent;
  };
  Instant now;
  std::map<std::string, Band, std::less<>> of_machine;
};

// Where the stage leaves the bands and routes find them. Thread: any.
class BandBoard {
 public:
  void put(std::shared_ptr<const Bands> bands);
  std::shared_ptr<const Bands> get() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Bands> bands_;
};

// Owners of the board: the stage, which writes, and the routes, which read.
std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory,
                                        std::shared_ptr<BandBoard> board);
flow::Route states_route(const std::shared_ptr<const BandBoard>& board);

}  // namespace millwright::watch::state
