#pragma once

#include <string>
#include <string_view>

#include "model/plant.hpp"
#include "net/lineprotocol/lineprotocol.hpp"

namespace millwright::connect::lineprotocol {

// The name by which a plant file means a field of a series: "cpu,cpu=cpu0,host=box usage_idle",
// tags in the order of their names.
std::string address_of(const net::Line& line, std::string_view field);

// The path of a field that no plant file describes: plant/cpu/cpu=cpu0/host=box/usage_idle. A '/'
// inside a tag is written %2F, so that two series never share a path.
std::string path_of(const Plant& plant, const net::Line& line, std::string_view field);

// A value of a line as a reading's kind and scalar; text stays in the line.
struct Typed {
  Kind kind;
  Scalar scalar;
  std::string_view text;
};
Typed typed(const net::LineValue& value);

// The value as the kind that the tag has. Errors: invalid, when that would change it.
Result<Typed> as_kind(const Typed& value, Kind kind);

}  // namespace millwright::connect::lineprotocol
