#include "twin/plant/factory.hpp"

#include <algorithm>

#include "twin/plant/calendar.hpp"
#include "twin/plant/inside.hpp"
#include "twin/plant/layout.hpp"

namespace millwright::twin {
namespace {

constexpr int calendar_days = 5 * 366;
constexpr double absence = 0.06;  // of a person, a shift

enum Purpose : std::uint32_t { absent = 920, events };

}  // namespace

Factory::Inside::Inside(Works of, const FactorySettings& with, Instant monday)
    : works(std::move(of)),
      settings(with),
      epoch(monday),
      tags(tags_of(works)),
      book_(works.seed),
      first_(with.first - monday) {
  std::size_t first = 0;
  for (std::uint32_t m = 0; m < works.stations.size(); ++m) {
    units_.push_back(
        {.shown = {},
         .now = {},
         .body = Body(works.stations[m], m, works.seed),
         .luck = math::Stream({.seed = works.seed, .element = m, .purpose = Purpose::events}),
         .first_tag = first});
    first += common_count + units_.back().body.sensors().size();
  }
}

Outcome Factory::Inside::make_calendars(std::vector<math::Calendar>& calendars) {
  const std::vector<Shift> all = TRY(shifts(epoch, calendar_days));
  const auto calendar = [&](const std::vector<Shift>& worked, Breaks breaks) {
    math::Calendar made = working_time(worked, epoch, breaks);
    for (const Shift& special : settings.life.special_shifts)
      made = with_special(made, {special.from - epoch, special.to - epoch});
    return made;
  };
  manned_ = calendar(all, Breaks::kept);
  for (std::uint32_t m = 0; m < works.stations.size(); ++m) {
    if (works.stations[m].hours == Hours::manned) calendars.push_back(manned_);
    if (works.stations[m].hours == Hours::automatic)
      calendars.push_back(calendar(all, Breaks::worked_through));
    if (works.stations[m].hours != Hours::person) continue;
    math::Stream luck({.seed = works.seed, .element = m, .purpose = Purpose::absent});
    std::vector<Shift> present;
    for (const Shift& shift : all)
      if (luck.uniform() >= absence) present.push_back(shift);
    calendars.push_back(calendar(present, Breaks::kept));
  }
  return Done{};
}

Outcome Factory::Inside::begin() {
  std::vector<math::Calendar> calendars;
  TRY(make_calendars(calendars));
  simulation.push_back(
      TRY(math::Simulation::open(layout(works, std::move(calendars)), {.seed = works.seed})));
  simulation.front().listen(this);
  advance_to(first_, nullptr);
  simulation.front().reset_totals();
  return Done{};
}

// Sensors are read one machine after the other, spread evenly over the period.
Duration Factory::Inside::tick_time(std::int64_t tick) const {
  return first_ + settings.sensor_period * tick / static_cast<std::int64_t>(units_.size());
}

Duration Factory::Inside::next_change() const {
  const std::optional<Duration> event = simulation.front().next_event();
  const Duration soonest = std::min(planned_until_, tick_time(tick_));
  return event ? std::min(*event, soonest) : soonest;
}

void Factory::Inside::advance_to(Duration until, const Sink* sink) {
  sink_ = sink;
  math::Simulation& run = simulation.front();
  while (run.now() < until || tick_time(tick_) <= until) {
    const bool shows = sink != nullptr && tick_time(tick_) <= until;
    const Duration step =
        std::min({until, planned_until_, shows ? tick_time(tick_) : Duration::max()});
    run.advance_to(step);
    if (step == planned_until_) plan();
    show_touched();
    if (shows && step == tick_time(tick_)) {
      sense(static_cast<std::uint32_t>(static_cast<std::size_t>(tick_) % units_.size()),
            ReadWhen::periodic, step);
      ++tick_;
    }
    if (sink == nullptr && step == until) break;
  }
  sink_ = nullptr;
}

void Factory::Inside::sense(std::uint32_t machine, ReadWhen when, Duration at) {
  if (sink_ == nullptr) return;
  Unit& unit = units_[machine];
  for (std::size_t s = 0; s < unit.body.sensors().size(); ++s)
    if (unit.body.sensors()[s].read == when)
      tell(unit.first_tag + common_count + s, at, unit.body.read(s, at));
}

void Factory::Inside::tell(std::size_t tag, Duration at, Value value) {
  if (sink_ != nullptr) (*sink_)({static_cast<std::uint32_t>(tag), epoch + at, std::move(value)});
}

void Factory::Inside::tell_all(const Sink& sink) {
  sink_ = &sink;
  const Duration at = simulation.front().now();
  for (std::uint32_t m = 0; m < units_.size(); ++m) {
    for (std::size_t c = 0; c < common_count; ++c)
      tell(units_[m].first_tag + c, at, units_[m].now.value(static_cast<Common>(c)));
    sense(m, ReadWhen::periodic, at);
    sense(m, ReadWhen::each_part, at);
  }
  sink_ = nullptr;
}

Result<Factory> Factory::open(const FactorySettings& settings) {
  // A week and a bit ahead, so that every store, wear and order is where it would be.
  const Instant epoch = TRY(monday_before(settings.life.past_from - std::chrono::days(7)));
  auto inside = std::make_unique<Inside>(works_of(settings.life.seed), settings, epoch);
  TRY(inside->begin());
  return Factory(std::move(inside));
}

Factory::Factory(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Factory::Factory(Factory&&) noexcept = default;
Factory& Factory::operator=(Factory&&) noexcept = default;
Factory::~Factory() = default;

void Factory::advance_to(Instant until, const Sink& sink) {
  inside_->advance_to(until - inside_->epoch, &sink);
}
void Factory::tell_all(const Sink& sink) {
  inside_->tell_all(sink);
}
Instant Factory::now() const {
  return inside_->epoch + inside_->simulation.front().now();
}
Instant Factory::next_change() const {
  return inside_->epoch + inside_->next_change();
}
const Works& Factory::works() const {
  return inside_->works;
}
const std::vector<Tag>& Factory::tags() const {
  return inside_->tags;
}
math::Totals Factory::totals() {
  return inside_->simulation.front().totals();
}

}  // namespace millwright::twin
