// What leaves the stage: figures, the view, what readers see.
#include <algorithm>
#include <limits>

#include "watch/oee/stage.hpp"

namespace millwright::watch::oee {
namespace {

constexpr std::size_t cycles_max = 200;  // of a machine, for readers

}  // namespace

void OeeStage::show(flow::Views& views) {
  if (is_changed_) {
    is_changed_ = false;
    for (Entry& entry : machines_) {
      measure_dirty(entry);
      if (entry.are_cycles_changed) find_cycles(entry);
      entry.are_cycles_changed = false;
    }
    fill_rows();
    publish();
  }
  table_.show(views, "oee");
}

void OeeStage::measure_dirty(Entry& entry) {
  for (const std::uint32_t slot : entry.dirty)
    own_page(entry, slot / Shown::Page::slots).sums[slot % Shown::Page::slots] =
        measure(entry.log, entry.ideals, grid_->slot(slot), now_);
  entry.dirty.clear();
}

Shown::Page& OeeStage::own_page(Entry& entry, std::size_t index) {
  if (entry.are_shared[index]) {
    entry.pages[index] = std::make_shared<Shown::Page>(*entry.pages[index]);
    entry.are_shared[index] = false;
  }
  return *entry.pages[index];
}

// The newest counts of both kinds, one a time.
void OeeStage::find_cycles(Entry& entry) const {
  auto cycles = std::make_shared<std::vector<Cycle>>();
  const auto& good = entry.log.counted(PartKind::good);
  const auto& reject = entry.log.counted(PartKind::reject);
  std::size_t g = good.size(), r = reject.size();
  while (cycles->size() <= cycles_max && (g > 0 || r > 0)) {
    const bool is_good = r == 0 || (g > 0 && good[g - 1].at >= reject[r - 1].at);
    const Count& count = is_good ? good[--g] : reject[--r];
    if (!cycles->empty() && cycles->back().at == count.at) {
      cycles->back().parts += count.parts;
      continue;
    }
    if (!cycles->empty()) cycles->back().seconds = seconds(cycles->back().at - count.at);
    const std::string& product = entry.log.product_at(count.at - 1ns);
    cycles->push_back({count.at, 0, count.parts, product, entry.ideals.seconds_a_part(product)});
  }
  if (!cycles->empty()) cycles->pop_back();  // Nobody knows when it began.
  entry.cycles = std::move(cycles);
}

// The shift that runs, else the last one that ended.
std::optional<std::size_t> OeeStage::shown_shift() const {
  const auto& shifts = grid_->shifts;
  const auto after =
      std::upper_bound(shifts.begin(), shifts.end(), now_,
                       [](Instant when, const Shift& shift) { return when < shift.from; });
  if (after == shifts.begin()) return std::nullopt;
  return static_cast<std::size_t>(after - shifts.begin()) - 1;
}

const Sums& OeeStage::sums_in(const Entry& entry, std::size_t slot) const {
  return entry.pages[slot / Shown::Page::slots]->sums[slot % Shown::Page::slots];
}

Sums OeeStage::sums_of(const Entry& entry, std::size_t shift) const {
  const Shift& one = grid_->shifts[shift];
  Sums sums;
  const auto [first, last] = grid_->overlapping({one.from, std::min(one.until, now_)});
  for (std::size_t slot = first; slot < last; ++slot)
    sums += sums_in(entry, slot);
  return sums;
}

OeeRow OeeStage::row_of(Level level, const std::string& title, const Sums& sums,
                        std::size_t shift) const {
  const Shift& one = grid_->shifts[shift];
  OeeRow row;
  row.level = level;
  row.title = title;
  row.shift = one.until > now_ ? one.name : one.name + " ended";
  row.shift_from = one.from;
  row.shift_until = one.until;
  fill(row, sums, reasons_);
  if (!has_target_) row.plan.reset();
  return row;
}

// The plan of the whole shift: what is planned by now, and what the least step can make in the
// rest.
void OeeStage::plan_rest(OeeRow& row, const Group& group, std::size_t shift) const {
  if (!row.plan) return;
  const Shift& one = grid_->shifts[shift];
  const TimeSpan rest{std::clamp(now_, one.from, one.until), one.until};
  double least = std::numeric_limits<double>::infinity();
  Duration unplanned{};
  for (const auto& step : group.flow.steps) {
    double plan = 0;
    for (const std::size_t place : step) {
      const Entry& entry = machines_[group.machines[place]];
      plan += plan_of(entry.log, entry.ideals, one, rest, unplanned);
    }
    least = std::min(least, plan);
  }
  if (unplanned == Duration::zero()) row.plan_shift = *row.plan + least;
}

OeeRow OeeStage::row_of_group(const Group& group, std::size_t shift,
                              const std::vector<Sums>& all) const {
  std::vector<Sums> sums;
  std::vector<std::string> titles;
  for (const std::size_t machine : group.machines) {
    sums.push_back(all[machine]);
    titles.push_back(machines_[machine].title);
  }
  OeeRow row = row_of(group.level, group.title, together(sums, titles), shift);
  const Shift& one = grid_->shifts[shift];
  const auto slots = grid_->overlapping({one.from, std::min(one.until, now_)});
  fill_finished(
      row, group.flow,
      finished_of(group.flow, slots, [&](std::size_t machine, std::size_t slot) -> const Sums& {
        return sums_in(machines_[group.machines[machine]], slot);
      }));
  if (!has_target_) row.plan.reset();
  plan_rest(row, group, shift);
  return row;
}

void OeeStage::fill_rows() {
  const std::optional<std::size_t> shift = shown_shift();
  std::vector<Sums> all;
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    OeeRow row;
    row.title = machines_[i].title;
    row.missing = {"no shift"};
    if (shift) {
      all.push_back(sums_of(machines_[i], *shift));
      row = row_of(Level::machine, machines_[i].title, all.back(), *shift);
      const Group alone{"", "", Level::machine, {i}, {{0}, {{0}}, ""}};
      plan_rest(row, alone, *shift);
    }
    show_row(machines_[i].path, row);
  }
  for (const Group& group : *groups_) {
    OeeRow row;
    row.level = group.level;
    row.title = group.title;
    row.missing = {"no shift"};
    if (shift) row = row_of_group(group, *shift, all);
    show_row(group.path, row);
  }
}

void OeeStage::show_row(const std::string& path, const OeeRow& row) {
  const std::size_t slot = table_.slot(path);
  if (!(table_.at(slot) == row)) table_.edit(slot) = row;
}

void OeeStage::publish() {
  auto shown = std::make_shared<Shown>();
  shown->now = now_;
  shown->plant_path = plant_path_;
  shown->groups = groups_;
  shown->grid = grid_;
  shown->reasons = reasons_;
  shown->has_target = has_target_;
  for (Entry& entry : machines_) {
    Shown::One one;
    one.path = entry.path;
    one.title = entry.title;
    one.line = entry.line;
    one.area = entry.area;
    one.pages = {entry.pages.begin(), entry.pages.end()};
    one.cycles = entry.cycles;
    one.ideal = entry.ideals.seconds_a_part(entry.log.product_at(now_));
    shown->machines.push_back(std::move(one));
    entry.are_shared.assign(entry.pages.size(), true);
  }
  board_->put(std::move(shown));
}

}  // namespace millwright::watch::oee
