#pragma once

// Data as a factory makes it, for tests and benches: same seed, same values.

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace millwright::math::examples {

class Dice {  // splitmix64
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  std::uint64_t below(std::uint64_t n) { return bits() % n; }
  double normal() {  // Box and Muller.
    return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307179586 * uniform());
  }

 private:
  std::uint64_t state_;
};

struct Analog {
  double mean = 60, pull = 0.01, walk = 0.1, noise = 0.05;
  unsigned decimals = 1;
};

// A mean-reverting random walk with noise, rounded as a sensor rounds.
inline std::vector<double> analog(std::uint64_t seed, std::size_t rows, const Analog& shape) {
  Dice dice(seed);
  const double power = std::pow(10.0, shape.decimals);
  double level = shape.mean + shape.walk * 5 * dice.normal();
  std::vector<double> values;
  for (std::size_t i = 0; i < rows; ++i) {
    level += shape.pull * (shape.mean - level) + shape.walk * dice.normal();
    values.push_back(std::nearbyint((level + shape.noise * dice.normal()) * power) / power + 0.0);
  }
  return values;
}

inline std::vector<double> widened(std::vector<double> values) {  // a PLC's REAL
  for (double& value : values)
    value = static_cast<double>(static_cast<float>(value));
  return values;
}

// Counts of an analog input, 0 to 27648, scaled as a PLC program does.
enum class Scaling { by_fraction, by_product, in_single };
inline std::vector<double> analog_input(std::uint64_t seed, std::size_t rows, Scaling how) {
  std::vector<double> counts = analog(seed, rows, {14000, 0.01, 25, 12, 0});
  for (double& value : counts) {
    if (how == Scaling::by_fraction) value = value * 150 / 27648;
    if (how == Scaling::by_product) value = value * (150.0 / 27648);
    if (how == Scaling::in_single)
      value = static_cast<double>(static_cast<float>(value) * 150.0F / 27648.0F);
  }
  return counts;
}

inline std::vector<double> counter(std::uint64_t seed, std::size_t rows, double a_part_every) {
  Dice dice(seed);
  auto count = static_cast<double>(dice.below(100000));
  std::vector<double> values;
  for (std::size_t i = 0; i < rows; ++i) {
    count += dice.uniform() < 1 / a_part_every ? 1 : 0;
    values.push_back(count);
  }
  return values;
}

inline std::vector<double> meter(std::uint64_t seed, std::size_t rows) {  // kWh, to 0.01
  Dice dice(seed);
  double energy = 1000;
  std::vector<double> values;
  for (std::size_t i = 0; i < rows; ++i) {
    energy += 0.006 + 0.002 * dice.normal();
    values.push_back(std::nearbyint(energy * 100) / 100);
  }
  return values;
}

// Holds one of `choices` values, on average for `held` rows.
inline std::vector<double> held(std::uint64_t seed, std::size_t rows, std::uint64_t choices,
                                double held_rows, double unit = 1) {
  Dice dice(seed);
  double value = 0;
  std::vector<double> values;
  for (std::size_t i = 0; i < rows; ++i) {
    if (dice.uniform() < 1 / held_rows) value = static_cast<double>(dice.below(choices)) * unit;
    values.push_back(value);
  }
  return values;
}

inline std::vector<double> computed(std::uint64_t seed, std::size_t rows) {  // all bits count
  std::vector<double> values = analog(seed, rows, {60, 0.01, 0.1, 0.05, 15});
  for (double& value : values)
    value = std::sqrt(value) * 1.7320508;
  return values;
}

// 1 Hz with 8 ms of jitter to either side, in whole milliseconds; one row in a thousand is missing.
inline std::vector<std::int64_t> times(std::uint64_t seed, std::size_t rows) {
  Dice dice(seed);
  std::int64_t second = 1'795'000'000;
  std::vector<std::int64_t> at;
  while (at.size() < rows) {
    const auto jitter = static_cast<std::int64_t>(dice.below(17)) - 8;
    if (dice.below(1000) != 0) at.push_back((second * 1000 + 317 + jitter) * 1'000'000);
    ++second;
  }
  return at;
}

}  // namespace millwright::math::examples
