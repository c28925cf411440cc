#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace millwright::net::opcua {

// A value as it came. What has no plain form (arrays, structures) is `other`, told in words.
struct Value {
  enum class Type : std::uint8_t {
    nothing,
    boolean,
    integer,
    natural,
    single,
    number,
    text,
    time,
    bytes,
    other
  };
  static constexpr std::size_t text_bytes_max = 1U << 20U;  // a longer text is `other`

  Type type = Type::nothing;
  std::uint64_t bits = 0;  // boolean 0 or 1; integer and natural as they are; single and number as
                           // the bits of a double
  std::string text;  // of text and bytes; of time in its RFC 3339 form; of other what it is: "an
                     // array of 5 Double"

  bool boolean() const { return bits != 0; }
  std::int64_t integer() const { return std::bit_cast<std::int64_t>(bits); }
  std::uint64_t natural() const { return bits; }
  double number() const { return std::bit_cast<double>(bits); }
};

std::string_view name_of(Value::Type type);

// `text` with each byte that is not UTF-8 replaced by U+FFFD. Thread: any; pure.
std::string valid_utf8(std::string_view text);

// A time as the server gave it. OPC UA counts from 1601, an Instant reaches from 1677 to 2262.
struct Stamp {
  enum class Kind : std::uint8_t { absent, out_of_reach, given };
  Kind kind = Kind::absent;
  Instant at;
};

struct Sample {
  Value value;
  std::uint32_t status = 0;  // OPC UA status code, in full
  Stamp source, server;
};

// OPC UA's count of 100 ns since 1601 (Part 6, 5.2.2.5).
Stamp to_stamp(std::int64_t hundred_nanoseconds);
std::string to_time_text(std::int64_t hundred_nanoseconds);

}  // namespace millwright::net::opcua
