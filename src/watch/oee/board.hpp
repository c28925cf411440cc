#pragma once

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "watch/oee/flow.hpp"
#include "watch/oee/oee.hpp"

namespace millwright::watch::oee {

// What reader threads see: immutable, shared until it changes.
struct Shown {
  struct Page {
    static constexpr std::size_t slots = 32;
    std::array<Sums, slots> sums;
  };
  struct One {
    std::string path, title, line, area;             // paths of its line and area
    std::vector<std::shared_ptr<const Page>> pages;  // owners: the stage and readers
    std::shared_ptr<const std::vector<Cycle>> cycles;
    std::optional<double> ideal;  // seconds a part of what runs
  };
  // Slots in order of time, of all machines, cut at hours and shifts.
  struct Grid {
    std::vector<Shift> shifts;
    std::vector<TimeSpan> spans;
    std::vector<std::uint32_t> shift_of;  // by slot

    Slot slot(std::size_t i) const { return {spans[i], &shifts[shift_of[i]]}; }
    std::size_t size() const { return spans.size(); }
    // The slots that overlap a span: first and one past the last.
    std::pair<std::size_t, std::size_t> overlapping(TimeSpan span) const;
  };
  // A line, an area, the plant.
  struct Group {
    std::string path, title;
    Level level;
    std::vector<std::size_t> machines;  // indices
    Flow flow;
  };
  Instant now{};
  std::string plant_path;
  std::shared_ptr<const std::vector<Group>> groups;  // owners: the stage and readers
  std::shared_ptr<const Grid> grid;                  // owners: the stage and readers
  Titles reasons;
  bool has_target = false;
  std::vector<One> machines;

  const Sums& sums(const One& machine, std::size_t slot) const {
    return machine.pages[slot / Page::slots]->sums[slot % Page::slots];
  }
};

// Adds up machines, each with its title. Those whose parts nobody counts are left out and named.
Sums together(const std::vector<Sums>& sums, const std::vector<std::string>& titles);

// Finished parts of a line, an area or the plant over slots, and the plan of them: absent where the
// flow, a counter or an ideal cycle is missing.
struct Finished {
  std::optional<std::int64_t> good;
  std::optional<double> plan;
};
// `sums` of a machine of the group, by its place in it, and a slot of `slots` (first, one past the
// last).
using SumsOf = std::function<const Sums&(std::size_t machine, std::size_t slot)>;
Finished finished_of(const Flow& flow, std::pair<std::size_t, std::size_t> slots,
                     const SumsOf& sums);
// A row of a group speaks of finished parts.
void fill_finished(OeeRow& row, const Flow& flow, const Finished& finished);

// Where the stage leaves it and routes find it. Thread: any.
class Board {
 public:
  void put(std::shared_ptr<const Shown> shown);
  std::shared_ptr<const Shown> get() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Shown> shown_;
};

// Owners of the board: the stage, which writes, and the routes, which read.
std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory,
                                        std::shared_ptr<Board> board);
std::vector<flow::Route> routes(const std::shared_ptr<const Board>& board);

}  // namespace millwright::watch::oee
