#pragma once

#include "flow/room.hpp"

namespace millwright::connect::host {

// Reads this computer: the source kind `host`.
flow::Room room();

}  // namespace millwright::connect::host
