#include "connect/lineprotocol/series.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

namespace millwright::connect::lineprotocol {
namespace {

constexpr std::int64_t whole_max =
    9'007'199'254'740'992;  // 2^53: beyond it a double skips whole numbers

using Tag = std::pair<std::string_view, std::string_view>;

std::vector<Tag> sorted(const net::Line& line) {
  std::vector<Tag> tags(line.tags.begin(), line.tags.end());
  std::sort(tags.begin(), tags.end());
  return tags;
}

std::string without_slash(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '/') {
      out += "%2F";
    } else {
      out += static_cast<unsigned char>(c) < 0x20 ? '_' : c;
    }
  }
  return out;
}

bool is_whole_kind(Kind kind) {
  return kind == Kind::integer || kind == Kind::natural;
}

Error differs(Kind has, Kind wants) {
  return fail(Code::invalid, "the value is " + std::string(word(has)) + ", but the tag is " +
                                 std::string(word(wants)));
}

// A whole number as the other kind of whole number, or as a number.
Result<Typed> from_whole(const Typed& value, Kind kind) {
  const bool is_negative = value.kind == Kind::integer && value.scalar.integer() < 0;
  const bool is_large = value.kind == Kind::natural && value.scalar.integer() < 0;
  if (is_whole_kind(kind)) {
    if (is_negative || is_large) return differs(value.kind, kind);
    return Typed{kind, value.scalar, {}};
  }
  const bool is_exact = !is_large && std::abs(value.scalar.integer()) <= whole_max;
  if (!is_exact) return differs(value.kind, kind);
  return Typed{kind, Scalar::of(as_number(value.kind, value.scalar)), {}};
}

}  // namespace

std::string address_of(const net::Line& line, std::string_view field) {
  std::string out(line.measurement);
  for (const auto& [key, value] : sorted(line)) {
    out += ',';
    out += key;
    out += '=';
    out += value;
  }
  out += ' ';
  out += field;
  return out;
}

std::string path_of(const Plant& plant, const net::Line& line, std::string_view field) {
  std::string out = plant.identity.path + "/" + std::string(line.measurement);
  for (const auto& [key, value] : sorted(line))
    out += "/" + without_slash(key) + "=" + without_slash(value);
  return out + "/" + std::string(field);
}

Typed typed(const net::LineValue& value) {
  if (const auto* number = std::get_if<double>(&value))
    return {Kind::number, Scalar::of(*number), {}};
  if (const auto* whole = std::get_if<std::int64_t>(&value))
    return {Kind::integer, Scalar::of(*whole), {}};
  if (const auto* natural = std::get_if<std::uint64_t>(&value))
    return {Kind::natural, Scalar::of(*natural), {}};
  if (const auto* truth = std::get_if<bool>(&value)) return {Kind::boolean, Scalar::of(*truth), {}};
  return {Kind::text, {}, std::get<std::string_view>(value)};
}

Result<Typed> as_kind(const Typed& value, Kind kind) {
  const bool is_number = kind == Kind::number || kind == Kind::single;
  if (value.kind == kind) return value;
  if (value.kind == Kind::number && is_number) return Typed{kind, value.scalar, {}};
  if (is_whole_kind(value.kind) && (is_number || is_whole_kind(kind)))
    return from_whole(value, kind);
  return differs(value.kind, kind);
}

}  // namespace millwright::connect::lineprotocol
