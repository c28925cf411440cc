#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.hpp"

namespace millwright {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

static_assert(std::endian::native == std::endian::little, "stored bytes are little-endian");

// Appends canonical bytes: little-endian numbers, lengths as variable-length integers (LEB128).
class Writer {
 public:
  explicit Writer(Bytes& out) : out_(out) {}

  template <class T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void fixed(T value) {
    raw({reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
  }
  void variable(std::uint64_t value);
  void text(std::string_view text);
  void raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }

  // A column of plain values, as its count and its bytes.
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void column(std::span<const T> values) {
    variable(values.size());
    raw({reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()});
  }

 private:
  Bytes& out_;
};

// Reads what Writer wrote. A length is compared with what is left before anything is allocated.
class Reader {
 public:
  explicit Reader(ByteView bytes) : left_(bytes) {}

  template <class T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) Result<T> fixed() {
    if (left_.size() < sizeof(T)) return ended();
    T value;
    std::memcpy(&value, left_.data(), sizeof value);
    left_ = left_.subspan(sizeof value);
    return value;
  }
  Result<std::uint64_t> variable();
  Result<std::string> text();
  Result<ByteView> raw(std::size_t size);

  template <class T>
  requires std::is_trivially_copyable_v<T> Outcome column(std::vector<T>& out) {
    const std::uint64_t count = TRY(variable());
    if (count > left_.size() / sizeof(T)) return ended();
    out.resize(count);
    if (count > 0) std::memcpy(static_cast<void*>(out.data()), left_.data(), count * sizeof(T));
    left_ = left_.subspan(count * sizeof(T));
    return Done{};
  }

  bool is_at_end() const { return left_.empty(); }
  std::size_t left() const { return left_.size(); }

 private:
  static Error ended();
  ByteView left_;
};

// CRC-32C (Castagnoli), as in RFC 3720 appendix B.4; hardware instruction where the processor has
// it.
std::uint32_t crc32c(ByteView bytes, std::uint32_t before = 0);

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace millwright
