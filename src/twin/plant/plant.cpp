#include "twin/plant/plant.hpp"

#include <atomic>
#include <charconv>
#include <cmath>
#include <thread>

#include "base/check.hpp"
#include "twin/plant/calendar.hpp"
#include "twin/plant/past.hpp"
#include "twin/plant/server.hpp"

namespace millwright::twin {
namespace {

// Sensors are read once a second of real time; under a manual clock every ten seconds, so that
// minutes go by in little time.
constexpr Duration sensor_period = 1s, manual_sensor_period = 10s;
constexpr double rate_most = 3600;
constexpr Duration wait_most = 5ms;    // between two looks at the sockets
constexpr Duration now_every = 500ms;  // real time between two announcements of the clock

Instant wall() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Monotonic steady() {
  return Monotonic(std::chrono::steady_clock::now().time_since_epoch());
}

Duration times(Duration span, double factor) {
  return Duration(static_cast<std::int64_t>(static_cast<double>(span.count()) * factor));
}

// Outside the shifts of the calendar the works holds a special one, so that there is life to see.
Result<bool> is_outside_shifts(Instant at) {
  const Instant monday = TRY(monday_before(at));
  const std::vector<Shift> week = TRY(shifts(monday, 7));
  return !is_open(working_time(week, monday, Breaks::kept), at - monday);
}

FactorySettings factory_settings(const PlantSettings& settings, Instant start, bool is_outside) {
  FactorySettings made{.start = start};
  made.holds_special_shift = is_outside;
  if (settings.clock.kind == PlantClock::Kind::manual) made.sensor_period = manual_sensor_period;
  if (settings.clock.kind == PlantClock::Kind::fast)
    made.sensor_period = std::min(times(sensor_period, settings.clock.rate), manual_sensor_period);
  return made;
}

}  // namespace

Result<PlantClock> to_plant_clock(std::string_view text) {
  if (text == "real") return PlantClock{};
  if (text == "manual") return PlantClock{PlantClock::Kind::manual, 0};
  constexpr std::string_view fast = "fast:";
  double rate = 0;
  if (text.starts_with(fast)) {
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + fast.size(), end, rate);
    if (read.ec != std::errc() || read.ptr != end) rate = 0;
  }
  if (rate > 0 && rate <= rate_most) return PlantClock{PlantClock::Kind::fast, rate};
  return fail(Code::invalid, "'" + std::string(text) +
                                 "' is no clock: write real, manual, or fast:60 for sixty times as "
                                 "fast (at most fast:3600)");
}

