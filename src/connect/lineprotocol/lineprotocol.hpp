#pragma once

#include "flow/room.hpp"

namespace millwright::connect::lineprotocol {

// The kind of source that a plant file names for tags which come by line protocol.
Section section();

// POST /write and /api/v2/write, GET /ping. What the context refers to outlives the room.
flow::Room room(const flow::EdgeContext& context);

}  // namespace millwright::connect::lineprotocol
