#pragma once

#include <filesystem>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"

namespace millwright::connect::recording {

// How much of a recording is on stable storage here.
struct Progress {
  Instant from, until;  // which recording
  Instant reached;      // all before it is durable
  std::uint64_t readings = 0, events = 0;
  bool has_ended = false;
  friend bool operator==(const Progress&, const Progress&) = default;
};

// Nothing when there is none, or none that can be read: the recording is then taken from its begin,
// and what is known already has no effect.
std::optional<Progress> read_progress(const std::filesystem::path& file);
// Whole or not at all. Errors: refused, with the file.
Outcome write_progress(const std::filesystem::path& file, const Progress& progress);

}  // namespace millwright::connect::recording
