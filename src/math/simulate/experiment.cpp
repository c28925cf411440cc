#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <thread>

#include "math/simulate/simulation.hpp"

namespace millwright::math {
namespace {

// Student's t, 97.5 % quantile, for 1 to 30 degrees of freedom.
constexpr std::array<double, 30> student = {
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
    2.2010,  2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
    2.0796,  2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423};

// Beyond the table: the Cornish-Fisher expansion around the normal quantile.
double student_quantile(std::size_t freedom) {
  if (freedom <= student.size()) return student[freedom - 1];
  constexpr double z = 1.959964;
  const auto n = static_cast<double>(freedom);
  return z + (z * z * z + z) / (4 * n) +
         (5 * std::pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * n * n);
}

Result<Totals> run_one(const Model& model, const Experiment& experiment,
                       std::uint32_t replication) {
  Simulation run = TRY(Simulation::open(model, {experiment.seed, replication}));
  run.advance_to(experiment.warm_up);
  run.reset_totals();
  run.advance_to(experiment.warm_up + experiment.span);
  return run.totals();
}

}  // namespace

Result<std::vector<Totals>> replicate(const Model& model, const Experiment& experiment) {
  TRY(Simulation::open(model, {experiment.seed, 0}));
  std::vector<Totals> all(experiment.replications);
  std::atomic<std::uint32_t> next{0};
  const auto work = [&]() noexcept {
    for (std::uint32_t r = next++; r < experiment.replications; r = next++)
      all[r] = run_one(model, experiment, r).value();  // The model was checked above.
  };
  const unsigned helpers =
      std::min(std::max(experiment.threads, 1U), std::max(experiment.replications, 1U)) - 1;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < helpers; ++t)
    threads.emplace_back(work);
  work();
  for (std::thread& thread : threads)
    thread.join();
  return all;
}

Estimate estimate(std::span<const double> values) {
  if (values.empty()) return {0, 0};
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values)
    mean += value / n;
  if (values.size() == 1) return {mean, std::numeric_limits<double>::infinity()};
  double squares = 0;
  for (const double value : values)
    squares += (value - mean) * (value - mean);
  return {mean, student_quantile(values.size() - 1) * std::sqrt(squares / (n - 1) / n)};
}

}  // namespace millwright::math
