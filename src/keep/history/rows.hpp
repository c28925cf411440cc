#pragma once

#include <limits>
#include <string>
#include <vector>

#include "model/readings.hpp"

namespace millwright::keep {

// Rows of one tag and one kind, as columns. `texts` has a text a row when kind is text, else
// nothing. `qualities` is empty while every row is plainly good, and `replaced`, which marks rows
// in whose place a later one stands, while there is none.
struct Rows {
  Kind kind = Kind::number;
  std::vector<Instant> times{};
  std::vector<Scalar> values{};
  std::vector<Quality> qualities{};
  std::vector<std::string> texts{};
  std::vector<std::uint8_t> replaced{};

  std::size_t size() const { return times.size(); }
  bool is_replaced(std::size_t row) const { return !replaced.empty() && replaced[row] != 0; }
  Quality quality(std::size_t row) const {
    return qualities.empty() ? quality::good : qualities[row];
  }
  bool is_good(std::size_t row) const;
  bool is_equal(std::size_t a, std::size_t b) const;  // value and quality
  void add(Instant happened, Scalar value, Quality quality, std::string_view text);
  void add(const Rows& from, std::size_t row);
  void add(const Readings& from, const Run& run);

 private:
  void add_quality(Quality quality);  // of the row whose time is there already
};

// Of the rows that stand. NaN where there is no good row.
struct Statistics {
  std::uint64_t count = 0, bad = 0;  // rows that are good, and that are not
  std::uint64_t numbers = 0;         // good ones that are no texts: of these min, max and sum are
  double min = std::numeric_limits<double>::quiet_NaN();
  double max = std::numeric_limits<double>::quiet_NaN();
  double sum = 0;

  void add(const Rows& rows, std::size_t row);
  void add(const Statistics& other);
};
Statistics statistics_of(const Rows& rows);

// Whether each row is later than the one before.
bool is_sorted(const Rows& rows);
// Sorts by time, for rows in the order in which they were learned: of several rows with one time
// the last one stands. What equals the one that stands goes; what differs is marked replaced.
// Answers how many were marked.
std::size_t put_in_order(Rows& rows);

// The rows that stand of several lists, the list learned last given last. In order of time; a piece
// for each stretch of one kind.
std::vector<Rows> standing_rows(std::span<const Rows* const> lists);
// The first `limit` rows of pieces in order. Kinds that differ become numbers, or texts when one of
// them is text: only here, so that it does not matter how rows lie in the store.
Rows joined(std::span<const Rows> pieces, std::size_t limit);

}  // namespace millwright::keep
