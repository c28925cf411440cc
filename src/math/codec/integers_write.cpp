#include <algorithm>
#include <bit>
#include <numeric>

#include "math/codec/integers.hpp"
#include "math/codec/short_bits.hpp"

namespace millwright::math {
namespace {

using Unsigned = std::uint64_t;

constexpr std::size_t unit_samples = 16;
constexpr std::size_t window_samples_max = 96;
constexpr std::size_t patch_place_bytes = 2;
constexpr std::size_t header_bytes = 12;  // about, of all but runs

Unsigned difference(std::int64_t a, std::int64_t b) {
  return static_cast<Unsigned>(a) - static_cast<Unsigned>(b);
}
unsigned bits_of(Unsigned value) {
  return static_cast<unsigned>(std::bit_width(value));
}
unsigned signed_bytes_of(std::int64_t value) {
  return (bits_of(zigzag(value)) + 7) / 8;
}
std::size_t variable_bytes(Unsigned value) {
  return value == 0 ? 1 : (bits_of(value) + 6) / 7;
}

}  // namespace

unsigned low_width(unsigned width, Layout layout) {
  if (layout == Layout::bits) return width;
  return width > plane_bits ? width - plane_bits : 0;
}

std::size_t packed_bytes(std::size_t count, unsigned width, Layout layout) {
  const std::size_t plane = layout == Layout::planes && width > 0 ? count : 0;
  return plane + (count * low_width(width, layout) + 7) / 8;
}

// A unit that divides all distances: times in whole milliseconds, set-points in steps of 0.5.
void IntegerEncoder::find_unit(const Spread& spread) {
  unit_ = 1;
  origin_ = 0;
  quotients_ = values_;
  if (difference(spread.max, spread.min) >> 63 != 0) return;  // Steps would wrap.
  Unsigned unit = 0;
  const std::size_t stride = values_.size() / unit_samples + 1;
  for (std::size_t i = 0; i < values_.size() && unit != 1; i += stride)
    unit = std::gcd(unit, difference(values_[i], spread.min));
  if (unit == 1) return;
  for (const std::int64_t value : values_) {
    const Unsigned distance = difference(value, spread.min);
    if (unit == 0 || distance % unit != 0) unit = std::gcd(unit, distance);
    if (unit == 1) return;
  }
  if (unit == 0) return;  // All values are equal.
  unit_ = unit;
  origin_ = static_cast<Unsigned>(spread.min);
  for (std::size_t i = 0; i < values_.size(); ++i)
    divided_[i] = static_cast<std::int64_t>(difference(values_[i], spread.min) / unit);
  quotients_ = std::span(divided_).first(values_.size());
}

// The range that is packed: of all values, or of most when the few outside are cheaper as patches.
IntegerEncoder::Choice IntegerEncoder::window(std::span<const std::int64_t> values,
                                              std::int64_t min, std::int64_t max,
                                              Places& patched) const {
  const std::size_t count = values.size();
  // Planes are packed by zstd afterwards, so the bits count there too.
  Choice whole{.low = min, .width = bits_of(difference(max, min))};
  whole.bytes = header_bytes + packed_bytes(count, whole.width, Layout::bits);
  if (whole.width < 2 || (layout_ == Layout::planes && whole.width <= plane_bits)) return whole;

  std::array<std::int64_t, window_samples_max> sample;
  const std::size_t stride = (count + window_samples_max - 1) / window_samples_max | 1U;
  std::size_t n = 0;
  for (std::size_t i = 0; i < count && n < sample.size(); i += stride)
    sample[n++] = values[i];
  std::sort(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(n));
  static constexpr std::array<std::pair<std::size_t, std::size_t>, 10> cuts{
      {{0, 0}, {1, 1}, {0, 2}, {2, 0}, {3, 3}, {0, 6}, {6, 0}, {8, 8}, {0, 12}, {12, 0}}};
  Choice best = whole;
  std::size_t best_guess = whole.bytes;
  for (const auto& [below, above] : cuts) {
    if (below + above >= n) break;
    const std::int64_t low = sample[below], high = sample[n - 1 - above];
    const unsigned width = bits_of(difference(high, low));
    const std::size_t outside = (below + above) * count / n;
    const std::size_t patch =
        patch_place_bytes + std::max(signed_bytes_of(min), signed_bytes_of(max));
    const std::size_t guess =
        header_bytes + packed_bytes(count, width, Layout::bits) + outside * patch;
    if (guess >= best_guess) continue;
    best_guess = guess;
    const Unsigned room = width == 0 ? 0 : ((Unsigned{1} << (width - 1)) * 2 - 1);
    const Unsigned slack = (room - difference(high, low)) / 2;
    best = {.low = static_cast<std::int64_t>(static_cast<Unsigned>(low) - slack), .width = width};
    if (difference(low, min) < slack) best.low = min;
  }
  if (best.width == whole.width) return whole;
  const Unsigned room = best.width == 0 ? 0 : (Unsigned{1} << best.width) - 1;
  best.patched = &patched;
  for (std::size_t i = 0; i < count; ++i) {  // Without a branch: the few come at random.
    patched[best.patches] = static_cast<std::uint16_t>(i);
    best.patches += difference(values[i], best.low) > room ? 1U : 0U;
  }
  std::int64_t lowest = 0, highest = 0;
  for (std::size_t i = 0; i < best.patches; ++i) {
    const auto distance = static_cast<std::int64_t>(difference(values[patched[i]], best.low));
    lowest = std::min(lowest, distance);
    highest = std::max(highest, distance);
  }
  best.patch_bytes = std::max(signed_bytes_of(lowest), signed_bytes_of(highest));
  best.bytes = header_bytes + packed_bytes(count, best.width, Layout::bits) +
               best.patches * (patch_place_bytes + best.patch_bytes);
  return best.bytes < whole.bytes ? best : whole;
}

// Times on an even grid with a little jitter: what is left is the jitter alone, and a row that is
// missing costs a skip.
void IntegerEncoder::find_grid() {
  const std::size_t count = quotients_.size();
  std::array<std::int64_t, vector_rows> order{};
  std::copy_n(steps_.begin() + 1, count - 1, order.begin());
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>((count - 1) / 2);
  std::nth_element(order.begin(), middle, order.begin() + static_cast<std::ptrdiff_t>(count - 1));
  constexpr std::int64_t step_max = std::int64_t{1} << 53;
  if (*middle < 2 || *middle > step_max) return;
  grid_step_ = *middle;
  skips_count_ = 0;
  std::int64_t min = 0, max = 0, expected = quotients_[0];
  for (std::size_t i = 0; i < count; ++i) {
    std::int64_t off = quotients_[i] - expected;  // Quotients of times lie far from the limits.
    if (off > grid_step_ / 2 || off < -grid_step_ / 2) {
      const std::int64_t skip = (off + (off > 0 ? 1 : -1) * (grid_step_ / 2)) / grid_step_;
      if (skips_count_ == skips_max) return;
      if (skip != 0) skips_[skips_count_++] = {static_cast<std::uint16_t>(i), skip};
      expected += skip * grid_step_;
      off -= skip * grid_step_;
    }
    off_grid_[i] = off;
    min = std::min(min, off);
    max = std::max(max, off);
    expected += grid_step_;
  }
  Choice grid = window(std::span(off_grid_).first(count), min, max, grid_patched_);
  grid.has_grid = true;
  grid.bytes += variable_bytes(zigzag(grid_step_)) + 4 * skips_count_;
  if (grid.bytes < choice_.bytes) choice_ = grid;
}

std::size_t IntegerEncoder::runs_bytes() const {
  std::size_t bytes = 4, from = 0;
  std::int64_t before = 0;
  for (std::size_t i = 1; i <= values_.size(); ++i) {
    if (i < values_.size() && values_[i] == values_[from]) continue;
    const auto change = static_cast<std::int64_t>(difference(values_[from], before));
    bytes += variable_bytes(i - from) + variable_bytes(zigzag(change));
    before = values_[from];
    from = i;
  }
  return bytes;
}

std::size_t IntegerEncoder::plan(std::span<const std::int64_t> values, Shape shape) {
  values_ = values;
  skips_count_ = 0;
  const Spread spread = kernels_.spread(values.data(), values.size());
  if (spread.changes == 0) {
    choice_ = {.kind = Kind::constant, .bytes = 1 + variable_bytes(zigzag(values[0]))};
    return choice_.bytes;
  }
  find_unit(spread);
  const auto quotient = [&](std::int64_t value) {
    return unit_ == 1 ? value : static_cast<std::int64_t>(difference(value, spread.min) / unit_);
  };
  choice_ = window(quotients_, quotient(spread.min), quotient(spread.max), line_patched_);

  std::int64_t step_min = spread.step_min, step_max = spread.step_max;
  if (unit_ != 1) {
    step_min /= static_cast<std::int64_t>(unit_);
    step_max /= static_cast<std::int64_t>(unit_);
  }
  for (std::size_t i = 1; i < values.size(); ++i)
    steps_[i] = static_cast<std::int64_t>(difference(quotients_[i], quotients_[i - 1]));
  Choice steps =
      window(std::span(steps_).subspan(1, values.size() - 1), step_min, step_max, steps_patched_);
  steps.kind = Kind::steps;
  if (steps.bytes < choice_.bytes) choice_ = steps;
  constexpr std::int64_t far = std::int64_t{1} << 62;
  if (shape == Shape::grid && spread.min > -far && spread.max < far) find_grid();
  if (std::size_t{spread.changes} * 2 < choice_.bytes) {
    const std::size_t bytes = runs_bytes();
    if (bytes < choice_.bytes) choice_ = {.kind = Kind::runs, .bytes = bytes};
  }
  return choice_.bytes;
}

void IntegerEncoder::write_runs(Bytes& out) const {
  Writer writer(out);
  std::size_t from = 0;
  std::int64_t before = 0;
  for (std::size_t i = 1; i <= values_.size(); ++i) {
    if (i < values_.size() && values_[i] == values_[from]) continue;
    writer.variable(i - from);
    writer.variable(zigzag(static_cast<std::int64_t>(difference(values_[from], before))));
    before = values_[from];
    from = i;
  }
}

void IntegerEncoder::write_patches(Bytes& out, std::span<const std::int64_t> values) const {
  Writer writer(out);
  writer.variable(choice_.patches);
  writer.fixed(static_cast<std::uint8_t>(choice_.patch_bytes));
  // Steps begin behind the first row.
  const std::size_t first = choice_.kind == Kind::steps ? 1 : 0;
  const std::span<const std::uint16_t> places(choice_.patched->data(), choice_.patches);
  for (const std::uint16_t place : places)
    writer.fixed(static_cast<std::uint16_t>(place + first));
  for (const std::uint16_t place : places) {
    const Unsigned distance = difference(values[place + first], choice_.low);
    writer.raw({reinterpret_cast<const std::uint8_t*>(&distance), choice_.patch_bytes});
  }
}

void IntegerEncoder::write_packed(Bytes& out, std::span<const std::int64_t> values) {
  const std::size_t at = out.size(), count = values.size();
  const unsigned width = low_width(choice_.width, layout_);
  out.resize(at + packed_bytes(count, choice_.width, layout_));
  std::uint8_t* to = out.data() + at;
  const auto low = static_cast<Unsigned>(choice_.low);
  if (layout_ == Layout::planes && choice_.width > 0) {
    for (const std::int64_t value : values)
      *to++ = static_cast<std::uint8_t>((static_cast<Unsigned>(value) - low) >> width);
  }
  if (count < vector_rows) {
    ShortBits bits(to, width);
    for (const std::int64_t value : values)
      bits.put(static_cast<Unsigned>(value) - low);
    bits.end();
    return;
  }
  for (std::size_t i = 0; i < count; ++i)
    packed_[i] = static_cast<std::uint32_t>(static_cast<Unsigned>(values[i]) - low);
  kernels_.pack(packed_.data(), std::min(width, 32U), to);
  if (width <= 32) return;
  for (std::size_t i = 0; i < count; ++i)
    packed_[i] = static_cast<std::uint32_t>((static_cast<Unsigned>(values[i]) - low) >> 32);
  kernels_.pack(packed_.data(), width - 32, to + packed_bytes(count, 32, Layout::bits));
}

void IntegerEncoder::write(Bytes& out) {
  Writer writer(out);
  const bool has_unit = unit_ != 1 && choice_.kind != Kind::constant && choice_.kind != Kind::runs;
  const unsigned head = static_cast<unsigned>(choice_.kind) | (has_unit ? 4U : 0U) |
                        (choice_.patches > 0 ? 8U : 0U) | (choice_.has_grid ? 16U : 0U) |
                        (layout_ == Layout::planes ? 32U : 0U);
  writer.fixed(static_cast<std::uint8_t>(head));
  if (choice_.kind == Kind::runs) return write_runs(out);
  const auto first = static_cast<Unsigned>(values_[0]), low = static_cast<Unsigned>(choice_.low);
  if (choice_.kind == Kind::constant) return writer.variable(zigzag(values_[0]));

  std::span<const std::int64_t> packed = quotients_;
  Unsigned base = origin_ + unit_ * low;
  if (choice_.kind == Kind::steps) {
    steps_[0] = choice_.low;
    packed = std::span(steps_).first(values_.size());
    base = first;
  } else if (choice_.has_grid) {
    packed = std::span(off_grid_).first(values_.size());
    base = first + unit_ * low;
  }
  writer.fixed(static_cast<std::uint8_t>(choice_.width));
  writer.variable(zigzag(static_cast<std::int64_t>(base)));
  if (has_unit) writer.variable(unit_);
  if (choice_.kind == Kind::steps) writer.variable(zigzag(static_cast<std::int64_t>(unit_ * low)));
  if (choice_.has_grid) {
    writer.variable(zigzag(static_cast<std::int64_t>(unit_ * static_cast<Unsigned>(grid_step_))));
    writer.variable(skips_count_);
    for (std::size_t i = 0; i < skips_count_; ++i) {
      writer.variable(i == 0 ? skips_[i].at : skips_[i].at - skips_[i - 1].at);
      writer.variable(zigzag(skips_[i].steps));
    }
  }
  if (choice_.patches > 0) write_patches(out, packed);
  write_packed(out, packed);
}

}  // namespace millwright::math
