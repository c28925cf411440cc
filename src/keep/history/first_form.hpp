#pragma once

#include <filesystem>

#include "keep/history/segment_store.hpp"

namespace millwright::keep {

// The form of the history before segments: blocks in one SQLite file.
inline constexpr std::string_view first_form_file = "history.db";

// Errors: corrupt.
Result<Rows> decode_first_form(ByteView block);

// Writes everything into an empty store and then removes the file. Cut off anywhere, it is begun
// anew: whoever calls it again gives an empty store again. Errors: corrupt, full.
Outcome take_over_first_form(const std::filesystem::path& file, SegmentStore& store);

}  // namespace millwright::keep
