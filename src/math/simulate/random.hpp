#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace millwright::math {

// Philox 4x32 with ten rounds: a number from a counter and a key, no state in between.
// Thread: any; pure.
// Source: Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011); tested
//         with the known answers of its library Random123.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                    std::array<std::uint32_t, 2> key);

// Names a stream of random numbers. Two streams that differ in any part share no number, so that a
// change at one machine leaves the luck of every other as it was (common random numbers).
struct StreamName {
  std::uint64_t seed = 0;
  std::uint32_t replication = 0;
  std::uint32_t element = 0;  // which machine or source
  std::uint32_t purpose = 0;  // what for: cycle, failure, repair ...
};

// The numbers of one stream in their order. Bound: 2^34 numbers of 32 bits, then it starts again.
class Stream {
 public:
  explicit Stream(StreamName name);
  std::uint32_t bits();
  double uniform();  // in (0, 1), 53 bits; never 0 and never 1
  double normal();   // mean 0, standard deviation 1 (Box-Muller; two uniforms each)

 private:
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> block_{};
  std::uint32_t used_ = 4;
};

// A random amount in the unit of its parameters; the simulator uses seconds.
class Distribution {
 public:
  enum class Shape : std::uint8_t {
    constant,
    exponential,
    lognormal,
    weibull,
    gamma,
    triangular,
    uniform,
    normal,
    discrete
  };
  struct Weighted {
    double value;
    double weight;
  };

  Distribution() = default;  // always 0
  static Distribution constant(double value);
  static Distribution exponential(double mean);
  static Distribution lognormal(double mean, double variation);  // standard deviation / mean
  static Distribution weibull(double shape, double scale);
  static Distribution gamma(double shape, double scale);
  static Distribution triangular(double low, double mode, double high);
  static Distribution uniform(double low, double high);
  static Distribution normal(double mean, double deviation);
  static Distribution discrete(std::vector<Weighted> values);

  double sample(Stream& stream) const;
  // As a time in seconds: never negative, at most `time_max`, rounded to the nanosecond.
  Duration sample_time(Stream& stream) const;
  double mean() const;
  // Errors: invalid when a parameter is not finite or outside what its shape allows.
  Outcome check() const;

 private:
  Distribution(Shape shape, double a, double b = 0, double c = 0)
      : shape_(shape), a_(a), b_(b), c_(c) {}

  Shape shape_ = Shape::constant;
  double a_ = 0, b_ = 0, c_ = 0;
  std::vector<Weighted> table_;  // of discrete alone
};

constexpr Duration time_max = std::chrono::hours(24 * 365 * 100);

}  // namespace millwright::math
