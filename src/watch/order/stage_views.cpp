#include <algorithm>

#include "model/described_bytes.hpp"
#include "watch/order/forecast.hpp"
#include "watch/order/stage.hpp"

namespace millwright::watch::order {

// What leaves the stage: the views, the board, the snapshot.

RunRow OrderStage::run_row(const Entry& entry) const {
  const Run& run = entry.runs.now();
  RunRow row;
  row.order = run.order;
  row.product = run.product;
  row.state = run.state;
  row.how = run.how;
  row.ideal_cycle = entry.cycle.of(run.product);
  if (run.state == RunState::none) {
    row.done_basis = "no order runs here";
    return row;
  }
  row.since = entry.runs.on_it_since();
  const Parts parts = entry.runs.parts_of(run.order);
  row.good = parts.good;
  row.scrap = parts.scrap;
  const auto order = orders_.find(run.order);
  const auto here = entry.runs.quantity();
  if (order != orders_.end()) row.quantity = order->second.quantity;
  if (here) row.quantity = *here;
  if (run.state == RunState::paused) {
    row.done_basis = "the order is paused here";
    return row;
  }
  Progress progress{now_, *row.since, std::nullopt, row.good, row.ideal_cycle};
  if (row.quantity > 0) progress.quantity = row.quantity;
  const Forecast told = forecast(progress, calendar_, [&](Instant after, Instant until) {
    return entry.runs.good_between(after, until);
  });
  row.done_at = told.done_at;
  row.done_basis = told.basis;
  return row;
}

void OrderStage::show_machine(Entry& entry) {
  const bool is_shown = entry.has_section || entry.runs.runs().size() > 1;
  if (is_shown) {
    RunRow row = run_row(entry);
    const std::size_t slot = run_table_.slot(entry.path);
    if (!(run_table_.at(slot) == row)) run_table_.edit(slot) = std::move(row);
  }
  auto shown = std::make_shared<Orders::Machine>();
  const std::vector<Run>& runs = entry.runs.runs();
  shown->order = runs.back().order;
  shown->state = runs.back().state;
  shown->runs.reserve(runs.size());
  const std::size_t same =
      entry.shown == nullptr ? 0 : std::min(entry.dirty_from, entry.shown->runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i < same) {
      shown->runs.push_back(entry.shown->runs[i]);
      continue;
    }
    const Run& run = runs[i];
    const auto to = i + 1 < runs.size() ? std::optional(runs[i + 1].from) : std::nullopt;
    shown->runs.push_back(std::make_shared<const ShownRun>(ShownRun{
        entry.path, run.from, to, run.order, run.product, run.parts.good, run.parts.scrap}));
  }
  entry.shown = std::move(shown);
  entry.is_dirty = false;
  entry.dirty_from = runs.size();
}

void OrderStage::show_orders() {
  for (const std::string& number : dirty_orders_) {
    const auto order = orders_.find(number);
    const Life is = order == orders_.end() ? Life{} : life(order->second);
    const bool is_mistake = order == orders_.end() ||
                            (!order->second.is_described && !is.has_run && !order->second.moved_at);
    if (is_mistake) {
      order_table_.remove(number);
      shown_orders_.erase(number);
      continue;
    }
    const std::size_t slot = order_table_.slot(number);
    if (!(order_table_.at(slot) == is.row)) order_table_.edit(slot) = is.row;
    shown_orders_[number] = std::make_shared<const OrderRow>(is.row);
  }
  dirty_orders_.clear();
}

void OrderStage::show_board() {
  if (shown_keys_ == nullptr) {
    auto keys = std::make_shared<std::set<std::string, std::less<>>>();
    for (const auto& [key, at] : keys_)
      keys->insert(key);
    shown_keys_ = std::move(keys);
  }
  auto orders = std::make_shared<Orders>();
  orders->now = now_;
  for (const Entry& entry : machines_)
    orders->machines.emplace(entry.path, entry.shown);
  orders->orders = shown_orders_;
  orders->keys = shown_keys_;
  board_->put(std::move(orders));
}

void OrderStage::show(flow::Views& views) {
  bool is_changed = is_board_dirty_ || shown_keys_ == nullptr || !dirty_orders_.empty();
  is_board_dirty_ = false;
  for (Entry& entry : machines_) {
    if (!entry.is_dirty) continue;
    is_changed = true;
    show_machine(entry);
  }
  show_orders();
  if (is_changed) show_board();
  order_table_.show(views, "orders");
  run_table_.show(views, "runs");
}

void OrderStage::save(Writer& out) const {
  write_bytes(out, now_);
  write_bytes(out, ticks_at_);
  write_bytes(out, forgot_at_);
  out.variable(machines_.size());
  for (const Entry& entry : machines_) {
    out.text(entry.path);
    entry.runs.save(out);
  }
  out.variable(orders_.size());
  for (const auto& [number, order] : orders_)
    write_bytes(out, order);
  out.variable(keys_.size());
  for (const auto& [key, at] : keys_) {
    out.text(key);
    write_bytes(out, at);
  }
  write_bytes(out, is_waking_to_say_);
  out.variable(waiting_.size());
  for (const fact::RunChanged& change : waiting_)
    write_bytes(out, change);
  save_past(out);
}

Outcome OrderStage::load(Reader& in) {
  TRY(read_bytes(in, now_));
  TRY(read_bytes(in, ticks_at_));
  TRY(read_bytes(in, forgot_at_));
  if (TRY(in.variable()) != machines_.size())
    return fail(Code::corrupt, "the stored orders are of another number of machines");
  for (Entry& entry : machines_) {
    if (TRY(in.text()) != entry.path)
      return fail(Code::corrupt, "the stored orders do not fit the plant file");
    TRY(entry.runs.load(in));
    entry.is_dirty = true;
    entry.dirty_from = 0;
  }
  orders_.clear();
  const std::uint64_t orders = TRY(in.variable());
  for (std::uint64_t i = 0; i < orders; ++i) {
    Order order;
    TRY(read_bytes(in, order));
    dirty_orders_.insert(order.order);
    orders_.emplace(order.order, std::move(order));
  }
  keys_.clear();
  const std::uint64_t keys = TRY(in.variable());
  for (std::uint64_t i = 0; i < keys; ++i) {
    const std::string key = TRY(in.text());
    TRY(read_bytes(in, keys_[key]));
  }
  TRY(read_bytes(in, is_waking_to_say_));
  waiting_.clear();
  const std::uint64_t waiting = TRY(in.variable());
  for (std::uint64_t i = 0; i < waiting; ++i)
    TRY(read_bytes(in, waiting_.emplace_back()));
  TRY(load_past(in));
  find_listeners();
  shown_keys_.reset();
  is_board_dirty_ = true;
  return Done{};
}

std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory,
                                        std::shared_ptr<Board> board) {
  return std::make_unique<OrderStage>(directory, std::move(board));
}

}  // namespace millwright::watch::order
