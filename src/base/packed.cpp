#include "base/packed.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

namespace millwright {
namespace {

using Unsigned = std::uint64_t;

enum class Integers : std::uint8_t { values, steps };
enum class Numbers : std::uint8_t { decimals, single, plain };

constexpr std::array<double, decimals_max + 1> powers{1,   1e1, 1e2, 1e3, 1e4,
                                                      1e5, 1e6, 1e7, 1e8, 1e9};
constexpr double whole_max = 9'007'199'254'740'992;  // 2^53: all whole numbers up to it are doubles
constexpr unsigned word_bits = 64;

Unsigned bits_of(std::int64_t value) {
  return static_cast<Unsigned>(value);
}

// Distances from the least, which wrap as the numbers do.
struct Range {
  std::int64_t least = 0;
  unsigned width = 0;
};

Range range_of(std::int64_t least, std::int64_t greatest) {
  return {least, static_cast<unsigned>(std::bit_width(bits_of(greatest) - bits_of(least)))};
}

Range range_of_values(std::span<const std::int64_t> values) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return range_of(*least, *greatest);
}

std::int64_t step(std::span<const std::int64_t> values, std::size_t i) {
  return static_cast<std::int64_t>(bits_of(values[i]) - bits_of(values[i - 1]));
}

Range range_of_steps(std::span<const std::int64_t> values) {
  if (values.size() < 2) return {0, 0};
  std::int64_t least = step(values, 1), greatest = least;
  for (std::size_t i = 2; i < values.size(); ++i) {
    least = std::min(least, step(values, i));
    greatest = std::max(greatest, step(values, i));
  }
  return range_of(least, greatest);
}

// Puts fields of at most 64 bits one behind the other, the lowest bit first.
class BitWriter {
 public:
  explicit BitWriter(Writer& out) : out_(out) {}
  void put(Unsigned field, unsigned width) {
    word_ |= field << used_;
    used_ += width;
    if (used_ < word_bits) return;
    out_.fixed(word_);
    used_ -= word_bits;
    word_ = used_ == 0 ? 0 : field >> (width - used_);
  }
  void end() {
    for (unsigned bit = 0; bit < used_; bit += 8)
      out_.fixed(static_cast<std::uint8_t>(word_ >> bit));
  }

 private:
  Writer& out_;
  Unsigned word_ = 0;
  unsigned used_ = 0;
};

class BitReader {
 public:
  explicit BitReader(ByteView bytes) : bytes_(bytes) {}
  Unsigned get(unsigned width) {
    if (width == 0) return 0;
    const std::size_t byte = at_ / 8;
    const auto skipped = static_cast<unsigned>(at_ % 8);
    at_ += width;
    Unsigned low = 0;
    const std::size_t there = std::min<std::size_t>(8, bytes_.size() - byte);
    std::memcpy(&low, bytes_.data() + byte, there);
    Unsigned field = low >> skipped;
    if (skipped + width > word_bits)
      field |= static_cast<Unsigned>(bytes_[byte + 8]) << (word_bits - skipped);
    return width == word_bits ? field : field & ((Unsigned{1} << width) - 1);
  }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
};

Error not_packed() {
  return fail(Code::corrupt, "a packed column makes no sense");
}

// How many decimals all values have at most, by the test that they come back bit by bit.
std::optional<unsigned> decimals_of(std::span<const double> values) {
  unsigned decimals = 0;
  for (const double value : values) {
    while (true) {
      const double scaled = std::nearbyint(value * powers[decimals]);
      const bool is_whole = std::abs(scaled) < whole_max;  // false for NaN
      const double back = is_whole ? (scaled + 0.0) / powers[decimals] : 0;
      if (is_whole && std::bit_cast<Unsigned>(back) == std::bit_cast<Unsigned>(value)) break;
      if (!is_whole || decimals == decimals_max) return std::nullopt;
      ++decimals;
    }
  }
  return decimals;
}

bool are_single(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) {
    const auto back = static_cast<double>(static_cast<float>(value));
    return std::bit_cast<Unsigned>(back) == std::bit_cast<Unsigned>(value);
  });
}

}  // namespace

