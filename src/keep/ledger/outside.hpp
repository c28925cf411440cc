#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace millwright::keep {

// The files of a ledger that another process may be writing, in the order in which a copy of them
// is whole: the checkpoint, the records, the tiles, the rest. None when there is no ledger.
Result<std::vector<std::string>> ledger_files(const std::filesystem::path& folder);

}  // namespace millwright::keep
