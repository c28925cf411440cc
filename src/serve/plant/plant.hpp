#pragma once

#include "flow/room.hpp"

namespace millwright::serve {

// Health, the plant, its views and its tags: GET /api/v1/{health, plant, views/{view}, tags}.
flow::Room plant_room();

}  // namespace millwright::serve
