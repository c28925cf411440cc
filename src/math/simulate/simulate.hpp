#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "math/simulate/random.hpp"

namespace millwright::math {

using KindIndex = Id<struct PartKindTag>;  // what distinguishes parts: product, colour ...
using BufferIndex = Id<struct SimulatedBufferTag>;
using MachineIndex = Id<struct SimulatedMachineTag>;
using SourceIndex = Id<struct SimulatedSourceTag>;
using CrewIndex = Id<struct SimulatedCrewTag>;
using CalendarIndex = Id<struct SimulatedCalendarTag>;

// All times are since the start of the run. `open` is sorted and does not overlap; after the last
// interval the calendar is closed for good.
struct Interval {
  Duration from, to;
};
struct Calendar {
  std::vector<Interval> open = {};
};

constexpr std::uint32_t unbounded = std::numeric_limits<std::uint32_t>::max();
struct Buffer {
  std::string name;
  std::uint32_t capacity = unbounded;  // 0: parts go from hand to hand
};

struct Input {
  BufferIndex buffer;
  std::uint32_t count = 1;  // of the first input: the most in one batch, all of kinds that need no
};                          // set-up between them; of the others: what one cycle consumes (a join)

enum class State : std::uint8_t {
  starved,
  running,
  blocked,
  setup,
  micro_stop,
  down,
  waiting,  // down, and no one of the crew is free
  closed    // outside its calendar
};
constexpr std::size_t state_count = 8;

// Bites while the machine works: `between` counts operating time alone.
struct Stoppage {
  Distribution between, length;
  State shows = State::down;
  std::optional<CrewIndex> crew = {};
};

enum class Pause : std::uint8_t { finish_cycle, at_once };

struct Machine {
  std::string name;
  std::vector<Input> inputs = {};          // none: raw parts without end, of kind 0
  std::optional<BufferIndex> output = {};  // none: parts leave the model
  std::optional<BufferIndex> rework = {};  // none: a part to rework goes through one more cycle
  std::vector<Distribution> cycle = {};    // by kind; one entry is good for all kinds
  std::vector<Distribution> setup = {};    // kinds x kinds, [from * kinds + to]; none: no set-ups
  std::vector<Stoppage> stoppages = {};    // at most stoppages_max
  double scrap_share = 0, rework_share = 0;
  std::uint32_t places = 1;         // cycles at a time, each with its own parts
  std::uint32_t yield = 1;          // parts a cycle of a machine without inputs
  Duration gather_most = time_max;  // how long a batch waits to be full
  std::optional<CalendarIndex> calendar = {};
  Pause pause = Pause::finish_cycle;
  Duration cold_after = time_max;  // closed or idle for so long: `warm_up` comes first
  Distribution warm_up = {};
};

// Sends parts into a buffer: at random, where a full buffer turns them away, and in lots handed to
// Simulation::release, which wait until there is room.
struct Source {
  std::string name;
  BufferIndex into;
  std::optional<Distribution> between = {};
  std::vector<double> kind_weights = {};  // of random arrivals; none: kind 0
};

struct Model {
  std::uint32_t kinds = 1;
  std::vector<Buffer> buffers = {};
  std::vector<Machine> machines = {};
  std::vector<Source> sources = {};
  std::vector<std::uint32_t> crews = {};  // how many people each
  std::vector<Calendar> calendars = {};
};

struct Lot {
  std::uint32_t order;
  KindIndex kind;
  std::uint32_t count;
};

// What happened, in the order in which it did.
enum class Happening : std::uint8_t { state_changed, cycle_started, made_good, scrapped, reworked };
struct Record {
  Duration at;
  MachineIndex machine;
  Happening what;
  State state;  // after it
  KindIndex kind;
  std::uint32_t order;
  std::uint32_t count;  // parts
};
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void hear(const Record& record) = 0;
};

}  // namespace millwright::math
