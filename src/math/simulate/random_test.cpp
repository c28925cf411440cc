#include "math/simulate/random.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace millwright::math {
namespace {

TEST(Random, PhiloxGivesTheKnownAnswersOfRandom123) {
  using Block = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, StreamsThatDifferInOnePartOfTheirNameShareNoNumber) {
  const StreamName names[] = {{7, 0, 0, 0}, {8, 0, 0, 0}, {7, 1, 0, 0}, {7, 0, 1, 0}, {7, 0, 0, 1}};
  for (const StreamName& a : names) {
    for (const StreamName& b : names) {
      Stream first(a), second(b);
      int same = 0;
      for (int i = 0; i < 100; ++i)
        same += first.bits() == second.bits();
      EXPECT_EQ(same, &a == &b ? 100 : 0);
    }
  }
}

struct Moments {
  double mean, deviation;
};
Moments moments(const Distribution& distribution, int count) {
  Stream stream({.seed = 42});
  double sum = 0, squares = 0;
  for (int i = 0; i < count; ++i) {
    const double x = distribution.sample(stream);
    sum += x;
    squares += x * x;
  }
  const double mean = sum / count;
  return {mean, std::sqrt(squares / count - mean * mean)};
}

TEST(Random, EachDistributionHasTheMeanAndDeviationOfItsFormula) {
  struct Case {
    Distribution distribution;
    double mean, deviation;
  };
  const Case cases[] = {
      {Distribution::constant(4), 4, 0},
      {Distribution::exponential(3), 3, 3},
      {Distribution::lognormal(18, 0.6), 18, 18 * 0.6},
      {Distribution::weibull(2.2, 900), 900 * std::tgamma(1 + 1 / 2.2),
       900 * std::sqrt(std::tgamma(1 + 2 / 2.2) - std::pow(std::tgamma(1 + 1 / 2.2), 2))},
      {Distribution::gamma(2.5, 2), 5, 2 * std::sqrt(2.5)},
      {Distribution::gamma(0.5, 2), 1, 2 * std::sqrt(0.5)},
      {Distribution::triangular(1, 2, 6), 3, std::sqrt((1 + 4 + 36 - 2 - 6 - 12) / 18.0)},
      {Distribution::uniform(2, 8), 5, 6 / std::sqrt(12)},
      {Distribution::normal(-1, 2), -1, 2},
      {Distribution::discrete({{1, 1}, {2, 1}, {6, 2}}), 3.75, std::sqrt(19.25 - 3.75 * 3.75 - 0)},
  };
  constexpr int count = 200'000;
  for (const Case& one : cases) {
    const Moments found = moments(one.distribution, count);
    const double error = 4.5 * one.deviation / std::sqrt(count) + 1e-9;  // 4.5 standard errors
    EXPECT_NEAR(found.mean, one.mean, error);
    EXPECT_NEAR(found.deviation, one.deviation, 0.02 * one.deviation + 1e-6);
    EXPECT_NEAR(one.distribution.mean(), one.mean, 1e-9 * std::abs(one.mean));
  }
}

TEST(Random, TimesAreNeverNegativeAndNeverBeyondTheBound) {
  Stream stream({.seed = 1});
  EXPECT_EQ(Distribution::constant(-5).sample_time(stream), Duration::zero());
  EXPECT_EQ(Distribution::constant(1e300).sample_time(stream), time_max);
  EXPECT_EQ(Distribution::constant(1.5).sample_time(stream), 1500ms);
}

TEST(Random, RefusesParametersThatAShapeDoesNotAllow) {
  EXPECT_FALSE(Distribution::exponential(0).check());
  EXPECT_FALSE(Distribution::lognormal(0, 0.6).check());
  EXPECT_FALSE(Distribution::weibull(-1, 1).check());
  EXPECT_FALSE(Distribution::triangular(3, 2, 1).check());
  EXPECT_FALSE(Distribution::discrete({}).check());
  EXPECT_TRUE(Distribution::discrete({{1, 1}}).check());
}

}  // namespace
}  // namespace millwright::math
