#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace millwright::net {

struct LineLimits {
  std::size_t name_bytes_max = 4096;  // Of a measurement, tag or field name, or a tag value.
  std::size_t text_bytes_max = std::size_t{64} << 10U;  // Of a string value.
  std::size_t tags_max = 64;                            // In one line.
  std::size_t fields_max = 4096;
  std::size_t errors_max = 100;  // Kept with their words; further ones are only counted.
};

// The unit of the times in the lines.
enum class Precision : std::uint8_t { nanosecond, microsecond, millisecond, second, minute, hour };
// Reads "ns", "n", "us", "u", "ms", "s", "m", "h"; empty is "ns". Errors: invalid, with these
// words.
Result<Precision> to_precision(std::string_view text);

using LineValue = std::variant<double, std::int64_t, std::uint64_t, bool, std::string_view>;

struct LineField {
  std::string_view name;
  LineValue value;
};

// One line, unescaped. What is in it is valid only during the call that hands it over, but
// `series`, which lies in the text.
struct Line {
  std::size_t number = 0;   // Counted from 1.
  std::string_view series;  // Measurement and tags as sent: a key for what was looked up before.
  std::string_view measurement;
  std::span<const std::pair<std::string_view, std::string_view>> tags;
  std::span<const LineField> fields;
  Instant time;
  bool has_time = false;  // Else `time` is that of the reception.
};

struct LineError {
  std::size_t line;
  std::string what;
};

struct LinesRead {
  std::size_t lines = 0, samples = 0;  // Understood and handed over.
  std::size_t refused = 0;             // Lines that were not understood.
  std::vector<LineError> errors;       // The first errors_max of them.
};

// Reads Influx line protocol: `measurement,tag=a,tag2=b field=1.5,other=7i,text="x" 1700000000`.
// Good lines are handed to `take` in their order; a bad line is reported by number and left out.
// `received` is the time of lines that have none. Times are checked for their range.
// Thread: any; pure.
LinesRead read_lines(std::string_view text, Precision precision, Instant received,
                     const std::function<void(const Line&)>& take, const LineLimits& limits = {});

}  // namespace millwright::net
