#include "watch/order/life.hpp"

#include <algorithm>

namespace millwright::watch::order {
namespace {

// What one machine did of an order.
struct Share {
  std::optional<Instant> first, last_start, ended;  // ended: absent while it is on it
  RunState now = RunState::none;
  Ending ending = Ending::open;
  std::string product;
};

Share share_of(const std::string& order, const Runs& runs) {
  Share share;
  const std::vector<Run>& all = runs.runs();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Run& run = all[i];
    if (run.order != order) continue;
    if (!share.first) share.first = run.from;
    if (run.state == RunState::started) share.last_start = run.from;
    share.ending = run.ending;
    if (!run.product.empty()) share.product = run.product;
    share.ended.reset();
    if (i + 1 < all.size()) {
      share.ended = all[i + 1].from;
    } else {
      share.now = run.state;
    }
  }
  return share;
}

template <class T>
void take_earlier(std::optional<T>& best, const std::optional<T>& other) {
  if (other && (!best || *other < *best)) best = other;
}
template <class T>
void take_later(std::optional<T>& best, const std::optional<T>& other) {
  if (other && (!best || *other > *best)) best = other;
}

OrderRow described(const Order& order) {
  OrderRow row;
  row.order = order.order;
  row.product = order.product;
  row.quantity = order.quantity;
  row.due = order.due;
  row.released = order.released;
  row.good = order.earlier.good;
  row.scrap = order.earlier.scrap;
  row.machines = order.machines;
  row.made_at = order.made_at;
  row.how = order.how;
  row.who = order.who;
  row.is_described = order.is_described;
  row.note = order.note;
  return row;
}

}  // namespace

Life life_of(const Order& order, std::span<const Visit> visits) {
  Life life{described(order), order.released, false};
  OrderRow& row = life.row;
  std::optional<Instant> last_start, finished, last = order.moved_at;
  bool is_running = false, is_paused = false;
  for (const Visit& visit : visits) {
    const Share share = share_of(order.order, *visit.runs);
    const Parts parts = visit.runs->parts_of(order.order);
    if (visit.counts) row.good += parts.good;
    row.scrap += parts.scrap;
    take_earlier(row.started, share.first);
    take_later(last_start, share.last_start);
    take_later(last, share.ended);
    take_later(last, share.last_start);
    is_running = is_running || share.now == RunState::started;
    is_paused = is_paused || share.now == RunState::paused;
    if (visit.counts && share.ending == Ending::done) take_later(finished, share.ended);
    if (row.product.empty()) row.product = share.product;
  }
  life.has_run = row.started || row.good != 0 || row.scrap != 0;  // or people reported of it
  if (last) life.last = std::max(life.last, *last);
  const bool is_moved = order.moved_at && (!last_start || *last_start <= *order.moved_at);
  if (is_running) {
    row.state = OrderState::started;
  } else if (is_paused) {
    row.state = OrderState::paused;
  } else if (is_moved) {
    row.state = order.moved_to;
  } else if (finished) {
    row.state = OrderState::done;
  } else if (life.has_run) {
    row.state = OrderState::started;  // Begun, and between two machines.
  }
  const bool is_over = row.state == OrderState::done || row.state == OrderState::closed;
  if (is_over) row.done = finished ? finished : order.moved_at;
  return life;
}

namespace {

std::string may_not_start(const OrderRow& row, const Here& here) {
  if (row.state == OrderState::done || row.state == OrderState::closed)
    return "order " + row.order + " is " + std::string(word(row.state)) +
           ": move it to 'released' first if it is to be worked on again";
  const bool is_allowed =
      row.machines.empty() ||
      std::find(row.machines.begin(), row.machines.end(), here.machine) != row.machines.end();
  if (is_allowed) return "";
  std::string where;
  for (const std::string& machine : row.machines)
    where += (where.empty() ? "" : ", ") + machine;
  return "order " + row.order + " may be made at " + where + ", not at " + here.machine;
}

std::string why_not_here(const OrderRow* row, const Here& here, const fact::OrderMoved& move) {
  const bool is_on_it = here.state != RunState::none && here.order == move.order;
  if (move.to == OrderState::started) {
    if (is_on_it && here.state == RunState::started)
      return "order " + move.order + " is already started at " + here.machine;
    return row == nullptr ? "" : may_not_start(*row, here);
  }
  if (!is_on_it)
    return here.machine + " does not work on order " + move.order +
           (here.order.empty() ? "" : ": it is on " + here.order);
  if (move.to == OrderState::paused && here.state == RunState::paused)
    return "order " + move.order + " is already paused at " + here.machine;
  return "";
}

}  // namespace

std::string why_not(const OrderRow* row, const Here& here, const fact::OrderMoved& move) {
  if (!here.machine.empty()) return why_not_here(row, here, move);
  if (row == nullptr) return "there is no order " + move.order;
  const std::string is = "order " + row->order + " is " + std::string(word(row->state));
  switch (move.to) {
    case OrderState::started:
    case OrderState::paused:
      return "say at which machine order " + row->order + " is " + std::string(word(move.to));
    case OrderState::done:
    case OrderState::closed:
      return row->state == move.to || (row->state == OrderState::closed) ? is + " already" : "";
    case OrderState::released:
      break;
  }
  const bool is_over = row->state == OrderState::done || row->state == OrderState::closed;
  return is_over ? "" : is + ": it need not be released again";
}

OrderRow moved(OrderRow row, const Here& here, const fact::OrderMoved& move, Instant now) {
  row.order = move.order;
  if (!row.released) row.released = now;
  row.state = move.to;
  if (move.to == OrderState::started && !row.started) row.started = now;
  const bool is_over = move.to == OrderState::done || move.to == OrderState::closed;
  row.done = is_over ? std::optional(row.done.value_or(now)) : std::nullopt;
  const bool is_new_place =
      move.to == OrderState::started && !here.machine.empty() &&
      std::find(row.made_at.begin(), row.made_at.end(), here.machine) == row.made_at.end();
  if (is_new_place)
    row.made_at.insert(std::lower_bound(row.made_at.begin(), row.made_at.end(), here.machine),
                       here.machine);
  return row;
}

}  // namespace millwright::watch::order
