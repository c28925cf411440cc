#include "twin/plant/works.hpp"

#include "math/simulate/random.hpp"

namespace millwright::twin {
namespace {

using std::optional;

// clang-format off
// path, title, type, group, hours, set-up, from, batch, places, to,
//   {cycle s City, Trail, Cargo}, {set-up min}, MTBF h, MTTR min, micro-stops 1/h, min, scrap, rework, kW idle, run
const Station stations[] = {
    {"frames/cutting/saw1", "Tube saw 1", Type::saw, Group::frames, Hours::manned, Setup::product,
     Store::frames_ordered, 1, 1, Store::cut,
     {{30, 32, 38}, {3, 3}, 90, 18, 1.5, 0.7, 0.004, 0, 0.8, 4}},
    {"frames/cutting/bender1", "Tube bender 1", Type::bender, Group::frames, Hours::manned, Setup::frame_family,
     Store::cut, 1, 1, Store::bent,
     {{34, 34, 46}, {12, 12}, 110, 25, 1.0, 0.9, 0.006, 0, 1, 6}},
    {"frames/machining/cnc1", "CNC mill 1", Type::cnc, Group::frames, Hours::manned, Setup::fixture,
     Store::bent, 1, 1, Store::machined,
     {{118, 126, 150}, {18, 4}, 75, 45, 0.8, 1.2, 0.009, 0, 2.2, 11}},
    {"frames/machining/cnc2", "CNC mill 2", Type::cnc, Group::frames, Hours::manned, Setup::fixture,
     Store::bent, 1, 1, Store::machined,
     {{118, 126, 150}, {18, 4}, 75, 45, 0.8, 1.2, 0.009, 0, 2.2, 11}},
    {"frames/machining/cnc3", "CNC mill 3", Type::cnc, Group::frames, Hours::manned, Setup::fixture,
     Store::bent, 1, 1, Store::machined,
     {{118, 126, 150}, {18, 4}, 75, 45, 0.8, 1.2, 0.009, 0, 2.2, 11}},
    {"frames/machining/cnc4", "CNC mill 4", Type::cnc, Group::frames, Hours::manned, Setup::fixture,
     Store::bent, 1, 1, Store::machined,
     {{118, 126, 150}, {18, 4}, 75, 45, 0.8, 1.2, 0.009, 0, 2.2, 11}},
    {"frames/welding/weld1", "Welding robot 1", Type::weld, Group::frames, Hours::manned, Setup::product,
     Store::machined, 1, 1, Store::welded,
     {{104, 110, 140}, {9, 9}, 60, 30, 2.2, 0.8, 0.016, 0, 3, 24}},
    {"frames/welding/weld2", "Welding robot 2", Type::weld, Group::frames, Hours::manned, Setup::product,
     Store::machined, 1, 1, Store::welded,
     {{104, 110, 140}, {9, 9}, 60, 30, 2.2, 0.8, 0.016, 0, 3, 24}},
    {"frames/welding/leaktest", "Leak test", Type::leaktest, Group::frames, Hours::manned, Setup::none,
     Store::welded, 1, 1, Store::tight,
     {{44, 44, 52}, {0, 0}, 200, 20, 0.6, 0.5, 0.003, 0, 0.4, 1}},
    {"paint/line1/pretreat", "Pre-treatment", Type::pretreat, Group::paint, Hours::manned, Setup::colour,
     Store::tight, 12, 1, Store::pretreated,
     {{600, 600, 600}, {6, 6}, 150, 40, 0, 0, 0.005, 0, 6, 18}},
    {"paint/line1/booth", "Spray booth", Type::booth, Group::paint, Hours::manned, Setup::booth,
     Store::pretreated, 12, 1, Store::coated,
     {{540, 540, 540}, {32, 14}, 120, 35, 0, 0, 0.018, 0, 9, 32}},
    {"paint/line1/oven", "Curing oven", Type::oven, Group::paint, Hours::automatic, Setup::none,
     Store::coated, 12, 1, Store::painted,
     {{900, 900, 900}, {35, 35}, 300, 60, 0, 0, 0.004, 0, 28, 62}},
    {"electronics/smt/placer1", "Placer 1", Type::placer, Group::electronics, Hours::manned, Setup::frame_family,
     Store::boards_ordered, 4, 1, Store::placed,
     {{88, 88, 88}, {22, 22}, 95, 22, 3.0, 0.6, 0.008, 0, 2, 5}},
    {"electronics/smt/reflow1", "Reflow oven 1", Type::reflow, Group::electronics, Hours::automatic, Setup::frame_family,
     Store::placed, 4, 1, Store::soldered,
     {{80, 80, 80}, {15, 15}, 260, 50, 0, 0, 0.003, 0, 12, 21}},
    {"electronics/smt/camera1", "Board inspection 1", Type::camera, Group::electronics, Hours::manned, Setup::frame_family,
     Store::soldered, 4, 1, Store::boards,
     {{20, 20, 20}, {2, 2}, 180, 12, 1.2, 0.4, 0, 0.015, 0.3, 0.4}},
    {"battery/test/tester1", "Pack tester 1", Type::battery_tester, Group::battery, Hours::automatic, Setup::none,
     {}, 1, 8, Store::packs,
     {{1500, 1500, 1500}, {0, 0}, 140, 30, 0.5, 2, 0.011, 0, 2, 14}},
    {"assembly/final/station_a", "Assembly station A", Type::station, Group::final_assembly, Hours::person, Setup::product,
     Store::painted, 1, 1, Store::bikes,
     {{210, 230, 280}, {5, 5}, 0, 0, 1.8, 1.5, 0, 0.012, 0.5, 1}},
    {"assembly/final/station_b", "Assembly station B", Type::station, Group::final_assembly, Hours::person, Setup::product,
     Store::painted, 1, 1, Store::bikes,
     {{210, 230, 280}, {5, 5}, 0, 0, 1.8, 1.5, 0, 0.012, 0.5, 1}},
    {"assembly/final/tester", "Bike tester", Type::bike_tester, Group::final_assembly, Hours::manned, Setup::none,
     Store::bikes, 1, 1, Store::tested,
     {{120, 120, 150}, {0, 0}, 160, 20, 0.9, 0.8, 0, 0.015, 0.6, 2}},
    {"shipping/packing/packer1", "Packer 1", Type::packer, Group::final_assembly, Hours::manned, Setup::frame_family,
     Store::tested, 1, 1, {},
     {{95, 95, 130}, {7, 7}, 130, 18, 1.4, 0.6, 0.001, 0, 0.7, 3}},
};
// clang-format on

constexpr std::uint32_t store_places[store_count] = {6,  12, 16, 12, 6,  24, 24, 24,
                                                     24, 8,  16, 16, 24, 24, 6,  8};

constexpr std::uint32_t drawing = 900;  // purpose of the stream that draws parameters

Parameters drawn(const Parameters& is, std::uint64_t seed, std::uint32_t station) {
  math::Stream luck({.seed = seed, .element = station, .purpose = drawing});
  const auto factor = [&] { return 1 - spread + 2 * spread * luck.uniform(); };
  Parameters other = is;
  const double pace = factor();  // one for all products: which is slower stays so
  for (double& cycle : other.cycle_seconds)
    cycle *= pace;
  const double setup = factor();
  for (double& minutes : other.setup_minutes)
    minutes *= setup;
  for (double* one : {&other.mtbf_hours, &other.mttr_minutes, &other.micro_per_hour,
                      &other.micro_minutes, &other.scrap_share, &other.rework_share})
    *one *= factor();
  const double power = factor();
  other.idle_kilowatts *= power;
  other.run_kilowatts *= power;
  return other;
}

}  // namespace

std::string_view word_of(Product product) {
  constexpr std::string_view words[] = {"City", "Trail", "Cargo"};
  return words[static_cast<std::size_t>(product)];
}

std::string_view word_of(Group group) {
  constexpr std::string_view words[] = {"frames", "paint", "electronics", "battery", "final"};
  return words[static_cast<std::size_t>(group)];
}

std::uint32_t places_of(Store store) {
  return store_places[static_cast<std::size_t>(store)];
}

Works works_of(std::uint64_t seed) {
  Works works{seed, {std::begin(stations), std::end(stations)}};
  if (seed == true_seed) return works;
  for (std::uint32_t s = 0; s < works.stations.size(); ++s)
    works.stations[s].is = drawn(works.stations[s].is, seed, s);
  return works;
}

double ideal_rate(const Station& station) {
  double sum = 0;
  for (const double cycle : station.is.cycle_seconds)
    sum += 3600 / cycle;
  return sum / product_count * station.batch * station.places;
}

}  // namespace millwright::twin
