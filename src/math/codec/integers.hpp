#pragma once

#include <array>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "math/codec/kernels.hpp"

namespace millwright::math {

// One vector of at most vector_rows integers in bytes (docs/formats/block.md, "Integers"):
// constant, runs, bit-packed distances from a base or from a grid, or bit-packed steps. What lies
// far off is patched.

enum class Kind : std::uint8_t { constant, line, steps, runs };
enum class Shape : std::uint8_t { any, grid };  // grid: times, that mostly come at even steps
// bits: as many as are needed, side by side. planes: the upper 8 of them as a plane of bytes, which
// zstd shrinks, and behind it the lower ones, in which there is mostly noise.
enum class Layout : std::uint8_t { bits, planes };
inline constexpr unsigned plane_bits = 8;
// How many lower bits lie as bits.
unsigned low_width(unsigned width, Layout layout);

inline std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}
// Bytes of `count` values of `width` bits.
std::size_t packed_bytes(std::size_t count, unsigned width, Layout layout);

// Chooses how a vector is written. Holds its working room: one for many vectors, no allocation.
class IntegerEncoder {
 public:
  explicit IntegerEncoder(const Kernels& kernels, Layout layout = Layout::bits)
      : kernels_(kernels), layout_(layout) {}

  // Returns about how many bytes write() will append. Shape: 1 to vector_rows values, which stay
  // where they are until write().
  std::size_t plan(std::span<const std::int64_t> values, Shape shape = Shape::any);
  void write(Bytes& out);

 private:
  using Places = std::array<std::uint16_t, vector_rows>;
  struct Choice {
    Kind kind = Kind::line;
    bool has_grid = false;
    std::int64_t low = 0;  // of what is packed, what stands for nought
    unsigned width = 0;
    std::size_t patches = 0;
    unsigned patch_bytes = 0;
    std::size_t bytes = 0;
    const Places* patched = nullptr;
  };
  struct Skip {
    std::uint16_t at = 0;
    std::int64_t steps = 0;
  };

  void find_unit(const Spread& spread);
  Choice window(std::span<const std::int64_t> values, std::int64_t min, std::int64_t max,
                Places& patched) const;
  void find_grid();
  std::size_t runs_bytes() const;
  void write_runs(Bytes& out) const;
  void write_patches(Bytes& out, std::span<const std::int64_t> values) const;
  void write_packed(Bytes& out, std::span<const std::int64_t> values);

  const Kernels& kernels_;
  Layout layout_;
  std::span<const std::int64_t> values_;
  std::span<const std::int64_t> quotients_;  // (value - origin) / unit
  std::uint64_t origin_ = 0, unit_ = 1;
  Choice choice_;
  std::int64_t grid_step_ = 0;
  std::size_t skips_count_ = 0;
  static constexpr std::size_t skips_max = 64;
  std::array<Skip, skips_max> skips_{};
  std::array<std::int64_t, vector_rows> divided_{};
  std::array<std::int64_t, vector_rows> steps_{};
  std::array<std::int64_t, vector_rows> off_grid_{};
  std::array<std::uint32_t, vector_rows> packed_{};
  Places line_patched_{}, steps_patched_{}, grid_patched_{};
};

// A vector that was written, without a copy of its bytes.
class IntegerVector {
 public:
  // Takes the vector's bytes out of `in`. Errors: corrupt.
  static Result<IntegerVector> read(Reader& in, std::size_t count);

  std::size_t count() const { return count_; }
  // Shape: out has room for count(). Errors: corrupt.
  Outcome decode(const Kernels& kernels, std::int64_t* out) const;
  Outcome decode(const Kernels& kernels, const Scale& scale, double* out) const;

  struct Summary {
    std::int64_t min = 0, max = 0;
    double sum = 0;
  };
  Result<Summary> summary(const Kernels& kernels) const;

 private:
  std::optional<Line> load(const Kernels& kernels, std::uint32_t* out) const;
  void load(const Kernels& kernels, std::uint64_t* out) const;
  bool is_late(std::int64_t patch) const;
  std::int64_t patched(std::size_t i) const;
  Outcome read_patches(Reader& in);
  Outcome check_skips() const;
  std::int64_t patch(std::size_t i) const;
  std::uint16_t patch_place(std::size_t i) const;
  Outcome decode_runs(std::int64_t* out) const;
  void add_skips(std::int64_t* out) const;

  Kind kind_ = Kind::constant;
  Layout layout_ = Layout::bits;
  std::size_t count_ = 0;
  unsigned width_ = 0;
  Line line_;
  std::size_t patches_ = 0, patch_bytes_ = 0;
  ByteView patch_places_, patch_values_;
  std::size_t skips_ = 0;
  ByteView skip_bytes_;
  ByteView payload_;
};

}  // namespace millwright::math
