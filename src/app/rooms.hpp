#pragma once

#include <functional>
#include <vector>

#include "flow/catalogue.hpp"
#include "flow/ports/history.hpp"
#include "flow/room.hpp"

namespace millwright::app {

// Rooms that need nothing but themselves: what their plant-file sections, verbs and stages are is
// known without a server.
std::vector<flow::Room> own_rooms();

// The sections that a plant file may have.
std::vector<Section> sections();

// Puts stages in the order in which they hear. A stage that app/stages.cpp does not name is a bug.
void order_stages(std::vector<std::unique_ptr<flow::Stage>>& stages);

}  // namespace millwright::app
