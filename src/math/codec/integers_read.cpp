#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "math/codec/integers.hpp"
#include "math/codec/short_bits.hpp"

namespace millwright::math {
namespace {

using Unsigned = std::uint64_t;

constexpr std::int64_t narrow_max = std::numeric_limits<std::uint32_t>::max();

Error damaged(const char* what) {
  return fail(Code::corrupt, std::string("a vector of integers is damaged: ") + what);
}

}  // namespace

Outcome IntegerVector::read_patches(Reader& in) {
  patches_ = TRY(in.variable());
  patch_bytes_ = TRY(in.fixed<std::uint8_t>());
  if (patches_ > count_ || patch_bytes_ > 8)
    return damaged("it has more patches than values, or patches of more than 8 bytes");
  patch_places_ = TRY(in.raw(patches_ * 2));
  patch_values_ = TRY(in.raw(patches_ * patch_bytes_));
  for (std::size_t i = 0; i < patches_; ++i)
    if (patch_place(i) >= count_) return damaged("a patch lies outside");
  return Done{};
}

Outcome IntegerVector::check_skips() const {
  Reader in(skip_bytes_);
  std::size_t at = 0;
  for (std::size_t i = 0; i < skips_; ++i) {
    const Unsigned distance = TRY(in.variable());
    if (distance >= count_ || at + distance >= count_) return damaged("a skip lies outside");
    at += distance;
    TRY(in.variable());
  }
  return Done{};
}

Result<IntegerVector> IntegerVector::read(Reader& in, std::size_t count) {
  CHECK(count > 0 && count <= vector_rows);
  IntegerVector vector;
  vector.count_ = count;
  const unsigned head = TRY(in.fixed<std::uint8_t>());
  if (head >= 64) return damaged("its first byte is unknown");
  vector.kind_ = static_cast<Kind>(head & 3);
  vector.layout_ = (head & 32) != 0 ? Layout::planes : Layout::bits;
  if (vector.kind_ == Kind::runs) {
    vector.payload_ = TRY(in.raw(in.left()));
    return vector;
  }
  if (vector.kind_ == Kind::constant) {
    vector.line_.base = static_cast<Unsigned>(unzigzag(TRY(in.variable())));
    return vector;
  }
  vector.width_ = TRY(in.fixed<std::uint8_t>());
  if (vector.width_ > 64) return damaged("its values have more than 64 bits");
  vector.line_.base = static_cast<Unsigned>(unzigzag(TRY(in.variable())));
  if ((head & 4) != 0) vector.line_.unit = TRY(in.variable());
  if (vector.kind_ == Kind::steps)
    vector.line_.step = static_cast<Unsigned>(unzigzag(TRY(in.variable())));
  if ((head & 16) != 0) {
    if (vector.kind_ == Kind::steps) return damaged("it has steps and a grid");
    vector.line_.step = static_cast<Unsigned>(unzigzag(TRY(in.variable())));
    vector.skips_ = TRY(in.variable());
    if (vector.skips_ > count) return damaged("it has more skips than values");
    Reader after = in;
    for (std::size_t i = 0; i < 2 * vector.skips_; ++i)
      TRY(after.variable());
    vector.skip_bytes_ = TRY(in.raw(in.left() - after.left()));
    TRY(vector.check_skips());
  }
  if ((head & 8) != 0) TRY(vector.read_patches(in));
  vector.payload_ = TRY(in.raw(packed_bytes(count, vector.width_, vector.layout_)));
  return vector;
}

std::uint16_t IntegerVector::patch_place(std::size_t i) const {
  std::uint16_t place = 0;
  std::memcpy(&place, patch_places_.data() + 2 * i, 2);
  return place;
}

std::int64_t IntegerVector::patch(std::size_t i) const {
  if (patch_bytes_ == 0) return 0;
  Unsigned value = 0;
  std::memcpy(&value, patch_values_.data() + i * patch_bytes_, patch_bytes_);
  const auto shift = static_cast<unsigned>(64 - 8 * patch_bytes_);
  return static_cast<std::int64_t>(value << shift) >> shift;
}

// A patch of a line that does not fit into 32 bits: it is put in behind the kernels.
bool IntegerVector::is_late(std::int64_t patch) const {
  return kind_ == Kind::line && (patch < 0 || patch > narrow_max);
}

std::int64_t IntegerVector::patched(std::size_t i) const {
  return static_cast<std::int64_t>(line_.base + line_.step * patch_place(i) +
                                   line_.unit * static_cast<Unsigned>(patch(i)));
}

// What a line is applied to, and that line, when it fits into 32 bits. Sums of steps start so high
// that none falls below nought.
std::optional<Line> IntegerVector::load(const Kernels& kernels, std::uint32_t* out) const {
  constexpr auto limit = static_cast<Unsigned>(narrow_max);
  if (width_ > 32 || line_.unit > limit) return std::nullopt;
  Unsigned start = 0;
  if (kind_ == Kind::steps) {
    Unsigned total = count_ * ((Unsigned{1} << width_) - 1);
    for (std::size_t i = 0; i < patches_; ++i) {
      const std::int64_t value = patch(i);
      if (value < -narrow_max || value > narrow_max) return std::nullopt;
      (value < 0 ? start : total) += static_cast<Unsigned>(std::abs(value));
    }
    if (total + start > limit) return std::nullopt;
  }
  const unsigned low = low_width(width_, layout_);
  const bool has_plane = layout_ == Layout::planes && width_ > 0;
  const ByteView bits = payload_.subspan(has_plane ? count_ : 0);
  if (count_ == vector_rows) {
    kernels.unpack(bits.data(), low, out);
  } else {
    for (std::size_t i = 0; i < count_; ++i)
      out[i] = static_cast<std::uint32_t>(short_bits_at(bits, low, i));
  }
  for (std::size_t i = 0; has_plane && i < count_; ++i)
    out[i] |= std::uint32_t{payload_[i]} << low;
  for (std::size_t i = 0; i < patches_; ++i)
    out[patch_place(i)] = static_cast<std::uint32_t>(patch(i));
  if (kind_ != Kind::steps) return line_;
  out[0] = static_cast<std::uint32_t>(start);
  kernels.prefix_sum(out, count_);
  return Line{line_.base - line_.unit * start, line_.step, line_.unit};
}

void IntegerVector::load(const Kernels& kernels, Unsigned* out) const {
  const unsigned low = low_width(width_, layout_);
  const bool has_plane = layout_ == Layout::planes && width_ > 0;
  const ByteView bits = payload_.subspan(has_plane ? count_ : 0);
  if (count_ == vector_rows) {
    std::array<std::uint32_t, vector_rows> half;
    kernels.unpack(bits.data(), std::min(low, 32U), half.data());
    std::copy(half.begin(), half.end(), out);
    if (low > 32) {
      kernels.unpack(bits.data() + 4 * vector_rows, low - 32, half.data());
      for (std::size_t i = 0; i < count_; ++i)
        out[i] |= Unsigned{half[i]} << 32;
    }
  } else {
    for (std::size_t i = 0; i < count_; ++i)
      out[i] = short_bits_at(bits, low, i);
  }
  for (std::size_t i = 0; has_plane && i < count_; ++i)
    out[i] |= Unsigned{payload_[i]} << low;
  for (std::size_t i = 0; i < patches_; ++i)
    out[patch_place(i)] = static_cast<Unsigned>(patch(i));
  if (kind_ != Kind::steps) return;
  out[0] = 0;
  for (std::size_t i = 1; i < count_; ++i)
    out[i] += out[i - 1];
}

Outcome IntegerVector::decode_runs(std::int64_t* out) const {
  Reader in(payload_);
  std::size_t at = 0;
  Unsigned value = 0;
  while (at < count_) {
    const Unsigned length = TRY(in.variable());
    value += static_cast<Unsigned>(unzigzag(TRY(in.variable())));
    if (length == 0 || length > count_ - at) return damaged("its runs are not as long as it is");
    std::fill_n(out + at, length, static_cast<std::int64_t>(value));
    at += length;
  }
  if (!in.is_at_end()) return damaged("there is more after its last run");
  return Done{};
}

void IntegerVector::add_skips(std::int64_t* out) const {
  Reader in(skip_bytes_);
  Unsigned skipped = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i <= skips_; ++i) {
    const std::size_t until = i == skips_ ? count_ : at + in.variable().value();
    for (; at < until; ++at)
      out[at] = static_cast<std::int64_t>(static_cast<Unsigned>(out[at]) + skipped);
    if (i < skips_) skipped += static_cast<Unsigned>(unzigzag(in.variable().value())) * line_.step;
  }
}

