#include "watch/order/stage.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace millwright::watch::order {
namespace {

constexpr Duration tick_every = 1min;  // a forecast moves while nothing is said
constexpr Duration forget_every = 1h;
constexpr std::uint64_t tick = 0, say_more = 1;  // keys of timers
constexpr std::size_t reports_max = 100;         // whose parts are still to be heard

std::string number_text(Kind kind, Scalar value) {
  const double number = as_number(kind, value);
  if (!std::isfinite(number) || number == 0 || std::abs(number) >= 1e15) return "";
  return std::to_string(std::llround(number));
}

}  // namespace

const OrderStage::Listener* OrderStage::listener(TagId tag) const {
  const std::size_t i = tag.index();
  return i < listeners_.size() && listeners_[i].machine != Listener{}.machine ? &listeners_[i]
                                                                              : nullptr;
}

OrderStage::Entry* OrderStage::machine(MachineId id) {
  if (id.index() >= directory_.machines().size()) return nullptr;
  const auto found = machine_of_.find(directory_.machine_path(id));
  return found == machine_of_.end() ? nullptr : &machines_[found->second];
}

void OrderStage::hear(const Fact& fact, flow::Outbox& out) {
  now_ = std::max(now_, fact.learned);
  if (const auto* readings = get<Readings>(fact)) {
    hear_readings(*readings);
  } else if (const auto* made = get<fact::PartsMade>(fact)) {
    hear_parts(fact, *made);
  } else if (const auto* progress = get<fact::SourceProgressed>(fact)) {
    hear_progress(*progress);
  } else if (const auto* report = get<fact::QuantityReported>(fact)) {
    if (!report->order.empty()) reported_[fact.id.value] = report->order;
    if (reported_.size() > reports_max) reported_.erase(reported_.begin());
  } else if (const auto* changed = get<fact::PlantChanged>(fact)) {
    if (changed->plant != nullptr) hear_plant(*changed->plant, fact.happened);
  } else if (const auto* tag = get<fact::TagFound>(fact)) {
    listen(tag->path, tag->tag);
  } else if (const auto* released = get<fact::OrderReleased>(fact)) {
    hear_released(*released, fact.happened);
  } else if (const auto* moved = get<fact::OrderMoved>(fact)) {
    hear_moved(*moved, fact.happened);
  } else if (const auto* woke = get<fact::Woke>(fact); woke != nullptr && woke->stage == name()) {
    hear_woke(*woke);
  }
  for (const std::uint32_t touched : touched_)
    bring_up(machines_[touched]);
  touched_.clear();
  say_waiting(out);
  keep_ticking(out);
}

void OrderStage::hear_readings(const Readings& readings) {
  const auto past = pasts_.find(readings.source());
  for (const millwright::Run& run : readings.runs()) {
    const Listener* to = listener(run.tag);
    if (to == nullptr || run.kind == Kind::boolean) continue;
    Entry& entry = machines_[to->machine];
    touched_.push_back(to->machine);
    for (std::uint32_t row = run.first; row < run.first + run.rows; ++row) {
      if (!readings.quality(row).is_good()) continue;
      const Instant at = readings.happened(run, row);
      const std::string text = run.kind == Kind::text ? std::string(trimmed(readings.text(row)))
                                                      : number_text(run.kind, readings.value(row));
      if (past == pasts_.end()) {
        hear_row(entry.runs, to->tells, at, text);
      } else {
        hear_past_row(past_of(entry, past->second), to->tells, at, text);
      }
    }
  }
}

void OrderStage::hear_row(Runs& runs, Tells tells, Instant at, const std::string& text) const {
  if (tells == Tells::number) runs.hear_order(at, text, now_);
  if (tells == Tells::product) runs.hear_product(at, text, now_);
  if (tells == Tells::quantity) runs.hear_quantity(at, text, now_);
}

void OrderStage::hear_parts(const Fact& fact, const fact::PartsMade& made) {
  Entry* entry = machine(made.machine);
  if (entry == nullptr) return;
  const auto report = reported_.find(fact.cause.value);
  const bool is_told = made.by == CountedBy::person && report != reported_.end();
  if (made.by == CountedBy::counter && entry->past && entry->past->holds(made.at))
    return entry->past->count(made);
  entry->runs.count(made, is_told ? report->second : std::string());
  if (is_told) note_order(*entry, report->second, fact.happened, ToldBy::tap);
  note_runs(*entry, entry->runs.take_changed());
}

bool OrderStage::is_new_key(const std::string& key, Instant at) {
  if (key.empty()) return true;
  if (!keys_.emplace(key, at).second) return false;
  if (keys_.size() > keys_max) {
    auto oldest = keys_.begin();
    for (auto i = keys_.begin(); i != keys_.end(); ++i)
      if (i->second < oldest->second) oldest = i;
    keys_.erase(oldest);
  }
  shown_keys_.reset();
  is_board_dirty_ = true;
  return true;
}

// Null when there are too many.
Order* OrderStage::order_of(const std::string& number, Instant at, ToldBy how) {
  const auto found = orders_.find(number);
  if (found != orders_.end()) return &found->second;
  if (orders_.size() >= orders_max) return nullptr;
  Order& order = orders_[number];
  order.order = number;
  order.how = how;
  order.released = at;
  return &order;
}

