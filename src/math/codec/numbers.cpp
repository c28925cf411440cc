#include "math/codec/numbers.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace millwright::math {
namespace {

constexpr std::size_t exception_bytes = 10;
constexpr unsigned has_exceptions = 16;
constexpr unsigned is_single_flag = 8;
// From here on a decimal has so many digits that another way may be shorter.
constexpr std::size_t doubtful_bits = 14;

// Bits of a double as an integer that is ordered as the numbers are, so that what is near stays
// near; the same integer gives the bits again.
std::int64_t ordered(std::int64_t bits) {
  return bits ^ static_cast<std::int64_t>(static_cast<std::uint64_t>(bits >> 63) >> 1);
}
std::int64_t ordered32(std::int32_t bits) {
  return bits ^ static_cast<std::int32_t>(static_cast<std::uint32_t>(bits >> 31) >> 1);
}

double from_bits(std::int64_t integer) {
  return std::bit_cast<double>(ordered(integer));
}
double from_bits32(std::int64_t integer) {
  const auto narrow = static_cast<std::int32_t>(integer);
  const auto bits = static_cast<std::int32_t>(ordered32(narrow));
  return static_cast<double>(std::bit_cast<float>(bits));
}

// A signalling NaN is not the same after a turn through a float, so it counts as none.
bool are_single(std::span<const double> numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double number) {
    const auto again = static_cast<double>(static_cast<float>(number));
    return std::bit_cast<std::uint64_t>(again) == std::bit_cast<std::uint64_t>(number);
  });
}

Error damaged(const char* what) {
  return fail(Code::corrupt, std::string("a vector of numbers is damaged: ") + what);
}

}  // namespace

NumberEncoder::NumberEncoder(const Kernels& kernels, Layout layout)
    : kernels_(kernels), first_(kernels, layout), second_(kernels, layout) {}

void NumberEncoder::plan(Scaled& scaled, std::span<const double> numbers, const Scale& scale) {
  scaled.scale = scale;
  scaled.misfits_count = kernels_.from_numbers(numbers.data(), numbers.size(), scale,
                                               scaled.integers.data(), scaled.misfits.data());
  if (scaled.misfits_count == numbers.size()) {
    scaled.bytes = std::numeric_limits<std::size_t>::max();
    return;
  }
  // What stands first for an exception is near what follows.
  if (scaled.misfits_count > 0 && scaled.misfits[0] == 0) {
    std::size_t fitting = 0;
    while (fitting < scaled.misfits_count && scaled.misfits[fitting] == fitting)
      ++fitting;
    std::fill_n(scaled.integers.begin(), fitting, scaled.integers[fitting]);
  }
  scaled.bytes = scaled.encoder.plan({scaled.integers.data(), numbers.size()}) +
                 scaled.misfits_count * exception_bytes;
}

namespace {

bool is_decimal(const Scale& scale) {
  if (scale.multiplier != 1) return false;
  for (unsigned places = 0; places <= decimals_max; ++places)
    if (scale.divisor == power_of_ten(places)) return true;
  return false;
}

}  // namespace

bool NumberEncoder::take_better(std::span<const double> numbers,
                                const std::optional<Scale>& scale) {
  if (!scale) return false;
  plan(*other_, numbers, *scale);
  if (other_->bytes >= best_->bytes) return false;
  std::swap(best_, other_);
  // One over eight is a fraction: a decimal is told by its places alone.
  form_ = is_decimal(best_->scale) ? Number::decimal : Number::fraction;
  if (best_->scale.multiplier != 1 && best_->scale.divisor == 1) form_ = Number::product;
  last_ = best_->scale;
  return true;
}

void NumberEncoder::plan_bits(std::span<const double> numbers) {
  const bool single = are_single(numbers);
  other_->misfits_count = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    other_->integers[i] =
        single ? ordered32(std::bit_cast<std::int32_t>(static_cast<float>(numbers[i])))
               : ordered(std::bit_cast<std::int64_t>(numbers[i]));
  }
  other_->bytes = other_->encoder.plan({other_->integers.data(), numbers.size()});
  if (other_->bytes >= best_->bytes) return;
  std::swap(best_, other_);
  form_ = single ? Number::bits32 : Number::bits64;
}

// The scale of the vector before, when it gives every number back in few bits; else whatever is
// shortest.
void NumberEncoder::choose(std::span<const double> numbers) {
  best_->bytes = std::numeric_limits<std::size_t>::max();
  const std::optional<Scale> last = last_;
  const auto is_good = [&] {
    return best_->bytes != std::numeric_limits<std::size_t>::max() && best_->misfits_count == 0 &&
           best_->bytes * 8 <= numbers.size() * doubtful_bits + 64;
  };
  if (take_better(numbers, last) && is_good()) return;
  const std::optional<Scale> decimal = decimal_scale(numbers);
  if (decimal != last) take_better(numbers, decimal);
  if (is_good()) return;
  if (!last || last->multiplier == 1) take_better(numbers, factor_scale(numbers));
  if (is_good()) return;
  plan_bits(numbers);
}

