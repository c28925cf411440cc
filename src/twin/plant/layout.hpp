#pragma once

#include "math/simulate/simulate.hpp"
#include "twin/plant/works.hpp"

namespace millwright::twin {

// A part kind of the simulator is a product in a colour.
constexpr math::KindIndex kind_of(Product product, std::uint32_t colour) {
  return {static_cast<std::uint32_t>(product) * static_cast<std::uint32_t>(colour_count) + colour};
}
constexpr Product product_of(math::KindIndex kind) {
  return static_cast<Product>(kind.value / colour_count);
}

// Indices in the model: stations in the order of the works, sources and calendars as named here.
constexpr math::SourceIndex frame_orders{0}, board_orders{1};
constexpr std::uint32_t technicians = 3;

// The works as a model of the simulator; `calendars` holds one for each station.
math::Model layout(const Works& works, std::vector<math::Calendar> calendars);

}  // namespace millwright::twin
