#include "watch/oee/sums.hpp"

#include <algorithm>

namespace millwright::watch::oee {
namespace {

Duration as_duration(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

void Sums::lose(MachineState state, std::string_view reason, Duration time, std::uint32_t stops) {
  const auto found = std::find_if(lost.begin(), lost.end(), [&](const Lost& one) {
    return one.state == state && one.reason == reason;
  });
  if (found == lost.end()) {
    lost.push_back({state, std::string(reason), time, stops});
  } else {
    found->time += time;
    found->stops += stops;
  }
}

void Sums::miss(const std::string& what) {
  if (missing.size() < missing_max &&
      std::find(missing.begin(), missing.end(), what) == missing.end())
    missing.push_back(what);
}

Sums& Sums::operator+=(const Sums& other) {
  planned_stop += other.planned_stop;
  no_data += other.no_data;
  busy += other.busy;
  running += other.running;
  micro += other.micro;
  uncounted += other.uncounted;
  unplanned += other.unplanned;
  ideal_made += other.ideal_made;
  ideal_good += other.ideal_good;
  plan += other.plan;
  good += other.good;
  scrap += other.scrap;
  unpriced += other.unpriced;
  uncertain += other.uncertain;
  micro_stops += other.micro_stops;
  for (const Lost& one : other.lost)
    lose(one.state, one.reason, one.time, one.stops);
  for (const std::string& what : other.missing)
    miss(what);
  return *this;
}

Figures figures_of(const Sums& sums) {
  Figures out;
  const double busy = seconds(sums.busy), running = seconds(sums.running);
  const double heard = busy + seconds(sums.no_data);
  const bool is_counted = sums.uncounted == Duration::zero();
  const bool is_priced = is_counted && sums.unpriced == 0;
  const std::int64_t made = sums.good + sums.scrap;
  if (heard > 0) out.coverage = busy / heard;
  if (busy > 0) out.availability = running / busy;
  if (running > 0 && is_priced) out.performance = sums.ideal_made / running;
  if (is_priced && sums.ideal_made > 0) out.quality = sums.ideal_good / sums.ideal_made;
  // Of parts that all lack an ideal cycle, each counts the same.
  if (is_counted && sums.ideal_made == 0 && made > 0)
    out.quality = static_cast<double>(sums.good) / static_cast<double>(made);
  if (busy > 0 && is_priced) out.oee = sums.ideal_good / busy;
  if (is_counted) {
    out.good = sums.good;
    out.scrap = sums.scrap;
  }
  if (sums.unplanned == Duration::zero()) out.plan = sums.plan;
  return out;
}

std::vector<Loss> losses_of(const Sums& sums) {
  std::vector<Loss> out;
  for (const Lost& one : sums.lost)
    out.push_back({std::string(word(one.state)), Loss::Kind::availability, one.reason, one.time,
                   one.stops, 0});
  if (sums.micro > Duration::zero())
    out.push_back({"micro-stops", Loss::Kind::performance, "", sums.micro, sums.micro_stops, 0});
  const Figures figures = figures_of(sums);
  if (figures.performance) {
    const Duration slow = sums.running - sums.micro - as_duration(sums.ideal_made);
    if (slow > Duration::zero())
      out.push_back({"slow cycles", Loss::Kind::performance, "", slow, 0, 0});
    const Duration scrap = as_duration(sums.ideal_made - sums.ideal_good);
    if (scrap > Duration::zero()) out.push_back({"scrap", Loss::Kind::quality, "", scrap, 0, 0});
  }
  for (Loss& loss : out)
    loss.share = seconds(loss.time) / std::max(seconds(sums.busy), 1e-9);
  std::stable_sort(out.begin(), out.end(),
                   [](const Loss& a, const Loss& b) { return a.time > b.time; });
  return out;
}

}  // namespace millwright::watch::oee
