// The simulator against closed forms and published numbers. The allowed error is the confidence
// interval over replications, widened to 99.99 % (twice the 95 % half width).

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "math/simulate/test_models.hpp"

namespace millwright::math {
namespace {

Estimate measure(const Model& model, double span_seconds,
                 const std::function<double(const Totals&)>& figure) {
  const auto span = Duration(static_cast<std::int64_t>(span_seconds * 1e9));
  const Experiment experiment{
      .seed = 2026, .replications = 12, .threads = 2, .warm_up = span / 10, .span = span};
  std::vector<double> values;
  const std::vector<Totals> all = replicate(model, experiment).value();
  for (const Totals& totals : all)
    values.push_back(figure(totals));
  return estimate(values);
}
double mean_wait(const Totals& totals) {
  return totals.buffers[0].waited / static_cast<double>(totals.buffers[0].taken);
}
double rate(const Totals& totals) {
  return static_cast<double>(totals.left) / seconds(totals.span);
}
void expect_near(const Estimate& found, double truth, double narrow) {
  EXPECT_NEAR(found.mean, truth, 2 * found.half_width);
  EXPECT_LT(found.half_width, narrow * truth) << "too wide to mean anything";
}

TEST(SimulateTruth, MeanWaitOfOneExponentialServerIsThatOfErlang) {
  expect_near(measure(queue(0.8, Distribution::exponential(1)), 40'000, mean_wait), 4, 0.15);
}
TEST(SimulateTruth, MeanWaitAtAConstantServerIsHalfOfThat) {
  expect_near(measure(queue(0.8, Distribution::constant(1)), 40'000, mean_wait), 2, 0.1);
}
TEST(SimulateTruth, MeanWaitAtALogNormalServerIsThatOfPollaczekAndKhinchine) {
  const double truth = 0.7 * (1 + 0.6 * 0.6) / (2 * (1 - 0.7));
  expect_near(measure(queue(0.7, Distribution::lognormal(1, 0.6)), 40'000, mean_wait), truth, 0.1);
}
TEST(SimulateTruth, MeanWaitAtTwoAndFivePlacesIsErlangC) {
  expect_near(measure(queue(1.6, Distribution::exponential(1), 2), 40'000, mean_wait), 1.77778,
              0.15);
  expect_near(measure(queue(4.5, Distribution::exponential(1), 5), 20'000, mean_wait), 1.52499,
              0.2);
}
TEST(SimulateTruth, ShareTurnedAwayFromFivePlacesIsErlangB) {
  Model model = queue(4, Distribution::exponential(1), 5);
  model.buffers[0].capacity = 0;
  const auto share = [](const Totals& t) {
    return static_cast<double>(t.turned_away) / static_cast<double>(t.turned_away + t.left);
  };
  expect_near(measure(model, 10'000, share), 0.19907, 0.05);  // B(5, 4)
}
TEST(SimulateTruth, ReworkInPlaceLengthensServiceAndThroughAQueueAddsCustomers) {
  Model in_place = queue(0.5, Distribution::exponential(1));
  in_place.machines[0].rework_share = 0.25;
  const auto time = [](const Totals& t) { return t.time_in_model / static_cast<double>(t.left); };
  expect_near(measure(in_place, 40'000, time), 1 / (0.75 - 0.5), 0.1);
  Model through = in_place;
  through.machines[0].rework = BufferIndex{0};  // Jackson: the mean time is the same
  expect_near(measure(through, 40'000, time), 1 / (0.75 - 0.5), 0.1);
}

TEST(SimulateTruth, SaturatedExponentialLinesWithoutBuffersReachTheRatesOfHunt) {
  const double truths[] = {2.0 / 3, 22.0 / 39, 0.514775};
  for (std::size_t machines = 2; machines <= 4; ++machines) {
    const std::vector<Distribution> cycles(machines, Distribution::exponential(1));
    expect_near(measure(line(cycles, 0), 20'000, rate), truths[machines - 2], 0.02);
  }
}
TEST(SimulateTruth, TwoUnreliableMachinesReachTheRatesOfGershwinAndBerman) {
  // Exponential cycles, failures and repairs. N counts the part in machine 2 and, as a finished
  // part waits in machine 1 here, one more: a buffer of N - 2.
  const std::pair<std::uint32_t, double> truths[] = {{4, 0.721640}, {10, 0.812255}, {20, 0.855014}};
  for (const auto& [n, truth] : truths) {
    Model model = line({Distribution::exponential(1), Distribution::exponential(1 / 1.1)}, n - 2);
    const double repairs[] = {0.1, 0.09};
    for (std::size_t m = 0; m < 2; ++m)
      model.machines[m].stoppages = {
          {Distribution::exponential(100), Distribution::exponential(1 / repairs[m])}};
    expect_near(measure(model, 40'000, rate), truth, 0.02);
  }
}
TEST(SimulateTruth, AvailabilityIsMeanUpTimeOverUpAndDownTime) {
  Model model = line({Distribution::constant(1200)}, 0,
                     {{Distribution::exponential(75 * 3600), Distribution::lognormal(45 * 60, 0.6)},
                      {Distribution::exponential(3600 / 0.8), Distribution::lognormal(72, 0.6),
                       State::micro_stop}});
  const double year = 365 * 24 * 3600;
  const double up = 1, down = 45.0 / (75 * 60), short_stops = 0.8 * 1.2 / 60;
  const auto share = [](State state) {
    return [state](const Totals& t) { return t.share(MachineIndex{0}, state); };
  };
  const double all = up + down + short_stops;
  expect_near(measure(model, year, share(State::running)), up / all, 0.01);
  expect_near(measure(model, year, share(State::down)), down / all, 0.1);
  expect_near(measure(model, year, share(State::micro_stop)), short_stops / all, 0.05);
}
TEST(SimulateTruth, OneRepairerForFiveMachinesLeavesThoseOfPalm) {
  // Machine interference: failure rate 0.1, repair rate 1, five machines, one repairer. With
  // a_k = 5! / (5 - k)! 0.1^k: machines that run = sum (5 - k) a_k / sum a_k.
  double weight = 1, sum = 0, running = 0;
  for (int k = 0; k <= 5; ++k) {
    sum += weight;
    running += (5 - k) * weight;
    weight *= (5 - k) * 0.1;
  }
  Model model;
  model.crews = {1};
  for (int m = 0; m < 5; ++m)
    model.machines.push_back(
        {.name = "m",
         .cycle = {Distribution::constant(0.5)},
         .stoppages = {{Distribution::exponential(10), Distribution::exponential(1), State::down,
                        CrewIndex{0}}}});
  const auto up = [](const Totals& t) {
    double share = 0;
    for (std::uint32_t m = 0; m < 5; ++m)
      share += t.share(MachineIndex{m}, State::running);
    return share;
  };
  expect_near(measure(model, 20'000, up), running / sum, 0.02);
}
TEST(SimulateTruth, AReversedLineMakesAsMuch) {
  const std::vector<double> means = {1.0, 1.3, 0.8, 1.1};
  std::vector<Distribution> there, back;
  for (const double mean : means) {
    there.push_back(Distribution::exponential(mean));
    back.insert(back.begin(), Distribution::exponential(mean));
  }
  const Estimate one = measure(line(there, 3), 20'000, rate);
  const Estimate other = measure(line(back, 3), 20'000, rate);
  EXPECT_NEAR(one.mean, other.mean, 2 * std::hypot(one.half_width, other.half_width));
}
TEST(SimulateTruth, StudentIntervalsAreThoseOfTheTables) {
  const std::vector<double> values = {1, 2, 3, 4, 5};  // s = 1.5811, t(4) = 2.7764
  EXPECT_NEAR(estimate(values).half_width, 2.7764 * 1.5811 / std::sqrt(5), 1e-3);
  std::vector<double> many(101);
  for (std::size_t i = 0; i < many.size(); ++i)
    many[i] = static_cast<double>(i % 2);
  EXPECT_NEAR(estimate(many).half_width, 1.98397 * std::sqrt(50.0 * 51 / 101 / 100 / 101), 1e-5);
}

}  // namespace
}  // namespace millwright::math
