#pragma once

#include <functional>
#include <string>

#include "base/bytes.hpp"
#include "model/ids.hpp"

// The bytes of a segment file and of its records (docs/formats/journal.md). Pure; thread: any.
namespace millwright::keep::segment {

inline constexpr std::size_t file_bytes_max = std::size_t{1} << 30U;
inline constexpr std::size_t header_size = 24;
inline constexpr std::size_t record_header_size = 24;

// Room that a record with so many bytes takes: header, bytes, zeros up to a multiple of eight.
constexpr std::size_t room_of(std::size_t bytes) {
  return (record_header_size + bytes + 7) / 8 * 8;
}

Bytes header(Sequence first);
// Appends a record to a group. The place of the record in `group` tells how far back its group
// began.
void append(Bytes& group, Sequence sequence, ByteView bytes);

struct Scan {
  Sequence last;               // of the whole records; first - 1 when there is none
  std::size_t end = 0;         // where the next group goes
  std::size_t torn_bytes = 0;  // bytes after `end` that a write which never finished left there
};
enum class Tail : std::uint8_t { may_be_torn, must_be_whole };
using Each = std::function<Outcome(Sequence, ByteView)>;

// Calls `each` for the records, in order, up to the last whole one.
// Errors: corrupt, with name and place, when the header or a record does not check and what follows
// proves that it was on stable storage; what `each` says.
Result<Scan> scan(ByteView file, Sequence first, Tail tail, const std::string& name,
                  const Each& each);

}  // namespace millwright::keep::segment
