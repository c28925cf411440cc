#include <algorithm>
#include <limits>

#include "watch/oee/board.hpp"

namespace millwright::watch::oee {
namespace {

// Performance beyond it has its reason named; less can be a part of the hour before.
constexpr double above_one = 1.02;

}  // namespace

std::string in_words(const Loss& loss, const Titles& reasons) {
  if (loss.reason.empty()) return loss.what;
  const auto title = reasons.find(loss.reason);
  return title == reasons.end() ? loss.reason : title->second;
}

void fill(OeeRow& row, const Sums& sums, const Titles& reasons) {
  const Figures figures = figures_of(sums);
  row.availability = figures.availability;
  row.performance = figures.performance;
  row.quality = figures.quality;
  row.oee = figures.oee;
  row.coverage = figures.coverage;
  row.busy = seconds(sums.busy);
  row.running = seconds(sums.running);
  row.planned_stop = seconds(sums.planned_stop);
  row.no_data = seconds(sums.no_data);
  row.good = figures.good;
  row.scrap = figures.scrap;
  row.plan = figures.plan;
  row.missing = sums.missing;
  const auto unknown = std::chrono::floor<std::chrono::minutes>(sums.no_data);
  if (unknown > 0min) row.missing.push_back("no data " + to_text(Duration(unknown)));
  if (unknown == 0min && sums.no_data >= 10s)
    row.missing.push_back(
        "no data " + to_text(Duration(std::chrono::floor<std::chrono::seconds>(sums.no_data))));
  row.uncertain = sums.uncertain;
  const bool is_above = figures.performance.value_or(0) > above_one;
  if (sums.uncertain > 0)
    row.missing.push_back(std::to_string(sums.uncertain) +
                          " parts were counted after a time without data, and may be of then");
  else if (is_above)
    row.missing.push_back("more parts than the ideal cycle allows: it is told too long");
  const std::vector<Loss> losses = losses_of(sums);
  if (losses.empty()) return;
  row.loss = in_words(losses.front(), reasons);
  row.loss_time = seconds(losses.front().time);
}

Sums together(const std::vector<Sums>& sums, const std::vector<std::string>& titles) {
  const bool is_any_counted = std::any_of(
      sums.begin(), sums.end(), [](const Sums& one) { return one.uncounted == Duration::zero(); });
  Sums out;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    Sums one = sums[i];
    const bool is_left_out = is_any_counted && one.uncounted > Duration::zero();
    if (is_left_out) one = Sums{};
    one.missing.clear();
    out += one;
    for (const std::string& what : sums[i].missing)
      out.miss(titles[i] + ": " + what + (is_left_out ? ", left out" : ""));
  }
  return out;
}

Finished finished_of(const Flow& flow, std::pair<std::size_t, std::size_t> slots,
                     const SumsOf& sums) {
  if (!flow.missing.empty()) return {};
  Finished out{0, 0};
  for (std::size_t slot = slots.first; slot < slots.second; ++slot) {
    for (const std::size_t machine : flow.outlets) {
      const Sums& one = sums(machine, slot);
      if (one.uncounted > Duration::zero()) out.good.reset();
      if (out.good) *out.good += one.good;
    }
    double least = std::numeric_limits<double>::infinity();
    for (const auto& step : flow.steps) {
      double plan = 0;
      for (const std::size_t machine : step) {
        plan += sums(machine, slot).plan;
        if (sums(machine, slot).unplanned > Duration::zero()) out.plan.reset();
      }
      least = std::min(least, plan);
    }
    if (out.plan) *out.plan += least;
  }
  return out;
}

void fill_finished(OeeRow& row, const Flow& flow, const Finished& finished) {
  row.good = finished.good;
  row.plan = finished.plan;
  if (!flow.missing.empty())
    row.missing.push_back("no plan and no finished parts: " + flow.missing);
}

std::pair<std::size_t, std::size_t> Shown::Grid::overlapping(TimeSpan span) const {
  const auto first =
      std::upper_bound(spans.begin(), spans.end(), span.from,
                       [](Instant when, const TimeSpan& one) { return when < one.until; });
  const auto last =
      std::lower_bound(first, spans.end(), span.until,
                       [](const TimeSpan& one, Instant when) { return one.from < when; });
  return {static_cast<std::size_t>(first - spans.begin()),
          static_cast<std::size_t>(last - spans.begin())};
}

void Board::put(std::shared_ptr<const Shown> shown) {
  const std::lock_guard lock(mutex_);
  shown_ = std::move(shown);
}

std::shared_ptr<const Shown> Board::get() const {
  const std::lock_guard lock(mutex_);
  return shown_;
}

}  // namespace millwright::watch::oee
