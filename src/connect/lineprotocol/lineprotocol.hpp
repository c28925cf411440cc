#pragma once

#include "flow/room.hpp"

namespace millwright::connect::lineprotocol {

// POST /write and /api/v2/write, GET /ping; the kind of source that a plant file names for tags
// which come by line protocol.
flow::Room room();

}  // namespace millwright::connect::lineprotocol
