#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "model/ids.hpp"
#include "model/quality.hpp"

namespace millwright {

// The type that a value came with. It is kept: a counter stays a whole number, a REAL stays single
// precision.
enum class Kind : std::uint8_t { number, single, integer, natural, boolean, text };

// The eight bytes of a value; Kind says how to read them. Text is a place in the batch's `texts`.
struct Scalar {
  std::uint64_t bits = 0;

  static constexpr Scalar of(double v) { return {std::bit_cast<std::uint64_t>(v)}; }
  static constexpr Scalar of(std::int64_t v) { return {std::bit_cast<std::uint64_t>(v)}; }
  static constexpr Scalar of(std::uint64_t v) { return {v}; }
  static constexpr Scalar of(bool v) { return {v ? 1U : 0U}; }
  constexpr double number() const { return std::bit_cast<double>(bits); }
  constexpr std::int64_t integer() const { return std::bit_cast<std::int64_t>(bits); }
  constexpr std::uint64_t natural() const { return bits; }
  constexpr bool boolean() const { return bits != 0; }
  friend constexpr bool operator==(Scalar, Scalar) = default;
};

// A value as a number, whatever its kind; text is not a number.
double as_number(Kind kind, Scalar value);

// Consecutive rows of one tag: values and qualities from `first` on, times from `times` on.
struct Run {
  TagId tag;
  std::uint32_t first, rows;
  Kind kind;
  std::uint32_t times = 0;
};

// What one source said at one time: columns of value and quality, grouped by tag into runs, and
// columns of event time that runs share when they have the same (the tags of one device). Rows of
// a run are in the order in which the source sent them, which need not be the order of event time.
class Readings {
 public:
  explicit Readings(SourceId source = {0}) : source_(source) {}

  SourceId source() const { return source_; }
  std::span<const Run> runs() const { return runs_; }
  std::size_t rows() const { return values_.size(); }

  // Rows count from run.first to run.first + run.rows.
  Instant happened(const Run& run, std::size_t row) const {
    return times_[run.times + row - run.first];
  }
  Scalar value(std::size_t row) const { return values_[row]; }
  Quality quality(std::size_t row) const {
    return qualities_.empty() ? quality::good : qualities_[row];
  }
  std::string_view text(std::size_t row) const;  // of a row whose kind is text
  std::span<const Instant> times(const Run& run) const {
    return {times_.data() + run.times, run.rows};
  }
  std::span<const Scalar> values(const Run& run) const {
    return {values_.data() + run.first, run.rows};
  }
  // Of all rows; empty when every one is plainly good.
  std::span<const Quality> qualities() const { return qualities_; }

  // Adds a row; rows of the same tag and kind that follow each other share a run.
  void add(TagId tag, Kind kind, Instant happened, Scalar value, Quality quality = quality::good);
  void add_text(TagId tag, Instant happened, std::string_view text,
                Quality quality = quality::good);
  // Adds whole columns of good rows: times once, then a run for each tag that has them. Not text.
  std::uint32_t add_times(std::span<const Instant> times);  // their place
  // The values are to be written before anything else is added.
  std::span<Scalar> add_run(TagId tag, Kind kind, std::uint32_t times, std::size_t rows);
  void set_quality(std::size_t row, Quality quality);
  void reserve(std::size_t rows);
  void clear();

  void write(Writer& out) const;
  // Errors: corrupt, when runs, rows or texts do not fit together.
  // Bytes of the form before this one, in which every row had a time and a quality, are read too.
  static Result<Readings> read(Reader& in);

 private:
  void add_time(Run& run, Instant happened);
  static Result<Readings> read_first_form(Reader& in, std::uint64_t source);
  Outcome read_runs(Reader& in);
  bool fits() const;

  SourceId source_;
  std::vector<Run> runs_;
  std::vector<Instant> times_;
  std::vector<Scalar> values_;
  std::vector<Quality> qualities_;  // empty while all are good
  std::string texts_;
};

}  // namespace millwright
