#include "math/simulate/random.hpp"

#include <cmath>
#include <numbers>

namespace millwright::math {
namespace {

constexpr int rounds = 10;
constexpr std::uint32_t multiplier_0 = 0xD2511F53, multiplier_1 = 0xCD9E8D57;
constexpr std::uint32_t weyl_0 = 0x9E3779B9, weyl_1 = 0xBB67AE85;

constexpr std::uint32_t high(std::uint64_t product) {
  return static_cast<std::uint32_t>(product >> 32);
}
constexpr std::uint32_t low(std::uint64_t product) {
  return static_cast<std::uint32_t>(product & 0xFFFFFFFFU);
}

// Marsaglia and Tsang, A simple method for generating gamma variables (2000). The rejection loop
// ends with probability > 0.95 a turn; the bound is never met in practice.
double sample_gamma(Stream& stream, double shape, double scale) {
  constexpr int turns_max = 1000;
  const double boost = shape < 1 ? std::pow(stream.uniform(), 1 / shape) : 1;
  const double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (int turn = 0; turn < turns_max; ++turn) {
    const double x = stream.normal();
    const double v = std::pow(1 + c * x, 3);
    const double u = stream.uniform();
    if (v > 0 && std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v))
      return scale * d * v * boost;
  }
  return scale * d * boost;
}

double sample_triangular(double u, double low_end, double mode, double high_end) {
  const double width = high_end - low_end;
  if (u * width < mode - low_end) return low_end + std::sqrt(u * width * (mode - low_end));
  return high_end - std::sqrt((1 - u) * width * (high_end - mode));
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < rounds; ++round) {
    const std::uint64_t a = std::uint64_t{multiplier_0} * counter[0];
    const std::uint64_t b = std::uint64_t{multiplier_1} * counter[2];
    counter = {high(b) ^ counter[1] ^ key[0], low(b), high(a) ^ counter[3] ^ key[1], low(a)};
    key = {key[0] + weyl_0, key[1] + weyl_1};
  }
  return counter;
}

Stream::Stream(StreamName name)
    : counter_{0, name.purpose, name.element, name.replication},
      key_{low(name.seed), high(name.seed)} {}

std::uint32_t Stream::bits() {
  if (used_ == block_.size()) {
    block_ = philox(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

double Stream::uniform() {
  const std::uint64_t upper = bits() >> 5, lower = bits() >> 6;
  return (static_cast<double>((upper << 26) | lower) + 0.5) * 0x1p-53;
}

double Stream::normal() {
  const double radius = std::sqrt(-2 * std::log(uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

Distribution Distribution::constant(double value) {
  return {Shape::constant, value};
}
Distribution Distribution::exponential(double mean) {
  return {Shape::exponential, mean};
}
Distribution Distribution::lognormal(double mean, double variation) {
  const double spread = std::log1p(variation * variation);
  return {Shape::lognormal, std::log(mean) - spread / 2, std::sqrt(spread)};
}
Distribution Distribution::weibull(double shape, double scale) {
  return {Shape::weibull, shape, scale};
}
Distribution Distribution::gamma(double shape, double scale) {
  return {Shape::gamma, shape, scale};
}
Distribution Distribution::triangular(double low, double mode, double high) {
  return {Shape::triangular, low, mode, high};
}
Distribution Distribution::uniform(double low, double high) {
  return {Shape::uniform, low, high};
}
Distribution Distribution::normal(double mean, double deviation) {
  return {Shape::normal, mean, deviation};
}
Distribution Distribution::discrete(std::vector<Weighted> values) {
  Distribution made(Shape::discrete, 0);
  for (const Weighted& one : values)
    made.a_ += one.weight;
  made.table_ = std::move(values);
  return made;
}

double Distribution::sample(Stream& stream) const {
  switch (shape_) {
    case Shape::constant:
      return a_;
    case Shape::exponential:
      return -a_ * std::log(stream.uniform());
    case Shape::lognormal:
      return std::exp(a_ + b_ * stream.normal());
    case Shape::weibull:
      return b_ * std::pow(-std::log(stream.uniform()), 1 / a_);
    case Shape::gamma:
      return sample_gamma(stream, a_, b_);
    case Shape::triangular:
      return sample_triangular(stream.uniform(), a_, b_, c_);
    case Shape::uniform:
      return a_ + (b_ - a_) * stream.uniform();
    case Shape::normal:
      return a_ + b_ * stream.normal();
    case Shape::discrete:
      break;
  }
  double left = a_ * stream.uniform();
  for (const Weighted& one : table_) {
    if (left < one.weight) return one.value;
    left -= one.weight;
  }
  return table_.empty() ? 0 : table_.back().value;
}

Duration Distribution::sample_time(Stream& stream) const {
  const double nanoseconds = sample(stream) * 1e9;
  if (!(nanoseconds > 0)) return Duration::zero();
  if (nanoseconds >= static_cast<double>(time_max.count())) return time_max;
  return Duration(std::llround(nanoseconds));
}

double Distribution::mean() const {
  switch (shape_) {
    case Shape::constant:
    case Shape::exponential:
    case Shape::normal:
      return a_;
    case Shape::lognormal:
      return std::exp(a_ + b_ * b_ / 2);
    case Shape::weibull:
      return b_ * std::tgamma(1 + 1 / a_);
    case Shape::gamma:
      return a_ * b_;
    case Shape::triangular:
      return (a_ + b_ + c_) / 3;
    case Shape::uniform:
      return (a_ + b_) / 2;
    case Shape::discrete:
      break;
  }
  double sum = 0;
  for (const Weighted& one : table_)
    sum += one.value * one.weight;
  return table_.empty() ? 0 : sum / a_;
}

Outcome Distribution::check() const {
  const bool is_finite = std::isfinite(a_) && std::isfinite(b_) && std::isfinite(c_);
  bool is_good = is_finite;
  switch (shape_) {
    case Shape::constant:
      break;
    case Shape::exponential:
      is_good = is_finite && a_ > 0;
      break;
    case Shape::lognormal:
    case Shape::normal:
      is_good = is_finite && b_ >= 0;
      break;
    case Shape::weibull:
    case Shape::gamma:
      is_good = is_finite && a_ > 0 && b_ > 0;
      break;
    case Shape::triangular:
      is_good = is_finite && a_ <= b_ && b_ <= c_;
      break;
    case Shape::uniform:
      is_good = is_finite && a_ <= b_;
      break;
    case Shape::discrete:
      is_good = is_finite && a_ > 0;
      for (const Weighted& one : table_)
        is_good = is_good && one.weight >= 0 && std::isfinite(one.value);
      break;
  }
  if (is_good) return Done{};
  return fail(Code::invalid,
              "a distribution has a parameter that its shape does not allow: means, "
              "shapes and scales are above 0, low <= mode <= high, weights >= 0");
}

}  // namespace millwright::math