Outcome IntegerVector::decode(const Kernels& kernels, std::int64_t* out) const {
  if (kind_ == Kind::runs) return decode_runs(out);
  if (kind_ == Kind::constant) {
    std::fill_n(out, count_, static_cast<std::int64_t>(line_.base));
    return Done{};
  }
  std::array<std::uint32_t, vector_rows> narrow;
  if (const auto line = load(kernels, narrow.data())) {
    kernels.to_integers(narrow.data(), count_, *line, out);
    for (std::size_t i = 0; i < patches_; ++i)
      if (is_late(patch(i))) out[patch_place(i)] = patched(i);
  } else {
    std::array<Unsigned, vector_rows> wide;
    load(kernels, wide.data());
    Unsigned base = line_.base;
    for (std::size_t i = 0; i < count_; ++i, base += line_.step)
      out[i] = static_cast<std::int64_t>(base + line_.unit * wide[i]);
  }
  if (skips_ > 0) add_skips(out);
  return Done{};
}

Outcome IntegerVector::decode(const Kernels& kernels, const Scale& scale, double* out) const {
  if (kind_ == Kind::constant) {
    const auto value = static_cast<std::int64_t>(line_.base);
    kernels.scaled(&value, 1, scale, out);
    std::fill_n(out + 1, count_ - 1, out[0]);
    return Done{};
  }
  if (kind_ != Kind::runs && skips_ == 0) {
    std::array<std::uint32_t, vector_rows> narrow;
    if (const auto line = load(kernels, narrow.data())) {
      kernels.to_numbers(narrow.data(), count_, *line, scale, out);
      for (std::size_t i = 0; i < patches_; ++i) {
        const std::int64_t value = patched(i);
        if (is_late(patch(i))) kernels.scaled(&value, 1, scale, out + patch_place(i));
      }
      return Done{};
    }
  }
  std::array<std::int64_t, vector_rows> integers;
  TRY(decode(kernels, integers.data()));
  kernels.scaled(integers.data(), count_, scale, out);
  return Done{};
}