class VirtualPlant::Inside {
 public:
  Inside(Factory factory, const PlantSettings& settings)
      : factory_(std::move(factory)), settings_(settings), now_(nanoseconds(factory_.now())) {
    if (settings_.clock.kind == PlantClock::Kind::real) settings_.clock.rate = 1;
    if (settings_.clock.kind == PlantClock::Kind::manual) settings_.clock.rate = 0;
  }
  ~Inside() {
    is_stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  Outcome begin();
  Instant now() const { return instant(now_); }

  Outcome serve_past(const PastSettings& past);

  Ports ports{};
  std::string notice;
  std::unique_ptr<PastServer> past;
  std::optional<SpecialShift> special;

 private:
  void run() noexcept;
  Instant target(Monotonic started, Instant from) const;
  void advance_to(Instant until);
  Result<Instant> advance(Duration by);
  void write(const Reading& reading);

  Factory factory_;
  PlantSettings settings_;
  std::atomic<std::int64_t> now_;
  std::atomic<bool> is_stopping_{false};
  std::array<std::unique_ptr<Server>, group_count> servers_;
  std::thread thread_;
};

Outcome VirtualPlant::Inside::begin() {
  const ClockCalls calls{.rate = settings_.clock.rate,
                         .advance = [this](Duration by) { return advance(by); }};
  for (std::size_t g = 0; g < group_count; ++g) {
    const auto port = settings_.base_port == 0
                          ? std::uint16_t{0}
                          : static_cast<std::uint16_t>(settings_.base_port + g);
    servers_[g] = TRY(Server::open(static_cast<Group>(g), port, factory_, calls));
  }
  factory_.tell_all([this](const Reading& reading) { write(reading); });
  for (std::size_t g = 0; g < group_count; ++g) {
    TRY(servers_[g]->begin());
    ports[g] = servers_[g]->port();
  }
  thread_ = std::thread([this]() noexcept { run(); });
  return Done{};
}

Outcome VirtualPlant::Inside::serve_past(const PastSettings& settings) {
  const auto port = settings_.base_port == 0
                        ? std::uint16_t{0}
                        : static_cast<std::uint16_t>(settings_.base_port + group_count);
  past = TRY(PastServer::open(settings, port));
  return Done{};
}

void VirtualPlant::Inside::write(const Reading& reading) {
  const std::uint32_t machine = factory_.tags()[reading.tag].machine;
  servers_[static_cast<std::size_t>(factory_.works().stations[machine].group)]->write(reading);
}

Instant VirtualPlant::Inside::target(Monotonic started, Instant from) const {
  switch (settings_.clock.kind) {
    case PlantClock::Kind::real:
      // A clock that was set back does not turn the works back: it waits.
      return std::max(wall(), now());
    case PlantClock::Kind::fast:
      return from + times(steady() - started, settings_.clock.rate);
    case PlantClock::Kind::manual:
      break;
  }
  return now();
}

void VirtualPlant::Inside::run() noexcept {
  const Monotonic started = steady();
  const Instant from = factory_.now();
  const bool goes = settings_.clock.kind != PlantClock::Kind::manual;
  while (!is_stopping_) {
    Duration wait = wait_most;
    if (goes) {
      advance_to(target(started, from));
      const Duration ahead = factory_.next_change() - now();
      wait = std::clamp(times(ahead, 1 / settings_.clock.rate), Duration(1ms), wait_most);
    }
    for (const std::unique_ptr<Server>& server : servers_)
      server->turn();
    std::this_thread::sleep_for(wait);
  }
  for (std::unique_ptr<Server>& server : servers_)
    server.reset();
}

void VirtualPlant::Inside::advance_to(Instant until) {
  factory_.advance_to(until, [this](const Reading& reading) { write(reading); });
  const Duration announced = times(now_every, std::max(settings_.clock.rate, 0.0));
  const bool is_due = nanoseconds(until) / std::max<std::int64_t>(announced.count(), 1) !=
                      now_ / std::max<std::int64_t>(announced.count(), 1);
  now_ = nanoseconds(until);
  if (!is_due) return;
  for (const std::unique_ptr<Server>& server : servers_)
    server->write_now(until);
}

// Called by a server, on the plant's thread.
Result<Instant> VirtualPlant::Inside::advance(Duration by) {
  if (settings_.clock.kind != PlantClock::Kind::manual)
    return fail(Code::refused, "the clock of the plant goes by itself");
  if (by < Duration::zero() || by > advance_most)
    return fail(Code::invalid,
                "the clock advances by 0 to " + to_text(advance_most) + " at a time");
  advance_to(now() + by);
  return now();
}

Result<VirtualPlant> VirtualPlant::open(const PlantSettings& settings) {
  const bool is_manual = settings.clock.kind == PlantClock::Kind::manual;
  const Instant start = settings.start.value_or(is_manual ? manual_start : wall());
  const bool is_outside = TRY(is_outside_shifts(start));
  const Instant past_until = settings.past_until.value_or(start);
  FactorySettings of_factory = factory_settings(settings, start, is_outside);
  if (past_until == start) of_factory.past = settings.past;  // It goes on where the past ends.
  Factory factory = TRY(Factory::open(works_of(settings.seed), of_factory));
  auto inside = std::make_unique<Inside>(std::move(factory), settings);
  if (is_outside)
    inside->notice =
        "Outside the shifts of the works (Monday to Friday 6 to 22): it holds a special shift for "
        "eight hours more, so that you see it at work.";
  inside->special = TRY(special_shift(start));
  TRY(inside->begin());
  if (settings.past > Duration::zero())
    TRY(inside->serve_past(
        {settings.seed, past_until, settings.past, TRY(is_outside_shifts(past_until))}));
  return VirtualPlant(std::move(inside));
}

Result<std::optional<SpecialShift>> special_shift(Instant start) {
  const std::optional<Shift> special = TRY(special_at(start));
  if (!special) return std::optional<SpecialShift>();
  const ClockWords from = TRY(clock_words(special->from));
  return std::optional(SpecialShift{from.date, from.time, TRY(clock_words(special->to)).time});
}

VirtualPlant::VirtualPlant(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
VirtualPlant::VirtualPlant(VirtualPlant&&) noexcept = default;
VirtualPlant& VirtualPlant::operator=(VirtualPlant&&) noexcept = default;
VirtualPlant::~VirtualPlant() = default;

const Ports& VirtualPlant::ports() const {
  return inside_->ports;
}
std::string VirtualPlant::address(Group group) const {
  return "opc.tcp://127.0.0.1:" + std::to_string(inside_->ports[static_cast<std::size_t>(group)]);
}
Instant VirtualPlant::now() const {
  return inside_->now();
}
std::uint16_t VirtualPlant::past_port() const {
  return inside_->past ? inside_->past->port() : std::uint16_t{0};
}
const std::optional<SpecialShift>& VirtualPlant::special() const {
  return inside_->special;
}
const std::string& VirtualPlant::notice() const {
  return inside_->notice;
}

}  // namespace millwright::twin
