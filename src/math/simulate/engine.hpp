#pragma once

// Private to this folder: the state of one run. See README.md for how it works.

#include <deque>

#include "math/simulate/kernel.hpp"
#include "math/simulate/simulation.hpp"

namespace millwright::math {

struct Part {
  Duration born, entered;
  std::uint32_t kind, order;
};

// A queue of parts; any of them may be taken.
class PartQueue {
 public:
  std::uint32_t size() const { return static_cast<std::uint32_t>(parts_.size() - head_); }
  bool is_empty() const { return head_ == parts_.size(); }
  const Part& operator[](std::size_t i) const { return parts_[head_ + i]; }
  void push(const Part& part) { parts_.push_back(part); }
  Part take(std::size_t i);

 private:
  std::vector<Part> parts_;
  std::size_t head_ = 0;
};

struct Slot {
  enum class Phase : std::uint8_t { free, busy, done } phase = Phase::free;
  Duration left{};  // of the cycle
  std::vector<Part> parts;
  std::size_t unloaded = 0;
};

struct MachineRun {
  enum class Phase : std::uint8_t { ready, preparing, stopped, waiting };

  const Machine* is;
  Stream cycle, setup, quality;
  std::vector<Stream> between, length;  // of each stoppage
  std::vector<Duration> operating_left;
  std::vector<Slot> slots;
  std::vector<std::uint8_t> same_setup;  // kinds x kinds: none needed; empty: never any
  std::uint32_t free_slots, done_slots = 0;

  Phase phase = Phase::ready;
  State state = State::starved;
  bool is_open = true, is_awake = false;
  std::size_t stoppage = 0;              // the one that bites
  Duration until{};                      // end of preparing or of the stop
  Duration accounted{};                  // up to when times are booked
  Duration idle_since{};                 // for the warm-up
  std::optional<Duration> gather_until;  // when a batch leaves that is not full
  std::optional<Duration> wakes_at;      // the pending event
  std::uint32_t generation = 0;
  std::optional<std::uint32_t> kind;  // set up for
  double pace = 1, scrap = 0;

  std::uint32_t busy_slots() const {
    return static_cast<std::uint32_t>(slots.size()) - free_slots - done_slots;
  }
  bool is_working() const {
    return phase == Phase::ready && busy_slots() > 0 && (is_open || is->pause != Pause::at_once);
  }
  bool can_load() const { return phase == Phase::ready && is_open && free_slots > 0; }
};

struct BufferRun {
  const Buffer* is;
  PartQueue parts;
  std::vector<std::uint32_t> consumers, producers;  // elements: machines, then sources
  std::vector<std::uint32_t> needs;                 // of each consumer: parts a cycle
  std::size_t turn = 0;                             // who is asked first, so that all have a share
};

struct SourceRun {
  const Source* is;
  Stream arrival, kind;
  std::deque<Lot> lots;
  std::uint32_t waiting = 0;
  bool is_awake = false;
};

struct CrewRun {
  std::uint32_t free;
  std::deque<std::uint32_t> queue;
};

class Simulation::Engine {
 public:
  Engine(Model model, Luck luck);

  void advance_to(Duration until);
  Outcome release(SourceIndex source, Lot lot);
  void wake(std::uint32_t element);
  void settle();
  void book_all();

  Model model;
  std::vector<MachineRun> machines;
  std::vector<BufferRun> buffers;
  std::vector<SourceRun> sources;
  std::vector<CrewRun> crews;
  Totals totals;
  Duration totals_since{};
  Duration now{};
  EventQueue events;
  Listener* listener = nullptr;

 private:
  struct Choice {
    std::size_t first;
    std::uint32_t count;
  };

  void link(std::uint32_t machine);
  void handle(const Event& event);
  void turn_calendar(std::uint32_t calendar);
  void arrive(std::uint32_t source);
  void send_lots(std::uint32_t source);

  void evaluate(std::uint32_t index);
  void book(MachineRun& run, std::uint32_t index);
  void end_phase(MachineRun& run);
  void finish_cycles(MachineRun& run, std::uint32_t index);
  void finish(MachineRun& run, std::uint32_t index, Slot& slot);
  void start_stops(MachineRun& run, std::uint32_t index);
  void unload(MachineRun& run, Slot& slot);
  void load(MachineRun& run, std::uint32_t index);
  bool load_slot(MachineRun& run, std::uint32_t index, Slot& slot);
  void start(MachineRun& run, std::uint32_t index, Slot& slot);
  void start_repair(MachineRun& run, std::uint32_t index);
  void show_state(MachineRun& run, std::uint32_t index);
  void plan_wake(MachineRun& run, std::uint32_t index);

  std::optional<Choice> choose(MachineRun& run);
  std::optional<Choice> choose_batch(MachineRun& run, const PartQueue& parts, std::uint32_t most);
  bool is_same_setup(const MachineRun& run, std::uint32_t from, std::uint32_t to) const;
  std::uint32_t matching(const MachineRun& run, const PartQueue& parts, std::size_t first,
                         std::uint32_t most) const;
  bool accepts(const BufferRun& buffer) const;
  void put(std::uint32_t buffer, Part part);
  Part take(std::uint32_t buffer, std::size_t i);
  void say(const MachineRun& run, std::uint32_t index, Happening what, const Part* part,
           std::uint32_t count);

  std::deque<std::uint32_t> awake_;
  std::vector<std::size_t> calendar_turns_;  // how many edges of each calendar are past
};

}  // namespace millwright::math
