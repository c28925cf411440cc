#pragma once

#include <map>
#include <string>
#include <vector>

#include "flow/ports/history.hpp"

namespace millwright::faults {

struct Row {
  Kind kind = Kind::number;
  Instant at;
  Scalar value;
  Quality quality;
  std::string text;
};

// What keep/history promises, with nothing but a map: of each tag one row a time, the one heard
// last.
class PlainHistory {
 public:
  void hear(TagId tag, const Row& row);

  // Rows in from <= time < to, `limit` of them at most. Where kinds differ, all are numbers, or
  // texts when one is text.
  flow::Samples raw(TagId tag, Instant from, Instant to, std::size_t limit) const;
  struct Bucket {
    std::uint64_t count = 0, bad = 0, numbers = 0;
    double min = 0, max = 0;
    long double sum = 0, magnitude = 0;  // magnitude: the sum of what each is without its sign
  };
  std::vector<Bucket> buckets(TagId tag, Instant from, Instant to, std::size_t count) const;
  const Row* last(TagId tag) const;  // null: there is none

 private:
  std::map<TagId, std::map<Instant, Row>> rows_;
};

}  // namespace millwright::faults
