#include "twin/plant/orders.hpp"

#include <algorithm>

namespace millwright::twin {
namespace {

constexpr std::uint32_t orders_a_week = 62, rush_a_week = 2;
constexpr std::uint32_t lot_step = 6, lot_steps = 12;
constexpr double lot_ratio = 0.72;                        // each larger lot is so much rarer
constexpr double share[product_count] = {0.5, 0.3, 0.2};  // City, Trail, Cargo
constexpr double colour_share[colour_count] = {0.35, 0.3, 0.2, 0.15};
constexpr Duration day = 24h, week = 7 * 24h;
constexpr std::uint32_t drawing = 901;  // purpose of the stream

template <std::size_t n>
std::uint32_t pick(const double (&shares)[n], math::Stream& luck) {
  double left = luck.uniform();
  std::uint32_t chosen = 0;
  while (chosen + 1 < n && left >= shares[chosen])
    left -= shares[chosen++];
  return chosen;
}

std::uint32_t lot(math::Stream& luck) {
  std::uint32_t steps = 1;
  while (steps < lot_steps && luck.uniform() < lot_ratio)
    ++steps;
  return steps * lot_step;
}

Duration part(Duration span, double of_it) {
  return Duration(static_cast<std::int64_t>(static_cast<double>(span.count()) * of_it));
}

}  // namespace

OrderBook::OrderBook(std::uint64_t seed) : seed_(seed) {
  draw_week();
}

void OrderBook::draw_week() {
  math::Stream luck({.seed = seed_, .element = week_, .purpose = drawing});
  for (std::uint32_t i = 0; i < orders_a_week; ++i) {
    const Duration arrives = week_ * week + part(5 * day, luck.uniform());
    const bool is_rush = i < rush_a_week;
    const int working_days = is_rush ? 1 : 3 + static_cast<int>(8 * luck.uniform());
    const auto product = static_cast<Product>(pick(share, luck));
    const std::uint32_t colour = pick(colour_share, luck);
    // Five working days are a week of the calendar.
    const Duration due = arrives + part(week, working_days / 5.0);
    open_.push_back({++number_, product, colour, is_rush ? lot_step : lot(luck), arrives, due});
  }
  ++week_;
  std::sort(open_.begin(), open_.end(),
            [](const Order& a, const Order& b) { return a.due > b.due; });
}

Order OrderBook::next(Duration now) {
  while (open_.empty() || week_ * week <= now + week)
    draw_week();
  const auto known = [&](const Order& order) { return order.arrives <= now; };
  auto found = std::find_if(open_.rbegin(), open_.rend(), known);
  if (found == open_.rend()) found = open_.rbegin();
  const Order order = *found;
  open_.erase(std::next(found).base());
  return order;
}

}  // namespace millwright::twin
