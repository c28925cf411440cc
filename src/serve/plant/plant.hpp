#pragma once

#include <memory>

#include "flow/catalogue.hpp"
#include "flow/clock.hpp"
#include "flow/room.hpp"
#include "flow/view.hpp"

namespace millwright::serve {

// What the routes about the plant as a whole look at. All outlive them.
struct PlantSight {
  std::shared_ptr<const Plant> plant;  // owners: the routes and who opened the plant
  const flow::Catalogue* catalogue;
  const flow::Views* views;
  const flow::Clock* clock;
  std::function<std::string()> trouble;  // why nothing is accepted; empty when all is well
};

// Health, the plant, its views and its tags: GET /api/v1/{health, plant, views/{view}, tags}.
flow::Room plant_room(PlantSight sight);

}  // namespace millwright::serve
