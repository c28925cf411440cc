#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace millwright::twin {

// The demo works: the e-bike plant as a table. It is the ground truth of the virtual plant; nothing
// outside this folder may read it but the function that writes the plant file.

enum class Product : std::uint8_t { city, trail, cargo };
constexpr std::size_t product_count = 3, colour_count = 4;  // colours from light to dark
std::string_view word_of(Product product);

// The OPC UA servers of the works, as a plant would group its machines.
enum class Group : std::uint8_t { frames, paint, electronics, battery, final_assembly };
constexpr std::size_t group_count = 5;
std::string_view word_of(Group group);

enum class Type : std::uint8_t {
  saw,
  bender,
  cnc,
  weld,
  leaktest,
  pretreat,
  booth,
  oven,
  placer,
  reflow,
  camera,
  battery_tester,
  station,
  bike_tester,
  packer
};

// Where parts wait between machines. `frames_ordered` and `boards_ordered` are filled by orders.
enum class Store : std::uint8_t {
  frames_ordered,
  cut,
  bent,
  machined,
  welded,
  tight,
  pretreated,
  coated,
  painted,
  boards_ordered,
  placed,
  soldered,
  boards,
  packs,
  bikes,
  tested
};
constexpr std::size_t store_count = 16;
std::uint32_t places_of(Store store);

// What is to be set up between two lots.
enum class Setup : std::uint8_t { none, product, frame_family, fixture, colour, booth };
// When it works: shifts with breaks, shifts without (it runs by itself), shifts unless its person
// is absent.
enum class Hours : std::uint8_t { manned, automatic, person };

// The numbers that another seed draws anew, within 30 % of these.
struct Parameters {
  std::array<double, product_count> cycle_seconds;  // a part, a batch, a panel or a place
  std::array<double, 2> setup_minutes;              // large and small step
  double mtbf_hours, mttr_minutes;                  // 0: no breakdowns
  double micro_per_hour, micro_minutes;             // 0: no micro-stops
  double scrap_share, rework_share;
  double idle_kilowatts, run_kilowatts;
};

struct Station {
  std::string_view path;  // below the plant: frames/cutting/saw1
  std::string_view title;
  Type type;
  Group group;
  Hours hours;
  Setup setup;
  std::optional<Store> from;  // none: raw parts without end
  std::uint32_t batch;        // parts a cycle; also those of a panel
  std::uint32_t places;
  std::optional<Store> to;  // none: shipped
  Parameters is;

  bool carries_frames() const { return group != Group::electronics && group != Group::battery; }
  std::string_view name() const { return path.substr(path.rfind('/') + 1); }
};

struct Works {
  std::uint64_t seed;
  std::vector<Station> stations;
};

constexpr std::uint64_t true_seed = 7;  // at which the parameters are those of the table
constexpr double spread = 0.3;          // of each parameter at other seeds
constexpr double variation = 0.6;       // of repairs, set-ups and micro-stops (log-normal)
constexpr std::string_view plant_path = "velo/berlin", plant_zone = "Europe/Berlin";

Works works_of(std::uint64_t seed);

// Good parts an hour at best: the mean over the products of what its places and batches allow.
double ideal_rate(const Station& station);

}  // namespace millwright::twin
