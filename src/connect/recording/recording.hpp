#pragma once

#include "flow/room.hpp"

namespace millwright::connect::recording {

// Fills in the past from a recording (docs/formats/recording.md): the source kind `recording`.
flow::Room room();

}  // namespace millwright::connect::recording
