#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace millwright::keep::frames {

// The bytes of a file of records (docs/formats/ledger.md): a header, a frame for each record, and
// at the end, once the file is full, an index.

inline constexpr std::size_t header_size = 24;
inline constexpr std::size_t frame_head = 24;
inline constexpr std::size_t file_bytes_max = std::size_t{4} << 30U;
inline constexpr std::uint64_t bundle_records = 256;  // the index tells where each such begins

Bytes header(std::uint64_t first);
void append(Bytes& out, std::uint64_t number, ByteView leaf, ByteView attached);

struct Frame {
  std::uint64_t number = 0;
  ByteView leaf, attached;
  std::size_t end = 0;  // where the next one begins
};
// The record at a place of a file; nothing when there is no whole one.
std::optional<Frame> frame_at(ByteView file, std::size_t at);

// What the end of a full file says of it.
struct Index {
  std::uint64_t records = 0;
  std::vector<std::uint64_t> places;  // of each 256th record
};
Bytes index_bytes(const Index& index);
std::size_t index_size(std::uint64_t records);
// Of the last bytes of a file. Nothing when there is none.
std::optional<Index> index_of(ByteView tail);
inline constexpr std::size_t index_bytes_max = 32 + 8 * std::size_t{65'536};

// Errors: corrupt, with file and place, when the header is another one.
Outcome check_header(ByteView file, std::uint64_t first, const std::string& name);

}  // namespace millwright::keep::frames
