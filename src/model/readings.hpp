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

// Consecutive rows of one tag.
struct Run {
  TagId tag;
  std::uint32_t first, rows;
  Kind kind;
};

// What one source said at one time: columns of event time, value and quality, grouped by tag into
// runs. Rows of a run are in the order in which the source sent them, which need not be the order
// of event time.
class Readings {
 public:
  explicit Readings(SourceId source = {0}) : source_(source) {}

  SourceId source() const { return source_; }
  std::span<const Run> runs() const { return runs_; }
  std::size_t rows() const { return times_.size(); }

  Instant happened(std::size_t row) const { return times_[row]; }
  Scalar value(std::size_t row) const { return values_[row]; }
  Quality quality(std::size_t row) const { return qualities_[row]; }
  std::string_view text(std::size_t row) const;  // of a row whose kind is text
  std::span<const Instant> times(const Run& run) const {
    return {times_.data() + run.first, run.rows};
  }
  std::span<const Scalar> values(const Run& run) const {
    return {values_.data() + run.first, run.rows};
  }
  std::span<const Quality> qualities(const Run& run) const {
    return {qualities_.data() + run.first, run.rows};
  }

  // Adds a row; rows of the same tag and kind that follow each other share a run.
  void add(TagId tag, Kind kind, Instant happened, Scalar value, Quality quality = quality::good);
  void add_text(TagId tag, Instant happened, std::string_view text,
                Quality quality = quality::good);
  void reserve(std::size_t rows);
  void clear();

  void write(Writer& out) const;
  // Errors: corrupt, when runs, rows or texts do not fit together.
  static Result<Readings> read(Reader& in);

 private:
  SourceId source_;
  std::vector<Run> runs_;
  std::vector<Instant> times_;
  std::vector<Scalar> values_;
  std::vector<Quality> qualities_;
  std::string texts_;
};

}  // namespace millwright
