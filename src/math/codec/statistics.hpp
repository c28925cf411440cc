#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "math/codec/codec.hpp"

namespace millwright::math {

// By the two highest bits of an OPC UA status code: 00 good, 01 uncertain, else bad.
enum class Status : std::uint8_t { good, uncertain, bad };
constexpr Status status_of(std::uint32_t code) {
  const std::uint32_t severity = code >> 30;
  return severity == 0 ? Status::good : severity == 1 ? Status::uncertain : Status::bad;
}

struct TimedValue {
  std::int64_t at = 0;
  double value = 0;
  bool operator==(const TimedValue&) const = default;
};

// How long each of a few values held, in nanoseconds.
inline constexpr std::size_t states_max = 16;
struct States {
  struct State {
    std::int64_t value = 0;
    std::int64_t held = 0;
    bool operator==(const State&) const = default;
  };
  std::array<State, states_max> state{};
  std::uint8_t count = 0;
  bool are_known = false;  // false: not integers, or of more values than states_max

  void add(std::int64_t value, std::int64_t held);
  std::optional<std::int64_t> held(std::int64_t value) const;
  bool operator==(const States& other) const;
};

// What lines between rows, and the counting of extremes, need beside the rest.
struct Course {
  double sloped = 0;  // integral of the lines between the rows, value * s
  std::uint64_t min_rows = 0, max_rows = 0;
  std::int64_t longest_gap = 0;  // ns between two rows, rounded up to whole milliseconds
  bool operator==(const Course&) const = default;
};

// What is so about rows that follow one another. Only good rows count for values; a row holds until
// the next one, whatever that is; the last row holds until append() says what came next.
struct Statistics {
  std::uint64_t good = 0, uncertain = 0, bad = 0;  // rows
  std::uint64_t numbers = 0;                       // good rows of a finite number
  double min = 0, max = 0, sum = 0;                // of these; nought when there are none
  TimedValue first, last;                          // good rows, when there are any
  double integral = 0;                             // value held while good and finite, value * s
  std::int64_t from = 0, until = 0;                // first and last row
  Status last_status = Status::good;
  std::int64_t good_held = 0, uncertain_held = 0, bad_held = 0;  // ns; together until - from
  std::uint64_t transitions = 0;  // good rows that differ from the good row before them
  States states;                  // of integers and booleans
  std::optional<Course> course;   // when all rows are good and finite numbers (and told, in bytes)

  std::uint64_t rows() const { return good + uncertain + bad; }
  // The statistics of these rows and, behind them, those of other. All but sum and integral, which
  // are rounded, are those of the rows taken together to the bit. Shape: other.from >= until.
  void append(const Statistics& other);
  bool operator==(const Statistics&) const = default;
};

// Texts and lists have no numbers: what stands for their value in first and last, and tells
// transitions, is a digest of 52 bits.
double digest(ByteView bytes);

// Shape: one time (in order), value and status code a row; no codes: all good. Of at least one row.
Statistics statistics_of(std::span<const std::int64_t> times, std::span<const double> values,
                         std::span<const std::uint32_t> codes);
Statistics statistics_of(std::span<const std::int64_t> times, std::span<const std::int64_t> values,
                         std::span<const std::uint32_t> codes);
Statistics statistics_of(std::span<const std::int64_t> times, std::span<const std::uint64_t> values,
                         std::span<const std::uint32_t> codes);
Statistics statistics_of(std::span<const std::int64_t> times, std::span<const std::uint8_t> values,
                         std::span<const std::uint32_t> codes);
Statistics statistics_of(std::span<const std::int64_t> times,
                         std::span<const std::string_view> values,
                         std::span<const std::uint32_t> codes);
Statistics statistics_of(std::span<const std::int64_t> times, const ListsIn& values,
                         std::span<const std::uint32_t> codes);

// In bytes, beside what is known of the rows anyway (docs/formats/block.md, "Statistics").
struct Rows {
  std::uint64_t count = 0;
  std::int64_t from = 0, until = 0;
};
void write_statistics(const Statistics& statistics, Bytes& out);
// Errors: corrupt.
Result<Statistics> read_statistics(Reader& in, const Rows& rows);

}  // namespace millwright::math
