#pragma once

#include "math/simulate/simulate.hpp"

namespace millwright::math {

// Bounds. More is refused by open (elements, stoppages) or by release (lots).
constexpr std::size_t elements_max = 1 << 16, stoppages_max = 4, lots_max = 1 << 16;
constexpr std::size_t kinds_max = 1024, places_max = 1024;

struct MachineTotals {
  std::array<Duration, state_count> in_state{};
  std::uint64_t cycles = 0, good = 0, scrapped = 0, reworked = 0;
};
struct BufferTotals {
  std::uint64_t taken = 0;
  double waited = 0;  // seconds, summed over the parts taken
};
struct Totals {
  Duration span{};
  std::vector<MachineTotals> machines;
  std::vector<BufferTotals> buffers;
  std::uint64_t left = 0;         // parts that left the model
  double time_in_model = 0;       // seconds, summed over the parts that left
  std::uint64_t turned_away = 0;  // random arrivals at a full buffer
  std::uint64_t events = 0;

  double share(MachineIndex machine, State state) const;
};

struct Luck {
  std::uint64_t seed = 0;
  std::uint32_t replication = 0;
};

// One run of a model. The same model, luck and calls give the same records, byte for byte.
// Thread: one at a time.
class Simulation {
 public:
  // Errors: invalid, with the name of the element and what to change.
  static Result<Simulation> open(Model model, Luck luck);
  Simulation(Simulation&&) noexcept;
  Simulation& operator=(Simulation&&) noexcept;
  ~Simulation();

  // Who hears what happens from now on; nullptr for no one. It must outlive the run.
  void listen(Listener* listener);
  // Handles all that falls due up to and with `until`.
  void advance_to(Duration until);
  Duration now() const;
  std::optional<Duration> next_event() const;

  // Errors: full at lots_max waiting lots; invalid for an unknown kind or source or an empty lot.
  Outcome release(SourceIndex source, Lot lot);
  std::uint32_t waiting(SourceIndex source) const;  // parts of lots not yet in the buffer

  // From the next cycle, or the next part, on.
  void set_pace(MachineIndex machine, double cycle_factor);
  void set_scrap(MachineIndex machine, double share);
  // The stoppage bites as soon as the machine works; nothing when it has no such stoppage.
  void stop_next(MachineIndex machine, std::size_t stoppage);

  State state(MachineIndex machine) const;
  std::uint32_t level(BufferIndex buffer) const;
  Totals totals();      // since the start or the last reset
  void reset_totals();  // ends a warm-up

 private:
  class Engine;
  explicit Simulation(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

struct Experiment {
  std::uint64_t seed = 0;
  std::uint32_t replications = 1;
  unsigned threads = 1;
  Duration warm_up{};
  Duration span{};  // after the warm-up
};

// Independent replications; the answer does not depend on the number of threads.
// Errors: invalid, as of Simulation::open.
Result<std::vector<Totals>> replicate(const Model& model, const Experiment& experiment);

// Mean over replications and the half width of its 95 % confidence interval (Student's t).
struct Estimate {
  double mean, half_width;
};
Estimate estimate(std::span<const double> values);

}  // namespace millwright::math
