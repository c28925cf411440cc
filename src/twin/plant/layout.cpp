#include "twin/plant/layout.hpp"

namespace millwright::twin {
namespace {

using math::Distribution;

constexpr double cycle_variation = 0.015, hand_variation = 0.12;
constexpr Duration gather_most = 20min;  // how long a carrier waits to be full
constexpr Duration cold_after = 4h;      // of the curing oven

math::BufferIndex index_of(Store store) {
  return {static_cast<std::uint32_t>(store)};
}

// Minutes of set-up from one kind to another; Cargo is a family of its own.
double setup_minutes(const Station& station, std::uint32_t from, std::uint32_t to) {
  const auto [large, small] = station.is.setup_minutes;
  const Product before = product_of({from}), after = product_of({to});
  const bool changes_family = (before == Product::cargo) != (after == Product::cargo);
  const std::size_t colour_before = from % colour_count, colour_after = to % colour_count;
  switch (station.setup) {
    case Setup::none:
      return 0;
    case Setup::product:
      return before == after ? 0 : large;
    case Setup::frame_family:
      return changes_family ? large : 0;
    case Setup::fixture:
      return changes_family ? large : before == after ? 0 : small;
    case Setup::colour:
      return colour_before == colour_after ? 0 : large;
    case Setup::booth:
      break;
  }
  if (colour_before == colour_after) return 0;
  return colour_before > colour_after ? large : small;  // dark to light takes longer
}

void add_times(const Station& station, std::uint32_t kinds, math::Machine& machine) {
  const double cv = station.type == Type::station ? hand_variation : cycle_variation;
  for (std::uint32_t kind = 0; kind < kinds; ++kind)
    machine.cycle.push_back(Distribution::lognormal(
        station.is.cycle_seconds[static_cast<std::size_t>(product_of({kind}))], cv));
  if (station.setup != Setup::none) {
    for (std::uint32_t pair = 0; pair < kinds * kinds; ++pair) {
      const double minutes = setup_minutes(station, pair / kinds, pair % kinds);
      machine.setup.push_back(minutes > 0 ? Distribution::lognormal(60 * minutes, variation)
                                          : Distribution());
    }
  }
  if (station.type != Type::oven) return;
  machine.cold_after = cold_after;
  machine.warm_up = Distribution::lognormal(60 * station.is.setup_minutes[0], 0.1);
}

void add_stoppages(const Parameters& is, math::Machine& machine) {
  if (is.mtbf_hours > 0)
    machine.stoppages.push_back({Distribution::exponential(3600 * is.mtbf_hours),
                                 Distribution::lognormal(60 * is.mttr_minutes, variation),
                                 math::State::down, math::CrewIndex{0}});
  if (is.micro_per_hour > 0)
    machine.stoppages.push_back({Distribution::exponential(3600 / is.micro_per_hour),
                                 Distribution::lognormal(60 * is.micro_minutes, variation),
                                 math::State::micro_stop});
}

math::Machine machine_of(const Station& station, std::uint32_t index, std::uint32_t kinds) {
  math::Machine machine{.name = std::string(station.path),
                        .scrap_share = station.is.scrap_share,
                        .rework_share = station.is.rework_share,
                        .places = station.places,
                        .gather_most = gather_most,
                        .calendar = math::CalendarIndex{index}};
  if (station.from) machine.inputs.push_back({index_of(*station.from), station.batch});
  if (station.type == Type::station) {
    machine.inputs.push_back({index_of(Store::boards)});
    machine.inputs.push_back({index_of(Store::packs)});
    machine.pause = math::Pause::at_once;
  }
  if (station.to) machine.output = index_of(*station.to);
  // A false call is looked at again; a bike that fails comes back to the tester.
  if (station.type == Type::camera || station.type == Type::bike_tester)
    machine.rework = index_of(*station.from);
  add_times(station, kinds, machine);
  add_stoppages(station.is, machine);
  return machine;
}

}  // namespace

math::Model layout(const Works& works, std::vector<math::Calendar> calendars) {
  math::Model model;
  model.kinds = product_count * colour_count;
  for (std::size_t s = 0; s < store_count; ++s) {
    const Store store = static_cast<Store>(s);
    model.buffers.push_back({"store " + std::to_string(s), places_of(store)});
  }
  for (std::uint32_t s = 0; s < works.stations.size(); ++s)
    model.machines.push_back(machine_of(works.stations[s], s, model.kinds));
  model.sources = {{.name = "frame orders", .into = index_of(Store::frames_ordered)},
                   {.name = "board orders", .into = index_of(Store::boards_ordered)}};
  model.crews = {technicians};
  model.calendars = std::move(calendars);
  return model;
}

}  // namespace millwright::twin
