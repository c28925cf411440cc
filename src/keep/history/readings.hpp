#pragma once

#include <string>

#include "keep/history/around.hpp"
#include "model/fact/catalogue.hpp"

namespace millwright::keep {

struct ReadingsAsked {
  fact::TagFound tag;
  Span span;
  std::size_t limit = 0;  // of rows
  bool is_csv = false;
  bool has_bounds = false;  // with the rows on either side of the span
};

// The readings of a tag as text, piece by piece: JSON columns, or lines of CSV.
class ReadingsText {
 public:
  // Errors: corrupt, full.
  static Result<ReadingsText> open(const History& history, ReadingsAsked asked);
  // The next piece, about `bytes` long; empty after the last one. JSON says one column after the
  // other: the rows are gone through once for each, so that none is kept. Errors: corrupt.
  Result<std::string> next(std::size_t bytes);
  bool has_more() const { return has_more_; }  // rows than the limit
  bool is_over() const { return column_ == Column::over; }

 private:
  enum class Column : std::uint8_t { time, value, quality, line, over };
  ReadingsText(ReadingsAsked asked, Cursor cursor)
      : asked_(std::move(asked)), cursor_(std::move(cursor)) {}
  Outcome scout();
  void begin(std::string& out);
  void write(const Rows& rows, std::size_t count, std::string& out);
  void end_column(std::string& out);
  friend class ColumnWriter;

  ReadingsAsked asked_;
  Cursor cursor_;
  Rows before_, after_;
  Kind kind_ = Kind::number;  // of all rows together
  bool has_more_ = false, has_begun_ = false, has_told_before_ = false, needs_comma_ = false;
  Column column_ = Column::time;
  std::size_t left_ = 0;  // rows of the column
};

}  // namespace millwright::keep
