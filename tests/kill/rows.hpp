#pragma once

#include "base/result.hpp"
#include "writer.hpp"

namespace millwright::kill {

// What was found of the rows of a series.
struct Rows {
  std::uint64_t checked = 0;
  std::uint64_t unsure_kept = 0;  // sent, not acknowledged, and there
};

// Asks a server for the rows of a series from `from` on. Errors: corrupt, when a row that was
// acknowledged is lost, or one is twice, wrong or invented.
Outcome check_series(unsigned short port, const Series& series, std::uint64_t from, Rows& tally);

}  // namespace millwright::kill