void OrderStage::hear_released(const fact::OrderReleased& released, Instant at) {
  Order* order = order_of(released.order, at, released.how);
  if (order == nullptr) return;
  order->product = released.product;
  order->quantity = released.quantity;
  order->due = released.due;
  order->machines = released.machines;
  order->note = released.note;
  order->who = released.who;
  order->how = released.how;
  order->is_described = true;
  dirty_orders_.insert(released.order);
  for (const std::string& path : order->made_at) {
    const auto found = machine_of_.find(path);
    if (found == machine_of_.end()) continue;
    machines_[found->second].runs.touch();
    if (machines_[found->second].past) machines_[found->second].past->touch();
    machines_[found->second].is_dirty = true;
    touched_.push_back(static_cast<std::uint32_t>(found->second));
  }
}

void OrderStage::hear_moved(const fact::OrderMoved& moved, Instant at) {
  if (!is_new_key(moved.key, now_)) return;
  Order* order = order_of(moved.order, at, moved.how);
  if (order == nullptr) return;
  dirty_orders_.insert(moved.order);
  if (moved.machine) {
    const Entry* entry = machine(*moved.machine);
    if (entry == nullptr) return;
    const auto place = static_cast<std::uint32_t>(entry - machines_.data());
    machines_[place].runs.move(at, moved);
    touched_.push_back(place);
    return;
  }
  if (moved.to == OrderState::started || moved.to == OrderState::paused) return;
  // What was said later stands, also when it is heard first.
  if (order->moved_at && *order->moved_at > at) return;
  order->moved_at = at;
  order->moved_to = moved.to;
  for (std::uint32_t i = 0; i < machines_.size(); ++i) {
    if (machines_[i].runs.now().order != moved.order) continue;
    machines_[i].runs.move(at, moved);
    touched_.push_back(i);
  }
}

void OrderStage::bring_up(Entry& entry) {
  if (entry.runs.needs_settling()) {
    for (const Run& run : entry.runs.runs())
      if (!run.order.empty()) dirty_orders_.insert(run.order);  // it may lose this run
  }
  will_say(entry, entry.runs.settle([this](const std::string& n) { return product_of(n); }));
  note_runs(entry, entry.runs.take_changed());
}

void OrderStage::will_say(const Entry& entry, const std::vector<RunDifference>& changes) {
  const std::optional<MachineId> id = directory_.find_machine(entry.path);
  for (const RunDifference& change : changes)
    if (id) waiting_.push_back({*id, change.from, change.until, change.order, change.product});
}

std::string OrderStage::product_of(const std::string& number) const {
  const auto order = orders_.find(number);
  return order == orders_.end() ? std::string() : order->second.product;
}

// An order is known from now on, as one that this machine worked on.
Order* OrderStage::note_order(const Entry& entry, const std::string& number, Instant at,
                              ToldBy how) {
  Order* order = order_of(number, at, how);
  if (order == nullptr) return nullptr;
  dirty_orders_.insert(number);
  if (!order->is_described) order->released = std::min(order->released, at);
  auto& places = order->made_at;
  const auto place = std::lower_bound(places.begin(), places.end(), entry.path);
  if (place == places.end() || *place != entry.path) places.insert(place, entry.path);
  return order;
}

void OrderStage::note_runs(Entry& entry, std::size_t from) {
  const std::vector<Run>& runs = entry.runs.runs();
  if (from >= runs.size()) return;
  entry.is_dirty = true;
  entry.dirty_from = std::min(entry.dirty_from, from);
  Order* last = nullptr;
  for (std::size_t i = from; i < runs.size(); ++i) {
    last = nullptr;
    if (!runs[i].order.empty()) last = note_order(entry, runs[i].order, runs[i].from, runs[i].how);
  }
  if (last != nullptr) note_quantity(entry, *last, entry.runs.quantity());
}

void OrderStage::note_quantity(const Entry& entry, Order& order,
                               std::optional<std::uint64_t> parts) const {
  if (!parts || order.is_described) return;
  if (counts(entry) || order.quantity == 0) order.quantity = *parts;
}

void OrderStage::say_waiting(flow::Outbox& out) {
  for (std::size_t n = 0; n < said_max && !waiting_.empty(); ++n) {
    const Instant from = waiting_.front().from;
    out.say(fact::Order(std::move(waiting_.front())), from);
    waiting_.pop_front();
  }
  if (waiting_.empty() || is_waking_to_say_) return;
  is_waking_to_say_ = true;
  out.wake_at(now_ + 1ms, say_more);
}

void OrderStage::keep_ticking(flow::Outbox& out) {
  if (machines_.empty() || ticks_at_ != Instant::max()) return;
  const Duration since = now_.time_since_epoch();
  ticks_at_ = Instant(since - since % tick_every + tick_every);
  out.wake_at(ticks_at_, tick);
}

void OrderStage::hear_woke(const fact::Woke& woke) {
  if (woke.key == say_more) {
    is_waking_to_say_ = false;
    return;
  }
  ticks_at_ = Instant::max();
  if (now_ - forgot_at_ >= forget_every) {
    forgot_at_ = now_;
    forget();
  }
  for (Entry& entry : machines_) {
    if (entry.past) take_past(entry);  // Parts of it may come when it is over.
    entry.is_dirty = entry.is_dirty || entry.runs.now().state != RunState::none;
  }
}

}  // namespace millwright::watch::order
