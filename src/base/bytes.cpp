#include "base/bytes.hpp"

#include <array>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace millwright {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
    table[i] = crc;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> crc_table = make_table();

std::uint32_t by_table(ByteView bytes, std::uint32_t crc) {
  for (const std::uint8_t byte : bytes)
    crc = (crc >> 8) ^ crc_table[(crc ^ byte) & 0xff];
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(ByteView bytes, std::uint32_t crc) {
  std::uint64_t wide = crc;
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    wide = _mm_crc32_u64(wide, word);
    bytes = bytes.subspan(8);
  }
  crc = static_cast<std::uint32_t>(wide);
  for (const std::uint8_t byte : bytes)
    crc = _mm_crc32_u8(crc, byte);
  return crc;
}
#endif

}  // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t before) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return ~by_instruction(bytes, ~before);
#endif
  return ~by_table(bytes, ~before);
}

void Writer::variable(std::uint64_t value) {
  while (value >= 0x80) {
    out_.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  out_.push_back(static_cast<std::uint8_t>(value));
}

void Writer::text(std::string_view text) {
  variable(text.size());
  raw(as_bytes(text));
}

Result<std::uint64_t> Reader::variable() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (left_.empty()) return ended();
    const std::uint8_t byte = left_.front();
    left_ = left_.subspan(1);
    if (shift == 63 && byte > 1) break;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return fail(Code::corrupt, "stored bytes hold a number of more than 64 bits");
}

Result<std::string> Reader::text() {
  const std::uint64_t size = TRY(variable());
  const ByteView bytes = TRY(raw(size));
  return std::string(bytes.begin(), bytes.end());
}

Result<ByteView> Reader::raw(std::size_t size) {
  if (size > left_.size()) return ended();
  const ByteView out = left_.first(size);
  left_ = left_.subspan(size);
  return out;
}

Error Reader::ended() {
  return fail(Code::corrupt, "stored bytes end too early");
}

}  // namespace millwright
