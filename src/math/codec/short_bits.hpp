#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"

namespace millwright::math {

// Values of `width` bits one after the other, lowest bit first: vectors that are not full.
class ShortBits {
 public:
  ShortBits(std::uint8_t* to, unsigned width) : to_(to), width_(width) {}

  void put(std::uint64_t value) {
    for (unsigned done = 0; done < width_;) {
      const unsigned taken = std::min(8 - filled_, width_ - done);
      waiting_ |= static_cast<unsigned>(value >> done & ((1U << taken) - 1)) << filled_;
      done += taken;
      filled_ += taken;
      if (filled_ < 8) continue;
      *to_++ = static_cast<std::uint8_t>(waiting_);
      waiting_ = filled_ = 0;
    }
  }
  void end() {
    if (filled_ > 0) *to_ = static_cast<std::uint8_t>(waiting_);
  }

 private:
  std::uint8_t* to_;
  unsigned width_;
  unsigned waiting_ = 0, filled_ = 0;
};

// Value i of what ShortBits wrote. Shape: the bytes hold it; width 0 to 64.
inline std::uint64_t short_bits_at(ByteView bytes, unsigned width, std::size_t i) {
  if (width == 0) return 0;
  const std::size_t bit = i * width, byte = bit / 8, shift = bit % 8;
  std::uint64_t low = 0;
  std::memcpy(&low, bytes.data() + byte, std::min<std::size_t>(8, bytes.size() - byte));
  low >>= shift;
  if (shift + width > 64) low |= std::uint64_t{bytes[byte + 8]} << (64 - shift);
  return width == 64 ? low : low & ((std::uint64_t{1} << width) - 1);
}

}  // namespace millwright::math
