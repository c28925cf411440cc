// What the controllers of the machines show of what the simulator does.

#include <algorithm>
#include <cmath>

#include "twin/plant/calendar.hpp"
#include "twin/plant/inside.hpp"
#include "twin/plant/layout.hpp"

namespace millwright::twin {
namespace {

// PackML states and unit modes.
constexpr std::int32_t stopped = 2, idle = 4, suspended = 5, execute = 6, aborted = 9, held = 11;
constexpr std::int32_t production = 1, change_over = 4, off_shift = 5;

constexpr Duration plan_every = 1min;
constexpr std::uint32_t parts_ahead = 12, boards_ahead = 96;
constexpr std::int64_t frames_in_work_most = 130;  // more would only wait in the stores
constexpr double board_surplus = 1.03;
constexpr std::uint32_t panel = 4;
constexpr std::size_t lots_most = 1000;  // whose size the controllers know

// Now and then a machine runs slow for a while; late on Fridays people are tired.
constexpr double slow_chance = 1.0 / (40 * 60);  // a minute
constexpr double slow_least = 1.12, slow_most = 1.4, tired = 1.04;
constexpr double slow_minutes = 30;

std::uint32_t bit(Alarm alarm) {
  return 1U << static_cast<std::uint32_t>(alarm);
}

Activity activity_of(math::State state) {
  switch (state) {
    case math::State::running:
      return Activity::run;
    case math::State::setup:
      return Activity::setup;
    case math::State::closed:
      return Activity::off;
    default:
      return Activity::idle;
  }
}

Alarm pick(const Alarm (&alarms)[4], math::Stream& luck) {
  // The first is the most frequent, as in any plant.
  for (const Alarm alarm : alarms)
    if (luck.uniform() < 0.5) return alarm;
  return alarms[0];
}

}  // namespace

Value Panel::value(Common tag) const {
  switch (tag) {
    case Common::state:
      return state;
    case Common::mode:
      return mode;
    case Common::good:
      return good;
    case Common::reject:
      return reject;
    case Common::order:
      return order;
    case Common::product:
      return product;
    case Common::speed:
      return speed;
    case Common::alarm:
      return alarm;
    case Common::blocked:
      return blocked;
    case Common::starved:
      return starved;
    case Common::quantity:
      break;
  }
  return quantity;
}

// Several things may happen at one time; what is shown is what holds after the last of them.
void Factory::Inside::hear(const math::Record& record) {
  if (settings.truth) settings.truth(epoch + record.at, record);
  if (record.at != touched_at_) show_touched();
  touched_at_ = record.at;
  Unit& unit = units_[record.machine.index()];
  unit.is_touched = true;
  switch (record.what) {
    case math::Happening::state_changed:
      return take_state(unit, record);
    case math::Happening::cycle_started:
      return start_cycle(unit, record);
    case math::Happening::made_good:
      ++unit.now.good;
      if (!works.stations[record.machine.index()].to) --frames_in_work_;  // shipped
      return take_part(unit, record);
    case math::Happening::scrapped:
      if (works.stations[record.machine.index()].carries_frames()) --frames_in_work_;
      ++unit.now.reject;
      return take_part(unit, record);
    case math::Happening::reworked:
      ++unit.now.reject;
      return take_part(unit, record);
  }
}

void Factory::Inside::take_state(Unit& unit, const math::Record& record) {
  Panel& now = unit.now;
  if (now.state == aborted) unit.body.repair();
  unit.body.follow(record.at, activity_of(record.state));
  now.mode = production;
  now.alarm = 0;
  now.blocked = record.state == math::State::blocked;
  now.starved = record.state == math::State::starved;
  switch (record.state) {
    case math::State::running:
      now.state = execute;
      break;
    case math::State::starved:
    case math::State::blocked:
      now.state = suspended;
      break;
    case math::State::setup:
      now.state = idle;
      now.mode = change_over;
      break;
    case math::State::micro_stop:
      now.state = held;
      now.alarm = bit(pick({Alarm::jam, Alarm::misfeed, Alarm::sensor, Alarm::jam}, unit.luck));
      break;
    case math::State::down:
    case math::State::waiting:
      now.state = aborted;
      now.alarm =
          bit(pick({Alarm::drive, Alarm::sensor, Alarm::overheated, Alarm::air}, unit.luck));
      break;
    case math::State::closed:
      show_closed(unit, record.at);
      break;
  }
  const double actual = std::round(1000 / unit.pace) / 10;
  now.speed = record.state == math::State::running ? actual : 0;
}

// When others work, somebody is missing here.
void Factory::Inside::show_closed(Unit& unit, Duration at) {
  const bool is_missing = is_open(manned_, at);
  unit.now.state = stopped;
  unit.now.mode = is_missing ? production : off_shift;
  unit.now.alarm = is_missing ? bit(Alarm::unmanned) : 0;
}

void Factory::Inside::start_cycle(Unit& unit, const math::Record& record) {
  const Station& station = works.stations[record.machine.index()];
  const bool has_order = station.from.has_value();
  unit.now.order = has_order ? "O-" + std::to_string(record.order) : "stock";
  unit.now.quantity = 0;
  const auto lot = lots_.find(record.order);
  if (has_order && lot != lots_.end())
    unit.now.quantity =
        station.group == Group::electronics ? lot->second.boards : lot->second.frames;
  unit.now.product = has_order ? std::string(word_of(product_of(record.kind))) : "Pack";
  if (unit.now.state == execute) unit.now.speed = std::round(1000 / unit.pace) / 10;
}

void Factory::Inside::take_part(Unit& unit, const math::Record& record) {
  if (unit.part_at == record.at) return;  // the batch came out whole
  unit.part_at = record.at;
  unit.body.follow(record.at, activity_of(record.state));
  unit.body.finish_part();
  const math::MachineIndex machine = record.machine;
  const double share = works.stations[machine.index()].is.scrap_share * unit.body.scrap_factor();
  simulation.front().set_scrap(machine, std::min(share, 0.5));
  sense(machine.value, ReadWhen::each_part, record.at);
}

void Factory::Inside::show_touched() {
  for (Unit& unit : units_) {
    if (!unit.is_touched) continue;
    unit.is_touched = false;
    for (std::size_t c = 0; sink_ != nullptr && c < common_count; ++c) {
      Value value = unit.now.value(static_cast<Common>(c));
      if (value != unit.shown.value(static_cast<Common>(c)))
        tell(unit.first_tag + c, touched_at_, std::move(value));
    }
    unit.shown = unit.now;
  }
}

// The planner keeps the first machine of frames and of boards supplied, the order due soonest
// first.
void Factory::Inside::plan() {
  math::Simulation& run = simulation.front();
  if (touched_at_ != run.now()) show_touched();
  touched_at_ = run.now();
  while (run.waiting(frame_orders) < parts_ahead && frames_in_work_ < frames_in_work_most) {
    const Order order = book_.next(run.now());
    const math::KindIndex kind = kind_of(order.product, order.colour);
    if (!run.release(frame_orders, {order.number, kind, order.count})) break;
    frames_in_work_ += order.count;
    lots_[order.number].frames = order.count;
    if (lots_.size() > lots_most) lots_.erase(lots_.begin());
    if (run.waiting(board_orders) > boards_ahead) continue;
    const auto boards =
        static_cast<std::uint32_t>(std::ceil(order.count * board_surplus / panel) * panel);
    lots_[order.number].boards = boards;
    if (!run.release(board_orders, {order.number, kind, boards})) break;
  }
  for (std::uint32_t m = 0; m < units_.size(); ++m) {
    units_[m].body.follow(run.now());
    if (units_[m].body.gives_up()) run.stop_next({m}, 0);
    if (run.state({m}) == math::State::closed) {
      show_closed(units_[m], run.now());
      units_[m].is_touched = true;
    }
    set_pace(m);
  }
  planned_until_ = run.now() + plan_every;
}

void Factory::Inside::set_pace(std::uint32_t machine) {
  Unit& unit = units_[machine];
  const Duration now = simulation.front().now();
  const bool is_person = works.stations[machine].hours == Hours::person;
  // The epoch is a Monday, so the days count from there.
  const auto hour = now / Duration(1h);
  const bool is_tired = is_person && hour / 24 % 7 == 4 && hour % 24 >= 18;
  if (unit.luck.uniform() < slow_chance && now >= unit.slow_until) {
    unit.pace = slow_least + (slow_most - slow_least) * unit.luck.uniform();
    unit.slow_until =
        now + math::Distribution::lognormal(60 * slow_minutes, variation).sample_time(unit.luck);
  }
  if (now >= unit.slow_until) unit.pace = 1;
  simulation.front().set_pace({machine}, is_tired ? unit.pace * tired : unit.pace);
}

}  // namespace millwright::twin
