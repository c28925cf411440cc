#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace millwright {

// Tables as text (RFC 4180): the form that spreadsheets exchange.

// `text` as a field of a line, always in quotes.
std::string csv_field(std::string_view text);

struct CsvRow {
  std::size_t line = 0;  // of the file, on which it begins; from 1
  std::vector<std::string> fields;
};
struct CsvTable {
  std::vector<std::string> header;
  std::vector<CsvRow> rows;  // empty lines are left out
};
struct CsvLimits {
  std::size_t rows_max = 10'000, fields_max = 100;
};

// Reads a table whose first line names the columns. Fields are parted by the one of comma,
// semicolon and tab that the header has; spaces around a field that has no quotes are dropped, and
// so is a byte order mark.
// Errors: invalid, with the line, when there is no header, a quote is never closed, or a limit is
// passed. Thread: any; pure.
Result<CsvTable> read_csv(std::string_view text, const CsvLimits& limits = {});

}  // namespace millwright
