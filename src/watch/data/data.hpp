#pragma once

#include <memory>

#include "flow/room.hpp"

namespace millwright::watch::data {

// What the module brings: the stage and the view `sources`.
flow::Room room();

std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory);

}  // namespace millwright::watch::data
