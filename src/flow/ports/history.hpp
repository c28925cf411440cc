#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/readings.hpp"

namespace millwright::flow {

// Rows of one tag by event time. `texts` holds one text a row when kind is text, else nothing.
struct Samples {
  Kind kind = Kind::number;
  std::vector<Instant> times;
  std::vector<Scalar> values;
  std::vector<Quality> qualities;
  std::vector<std::string> texts;
  bool has_more = false;  // the limit was reached before `to`
};

// Equal spans of time. A span with no row has count 0 and NaN; rows that are not good are counted
// in `bad` alone.
struct Buckets {
  std::vector<double> min, max, mean;
  std::vector<std::uint64_t> count, bad;
};

struct LastValue {
  Kind kind = Kind::number;
  Instant happened, learned;
  Scalar value;
  Quality quality;
  std::string text;
};

// The past of every tag. Half-open spans: from <= happened < to. Thread: any.
class History {
 public:
  virtual ~History() = default;
  // Errors: invalid (from after to, limit 0), corrupt (a stored block does not check).
  virtual Result<Samples> raw(TagId tag, Instant from, Instant to, std::size_t limit) const = 0;
  virtual Result<Buckets> buckets(TagId tag, Instant from, Instant to, std::size_t count) const = 0;
  virtual std::optional<LastValue> last(TagId tag) const = 0;
};

}  // namespace millwright::flow
