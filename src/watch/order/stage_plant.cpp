#include <algorithm>

#include "watch/order/stage.hpp"

namespace millwright::watch::order {

// What the plant file says, and what is forgotten in time.

void OrderStage::hear_plant(const Plant& plant, Instant at) {
  Problems ignored;  // told when the file was read
  calendar_ = Calendar::read(plant, ignored);
  std::vector<Entry> before = std::move(machines_);
  const auto place_before = std::move(machine_of_);
  machines_.clear();
  machine_of_.clear();
  touched_.clear();
  has_finish_ = false;
  for (const Machine& machine : plant.machines) {
    Entry entry;
    entry.path = plant.machine_path(machine);
    if (machine_of_.contains(entry.path)) continue;
    const auto old = place_before.find(entry.path);
    if (old != place_before.end()) {
      entry.runs = std::move(before[old->second].runs);
      entry.past = std::move(before[old->second].past);
    }
    entry.has_section = machine.sections.contains("order");
    entry.section = read_order(machine, ignored);
    has_finish_ = has_finish_ || entry.section.finishes;
    entry.cycle = ideal_cycle(machine);
    machine_of_.emplace(entry.path, machines_.size());
    machines_.push_back(std::move(entry));
  }
  for (const Entry& old : before)
    if (!machine_of_.contains(old.path)) run_table_.remove(old.path);
  find_listeners();
  hear_file_orders(plant, at);
  for (const auto& [number, order] : orders_)
    dirty_orders_.insert(number);
  is_board_dirty_ = true;
}

// An order that people changed since stays as they told it; one that only tags or the file told is
// described by the file.
void OrderStage::hear_file_orders(const Plant& plant, Instant at) {
  const auto section = plant.sections.find("orders");
  if (section == plant.sections.end()) return;
  Problems ignored;
  for (const OrderForm& form : read_orders(section->second, plant, ignored)) {
    const auto known = orders_.find(form.order);
    const bool is_of_people = known != orders_.end() && known->second.is_described &&
                              known->second.how != ToldBy::plant_file;
    if (is_of_people) continue;
    hear_released({form.order, form.product, form.quantity, form.due, form.machines, form.note, "",
                   ToldBy::plant_file},
                  at);
  }
}

void OrderStage::find_listeners() {
  listener_of_.clear();
  listeners_.assign(directory_.tags().size(), {});
  for (std::uint32_t m = 0; m < machines_.size(); ++m) {
    const OrderSection& section = machines_[m].section;
    const auto add = [&](const std::string& name, Tells tells) {
      if (!name.empty()) listener_of_[machines_[m].path + "/" + name] = {m, tells};
    };
    add(section.number, Tells::number);
    add(section.product, Tells::product);
    add(section.quantity, Tells::quantity);
  }
  for (const auto& [path, to] : listener_of_)
    if (const std::optional<TagId> tag = directory_.find_tag(path)) listen(path, *tag);
}

void OrderStage::listen(const std::string& path, TagId tag) {
  const auto to = listener_of_.find(path);
  if (to == listener_of_.end()) return;
  if (listeners_.size() <= tag.index()) listeners_.resize(tag.index() + 1);
  listeners_[tag.index()] = to->second;
}

void OrderStage::forget() {
  for (Entry& entry : machines_) {
    for (const Run& gone : entry.runs.forget(now_)) {
      const auto order = orders_.find(gone.order);
      if (order == orders_.end()) continue;
      if (counts(entry)) order->second.earlier.good += gone.parts.good;
      order->second.earlier.scrap += gone.parts.scrap;
    }
    note_runs(entry, entry.runs.take_changed());
  }
  while (!keys_.empty()) {
    const auto old = std::find_if(keys_.begin(), keys_.end(), [this](const auto& key) {
      return key.second < now_ - keys_kept;
    });
    if (old == keys_.end()) break;
    keys_.erase(old);
    shown_keys_.reset();
  }
  forget_orders();
}

// What is over is kept for as long as runs are; a number that a tag told by mistake, and that late
// data took back, is forgotten at once.
void OrderStage::forget_orders() {
  const Instant oldest = now_ - RunWindows{}.kept;
  for (auto i = orders_.begin(); i != orders_.end();) {
    const bool may_be_old = !i->second.is_described || i->second.released < oldest;
    if (!may_be_old) {
      ++i;
      continue;
    }
    const Life is = life(i->second);
    const bool is_over = is.row.state == OrderState::done || is.row.state == OrderState::closed;
    const bool is_mistake = !i->second.is_described && !is.has_run && !i->second.moved_at;
    const bool is_old = is.last < oldest && (is_over || !i->second.is_described);
    if (!is_mistake && !is_old) {
      ++i;
      continue;
    }
    dirty_orders_.insert(i->first);
    i = orders_.erase(i);
  }
}

Life OrderStage::life(const Order& order) const {
  std::vector<Visit> visits;
  for (const std::string& path : order.made_at) {
    const auto found = machine_of_.find(path);
    if (found == machine_of_.end()) continue;
    const Entry& entry = machines_[found->second];
    visits.push_back({&entry.runs, counts(entry)});
  }
  return life_of(order, visits);
}

}  // namespace millwright::watch::order
