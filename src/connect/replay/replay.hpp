#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "flow/room.hpp"

namespace millwright::connect::replay {

// Reads recorded days of machines as if they were heard now: the source kind `replay`.
flow::Room room();

// When the earliest of the plant's recordings begins, with its shift. `folder` is where relative
// files lie. Errors: not_found (no source of kind replay, no file), invalid.
Result<Instant> recordings_begin(const Plant& plant, const std::filesystem::path& folder);

}  // namespace millwright::connect::replay
