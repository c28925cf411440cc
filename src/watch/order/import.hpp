#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "watch/order/order.hpp"

namespace millwright::watch::order {

// A line of an import that was not taken, and what is expected there.
struct BadLine {
  std::uint64_t line = 0;
  std::string what;

  static constexpr auto describe() {
    return record("bad_line", field("line", &BadLine::line, "", "Of the file, from 1."),
                  field("what", &BadLine::what, "", "What was found and what is expected."));
  }
};

struct ImportLine {
  std::uint64_t line = 0;
  OrderForm form;
};
struct Import {
  std::vector<ImportLine> good;
  std::vector<BadLine> problems;  // in the order of the file
};

// Reads orders from CSV with a header: order, product, quantity, due, machines, note; only `order`
// must be there, in any order of columns. `due` is a time as 2026-11-25T14:00:00Z, a clock time of
// the plant as 2026-11-25 14:00, or a day, by the end of which it is due; machines are parted by
// spaces. Columns that only an export has (state, good …) are passed over.
// Errors: invalid, when the header or the file as a whole is not understood. Thread: any; pure.
Result<Import> read_import(std::string_view csv, const Plant& plant);

}  // namespace millwright::watch::order
