#pragma once

#include <optional>
#include <string>

#include "flow/ports/journal.hpp"

namespace millwright::keep {

// The bytes of a snapshot file (docs/formats/journal.md). Pure; thread: any.
Bytes snapshot_bytes(const flow::Journal::Snapshot& snapshot);
// Nothing when a byte is wrong or missing.
std::optional<flow::Journal::Snapshot> snapshot_of(Bytes file);

// "00000000000000000042.journal": a file's name from its number, so that names sort as numbers do.
std::string numbered(Sequence number, std::string_view suffix);
std::optional<Sequence> number_of(const std::string& name, std::string_view suffix);

inline constexpr std::string_view segment_suffix = ".journal";
inline constexpr std::string_view snapshot_suffix = ".snapshot";

}  // namespace millwright::keep
