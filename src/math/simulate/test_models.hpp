#pragma once

// Models that the tests and the bench share.

#include "math/simulate/simulation.hpp"

namespace millwright::math {

inline Machine server(double mean_seconds, std::uint32_t from) {
  return {.name = "server",
          .inputs = {{BufferIndex{from}}},
          .cycle = {Distribution::exponential(mean_seconds)}};
}

// Poisson arrivals, one queue without bound, `places` servers.
inline Model queue(double arrivals_per_second, Distribution service, std::uint32_t places = 1) {
  Machine machine = server(1, 0);
  machine.cycle = {std::move(service)};
  machine.places = places;
  return {.buffers = {{"queue"}},
          .machines = {std::move(machine)},
          .sources = {{.name = "door",
                       .into = BufferIndex{0},
                       .between = Distribution::exponential(1 / arrivals_per_second)}},
          .crews = {},
          .calendars = {}};
}

// A saturated serial line of `cycles.size()` machines with buffers of `places` between them.
inline Model line(const std::vector<Distribution>& cycles, std::uint32_t places,
                  const std::vector<Stoppage>& stoppages = {}) {
  Model model;
  for (std::uint32_t m = 0; m < cycles.size(); ++m) {
    Machine machine{.name = "m" + std::to_string(m), .cycle = {cycles[m]}, .stoppages = stoppages};
    if (m > 0) machine.inputs = {{BufferIndex{m - 1}}};
    if (m + 1 < cycles.size()) {
      machine.output = BufferIndex{m};
      model.buffers.push_back({"b" + std::to_string(m), places});
    }
    model.machines.push_back(std::move(machine));
  }
  return model;
}

}  // namespace millwright::math
