#pragma once

#include "flow/room.hpp"

namespace millwright::connect::opcua {

// millwright browse ENDPOINT: what an OPC UA server has, with the addresses that the plant file
// takes.
flow::Verb browse_verb();

}  // namespace millwright::connect::opcua