void NumberEncoder::write(std::span<const double> numbers, Bytes& out) {
  choose(numbers);
  Writer writer(out);
  const bool is_scaled = form_ <= Number::product;
  const bool has_misfits = is_scaled && best_->misfits_count > 0;
  auto head = static_cast<unsigned>(form_);
  if (is_scaled && best_->scale.single) head |= is_single_flag;
  if (has_misfits) head |= has_exceptions;
  writer.fixed(static_cast<std::uint8_t>(head));
  if (form_ == Number::decimal) {
    writer.fixed(static_cast<std::uint8_t>(std::lround(std::log10(best_->scale.divisor))));
  } else if (is_scaled) {
    writer.fixed(best_->scale.multiplier);
    if (form_ == Number::fraction) writer.fixed(best_->scale.divisor);
  }
  if (has_misfits) {
    writer.variable(best_->misfits_count);
    for (std::size_t i = 0; i < best_->misfits_count; ++i)
      writer.fixed(best_->misfits[i]);
    for (std::size_t i = 0; i < best_->misfits_count; ++i)
      writer.fixed(std::bit_cast<std::uint64_t>(numbers[best_->misfits[i]]));
  }
  best_->encoder.write(out);
}

Result<NumberVector> NumberVector::read(Reader& in, std::size_t count) {
  const unsigned head = TRY(in.fixed<std::uint8_t>());
  if (head >= 32 || (head & 7) > static_cast<unsigned>(Number::bits32))
    return damaged("its first byte is unknown");
  const auto form = static_cast<Number>(head & 7);
  Scale scale;
  scale.single = (head & is_single_flag) != 0;
  if (form == Number::decimal) {
    const unsigned decimals = TRY(in.fixed<std::uint8_t>());
    if (decimals > decimals_max) return damaged("it has more than 18 decimals");
    scale.divisor = power_of_ten(decimals);
  } else if (form <= Number::product) {
    scale.multiplier = TRY(in.fixed<double>());
    if (form == Number::fraction) scale.divisor = TRY(in.fixed<double>());
    if (!(scale.multiplier > 0 && scale.divisor > 0 && std::isfinite(scale.multiplier) &&
          std::isfinite(scale.divisor)))
      return damaged("its factor is not a positive number");
  }
  ByteView places, exceptions;
  std::size_t exceptions_count = 0;
  if ((head & has_exceptions) != 0) {
    exceptions_count = TRY(in.variable());
    if (exceptions_count > count) return damaged("it has more exceptions than numbers");
    places = TRY(in.raw(exceptions_count * 2));
    exceptions = TRY(in.raw(exceptions_count * 8));
  }
  NumberVector vector(form, TRY(IntegerVector::read(in, count)));
  vector.scale_ = scale;
  vector.exception_places_ = places;
  vector.exceptions_ = exceptions;
  vector.exceptions_count_ = exceptions_count;
  for (std::size_t i = 0; i < exceptions_count; ++i)
    if (vector.exception_place(i) >= count) return damaged("an exception lies outside");
  return vector;
}

std::uint16_t NumberVector::exception_place(std::size_t i) const {
  std::uint16_t place = 0;
  std::memcpy(&place, exception_places_.data() + 2 * i, 2);
  return place;
}
double NumberVector::exception(std::size_t i) const {
  double number = 0;
  std::memcpy(&number, exceptions_.data() + 8 * i, 8);
  return number;
}

Outcome NumberVector::decode(const Kernels& kernels, double* out) const {
  if (form_ <= Number::product) {
    TRY(integers_.decode(kernels, scale_, out));
  } else {
    std::array<std::int64_t, vector_rows> bits;
    TRY(integers_.decode(kernels, bits.data()));
    for (std::size_t i = 0; i < count(); ++i)
      out[i] = form_ == Number::bits64 ? from_bits(bits[i]) : from_bits32(bits[i]);
  }
  for (std::size_t i = 0; i < exceptions_count_; ++i)
    std::memcpy(out + exception_place(i), exceptions_.data() + 8 * i, 8);
  return Done{};
}

Result<NumberVector::Summary> NumberVector::summary(const Kernels& kernels) const {
  Summary s{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), 0,
            0};
  if (form_ <= Number::product && exceptions_count_ == 0 && !scale_.single) {
    const IntegerVector::Summary packed = TRY(integers_.summary(kernels));
    const std::array<std::int64_t, 2> ends{packed.min, packed.max};
    std::array<double, 2> scaled{};
    kernels.scaled(ends.data(), ends.size(), scale_, scaled.data());
    return Summary{scaled[0], scaled[1], packed.sum * scale_.multiplier / scale_.divisor, count()};
  }
  std::array<double, vector_rows> numbers;
  TRY(decode(kernels, numbers.data()));
  for (std::size_t i = 0; i < count(); ++i) {
    if (!std::isfinite(numbers[i])) continue;
    s.min = std::min(s.min, numbers[i]);
    s.max = std::max(s.max, numbers[i]);
    s.sum += numbers[i];
    ++s.count;
  }
  return s;
}

}  // namespace millwright::math
