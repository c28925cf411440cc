#pragma once

#include <array>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "math/codec/integers.hpp"
#include "math/codec/scale.hpp"

namespace millwright::math {

// One vector of at most vector_rows doubles in bytes (docs/formats/block.md, "Numbers"): scaled
// integers with a few exceptions, or the bits of the numbers in their order as integers. Every bit
// comes back, of NaN, infinities and the negative nought too.

enum class Number : std::uint8_t { decimal, fraction, product, bits64, bits32 };

// Keeps the scale that fitted last, so that a column looks for it once.
class NumberEncoder {
 public:
  explicit NumberEncoder(const Kernels& kernels, Layout layout = Layout::bits);
  NumberEncoder(const NumberEncoder&) = delete;
  NumberEncoder& operator=(const NumberEncoder&) = delete;
  // Appends a vector. Shape: 1 to vector_rows numbers.
  void write(std::span<const double> numbers, Bytes& out);

 private:
  struct Scaled {  // one way of turning numbers into integers
    explicit Scaled(const Kernels& kernels, Layout layout) : encoder(kernels, layout) {}
    Scale scale;
    std::array<std::int64_t, vector_rows> integers{};
    std::array<std::uint16_t, vector_rows> misfits{};
    std::size_t misfits_count = 0;
    std::size_t bytes = 0;
    IntegerEncoder encoder;
  };
  void plan(Scaled& scaled, std::span<const double> numbers, const Scale& scale);
  bool take_better(std::span<const double> numbers, const std::optional<Scale>& scale);
  void plan_bits(std::span<const double> numbers);
  void choose(std::span<const double> numbers);

  const Kernels& kernels_;
  Scaled first_, second_;
  Scaled* best_ = &first_;
  Scaled* other_ = &second_;
  Number form_ = Number::decimal;  // of what is in *best_
  std::optional<Scale> last_;
};

class NumberVector {
 public:
  // Errors: corrupt.
  static Result<NumberVector> read(Reader& in, std::size_t count);

  std::size_t count() const { return integers_.count(); }
  Outcome decode(const Kernels& kernels, double* out) const;

  struct Summary {  // of the finite numbers; min > max when there are none
    double min = 0, max = 0, sum = 0;
    std::size_t count = 0;
  };
  Result<Summary> summary(const Kernels& kernels) const;

 private:
  NumberVector(Number form, const IntegerVector& integers) : form_(form), integers_(integers) {}
  double exception(std::size_t i) const;
  std::uint16_t exception_place(std::size_t i) const;

  Number form_;
  Scale scale_;
  ByteView exception_places_, exceptions_;
  std::size_t exceptions_count_ = 0;
  IntegerVector integers_;
};

}  // namespace millwright::math
