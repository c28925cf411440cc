#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.hpp"

namespace millwright::keep::tar {

inline constexpr std::size_t block_bytes = 512;
inline constexpr std::uint64_t file_bytes_max = std::uint64_t{1} << 40U;
inline constexpr std::size_t name_bytes_max = 250;

using Block = std::array<std::uint8_t, block_bytes>;

// What a header says of a file. mode: permissions, at most 0777; time: seconds since 1970.
struct Header {
  std::string name;
  std::uint64_t bytes = 0;
  std::uint32_t mode = 0640;
  std::uint64_t time = 0;
};

// Zeros that fill up the last block of a file.
constexpr std::size_t filling_of(std::uint64_t bytes) {
  return (block_bytes - bytes % block_bytes) % block_bytes;
}

// True: relative, of plain parts (no "..", no empty part, no control characters), and short enough
// to be split as ustar asks.
bool is_good_name(const std::string& name);

// Shape: a good name, bytes <= file_bytes_max.
Block to_block(const Header& header);
// Takes only a block that to_block() makes. Errors: corrupt, with what is wrong and the name as far
// as it can be read.
Result<Header> to_header(const Block& block);

}  // namespace millwright::keep::tar
