#pragma once

#include "flow/room.hpp"

namespace millwright::connect::opcua {

// Hears OPC UA servers: the source kind `opcua`, and the verb `browse`.
flow::Room room();

}  // namespace millwright::connect::opcua