void pack_integers(Writer& out, std::span<const std::int64_t> values) {
  if (values.empty()) return;
  const Range direct = range_of_values(values), steps = range_of_steps(values);
  const bool has_steps = steps.width < direct.width;
  const Range& range = has_steps ? steps : direct;
  out.fixed(has_steps ? Integers::steps : Integers::values);
  out.fixed(static_cast<std::uint8_t>(range.width));
  out.fixed(range.least);
  if (has_steps) out.fixed(values[0]);
  BitWriter bits(out);
  for (std::size_t i = has_steps ? 1 : 0; i < values.size(); ++i) {
    const std::int64_t value = has_steps ? step(values, i) : values[i];
    bits.put(bits_of(value) - bits_of(range.least), range.width);
  }
  bits.end();
}

Outcome unpack_integers(Reader& in, std::size_t count, std::vector<std::int64_t>& out) {
  if (count == 0) return Done{};
  const auto kind = TRY(in.fixed<Integers>());
  const unsigned width = TRY(in.fixed<std::uint8_t>());
  const Unsigned least = bits_of(TRY(in.fixed<std::int64_t>()));
  if (kind > Integers::steps || width > word_bits) return not_packed();
  Unsigned value = 0;
  if (kind == Integers::steps) value = bits_of(TRY(in.fixed<std::int64_t>()));
  const std::size_t fields = kind == Integers::steps ? count - 1 : count;
  if (width > 0 && fields > in.left() * 8 / width) return not_packed();
  BitReader bits(TRY(in.raw((fields * width + 7) / 8)));
  out.reserve(out.size() + count);
  if (kind == Integers::steps) out.push_back(static_cast<std::int64_t>(value));
  for (std::size_t i = 0; i < fields; ++i) {
    value = bits.get(width) + least + (kind == Integers::steps ? value : 0);
    out.push_back(static_cast<std::int64_t>(value));
  }
  return Done{};
}

void pack_numbers(Writer& out, std::span<const double> values) {
  if (values.empty()) return;
  if (const auto decimals = decimals_of(values)) {
    std::vector<std::int64_t> whole;
    whole.reserve(values.size());
    for (const double value : values)
      whole.push_back(static_cast<std::int64_t>(std::nearbyint(value * powers[*decimals])));
    out.fixed(Numbers::decimals);
    out.fixed(static_cast<std::uint8_t>(*decimals));
    return pack_integers(out, whole);
  }
  if (are_single(values)) {
    out.fixed(Numbers::single);
    for (const double value : values)
      out.fixed(static_cast<float>(value));
    return;
  }
  out.fixed(Numbers::plain);
  out.raw({reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()});
}

Outcome unpack_numbers(Reader& in, std::size_t count, std::vector<double>& out) {
  if (count == 0) return Done{};
  const auto kind = TRY(in.fixed<Numbers>());
  if (kind > Numbers::plain) return not_packed();
  if (kind == Numbers::decimals) {
    const unsigned decimals = TRY(in.fixed<std::uint8_t>());
    if (decimals > decimals_max) return not_packed();
    std::vector<std::int64_t> whole;
    TRY(unpack_integers(in, count, whole));
    out.reserve(out.size() + count);
    for (const std::int64_t value : whole)
      out.push_back(static_cast<double>(value) / powers[decimals]);
    return Done{};
  }
  const std::size_t size = kind == Numbers::single ? sizeof(float) : sizeof(double);
  if (count > in.left() / size) return not_packed();
  out.reserve(out.size() + count);
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(kind == Numbers::single ? static_cast<double>(TRY(in.fixed<float>()))
                                          : TRY(in.fixed<double>()));
  return Done{};
}

}  // namespace millwright