Result<IntegerVector::Summary> IntegerVector::summary(const Kernels& kernels) const {
  const auto base = static_cast<std::int64_t>(line_.base);
  const auto rows = static_cast<double>(count_);
  if (kind_ == Kind::constant) return Summary{base, base, static_cast<double>(base) * rows};
  // Distances from one base are summed up as they are.
  constexpr std::int64_t near = std::int64_t{1} << 51;
  const bool is_near = base > -near && base < near && line_.unit < (1U << 19);
  if (kind_ == Kind::line && line_.step == 0 && is_near && patches_ == 0) {
    std::array<std::uint32_t, vector_rows> narrow;
    if (load(kernels, narrow.data())) {
      const Reduced r = kernels.reduce(narrow.data(), count_);
      const auto unit = static_cast<std::int64_t>(line_.unit);
      return Summary{base + unit * r.min, base + unit * r.max,
                     static_cast<double>(base) * rows +
                         static_cast<double>(unit) * static_cast<double>(r.sum)};
    }
  }
  std::array<std::int64_t, vector_rows> integers;
  TRY(decode(kernels, integers.data()));
  const Spread spread = kernels.spread(integers.data(), count_);
  Summary s{spread.min, spread.max, 0};
  constexpr std::int64_t addable = std::numeric_limits<std::int64_t>::max() / vector_rows;
  if (s.min > -addable && s.max < addable) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < count_; ++i)
      sum += integers[i];
    s.sum = static_cast<double>(sum);
    return s;
  }
  for (std::size_t i = 0; i < count_; ++i)
    s.sum += static_cast<double>(integers[i]);
  return s;
}

}  // namespace millwright::math
