#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "writer.hpp"

namespace millwright::kill {

// Compares what the server gives for rows [from, to) of a series, as lines of CSV, with what was
// sent and acknowledged. Returns how many rows are there that were sent and never acknowledged.
// Errors: corrupt, when a row is lost, twice, wrong or invented.
Result<std::uint64_t> unsure_kept(const Series& series, std::uint64_t from, std::uint64_t to,
                                  const std::vector<std::string>& lines);

}  // namespace millwright::kill
