#include "twin/plant/plant.hpp"

#include <algorithm>
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
constexpr Duration wait_most = 5ms;      // between two looks at the sockets
constexpr Duration now_every = 500ms;    // real time between two announcements of the clock
constexpr Duration promised_ahead = 1s;  // real time, under a fast clock
constexpr Duration ahead_most = 1min;    // of a real clock that was set back

Instant wall() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Monotonic steady() {
  return Monotonic(std::chrono::steady_clock::now().time_since_epoch());
}

Duration times(Duration span, double factor) {
  return Duration(static_cast<std::int64_t>(static_cast<double>(span.count()) * factor));
}

Duration sensor_period_of(const PlantClock& clock) {
  if (clock.kind == PlantClock::Kind::manual) return manual_sensor_period;
  if (clock.kind == PlantClock::Kind::fast)
    return std::min(times(sensor_period, clock.rate), manual_sensor_period);
  return sensor_period;
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
  Inside(Factory factory, PlantSettings settings)
      : factory_(std::move(factory)),
        settings_(std::move(settings)),
        now_(nanoseconds(factory_.now())),
        promised_(factory_.now()) {
    if (settings_.clock.kind == PlantClock::Kind::real) settings_.clock.rate = 1;
    if (settings_.clock.kind == PlantClock::Kind::manual) settings_.clock.rate = 0;
  }
  ~Inside() {
    is_stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  Outcome begin();
  Instant now() const { return instant(now_); }

  Outcome serve_past(const Life& life);

  Ports ports{};
  std::unique_ptr<PastServer> past;

 private:
  void run() noexcept;
  std::uint16_t wanted_port(std::size_t place) const;
  void promise(Instant until);
  Instant target(Monotonic started, Instant from) const;
  void advance_to(Instant until);
  Result<Instant> advance(Duration by);
  void write(const Reading& reading);

  Factory factory_;
  PlantSettings settings_;
  std::atomic<std::int64_t> now_;
  Instant promised_;
  std::atomic<bool> is_stopping_{false};
  std::array<std::unique_ptr<Server>, group_count> servers_;
  std::thread thread_;
};

Outcome VirtualPlant::Inside::begin() {
  const ClockCalls calls{.rate = settings_.clock.rate,
                         .advance = [this](Duration by) { return advance(by); }};
  for (std::size_t g = 0; g < group_count; ++g) {
    servers_[g] = TRY(Server::open(static_cast<Group>(g), wanted_port(g), factory_, calls));
  }
  factory_.tell_all([this](const Reading& reading) { write(reading); });
  for (std::size_t g = 0; g < group_count; ++g) {
    TRY(servers_[g]->begin());
    ports[g] = servers_[g]->port();
  }
  thread_ = std::thread([this]() noexcept { run(); });
  return Done{};
}

// The one of before, so that who knows it finds it again; another one when that is taken.
std::uint16_t VirtualPlant::Inside::wanted_port(std::size_t place) const {
  if (settings_.base_port != 0) return static_cast<std::uint16_t>(settings_.base_port + place);
  const std::uint16_t before = place < settings_.ports.size() ? settings_.ports[place] : 0;
  return is_free(before) ? before : std::uint16_t{0};
}

Outcome VirtualPlant::Inside::serve_past(const Life& life) {
  past = TRY(PastServer::open(life, wanted_port(group_count)));
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

// Ahead of a clock that goes by itself, so that little is written.
void VirtualPlant::Inside::promise(Instant until) {
  if (!settings_.reaches || until <= promised_ || settings_.clock.kind == PlantClock::Kind::real)
    return;
  promised_ = until + times(promised_ahead, settings_.clock.rate);
  settings_.reaches(promised_);
}

void VirtualPlant::Inside::advance_to(Instant until) {
  promise(until);
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
  const Life life = settings.life ? *settings.life
                                  : TRY(begin_life(true_seed, is_manual ? manual_start : wall()));
  Factory factory = TRY(Factory::open({.life = life,
                                       .first = settings.now.value_or(life.start),
                                       .sensor_period = sensor_period_of(settings.clock)}));
  auto inside = std::make_unique<Inside>(std::move(factory), settings);
  TRY(inside->begin());
  if (life.past() > Duration::zero()) TRY(inside->serve_past(life));
  return VirtualPlant(std::move(inside));
}

Result<Instant> goes_on_at(const KeptLife& kept, const PlantClock& clock, Instant wall) {
  const bool is_real = clock.kind == PlantClock::Kind::real;
  const Instant before = std::max(kept.reached, kept.life.start);
  if (is_real && before > wall + ahead_most)
    return fail(Code::invalid, "the works is at " + to_text(before) +
                                   ", which is later than the clock of this computer: it was last "
                                   "shown with another clock");
  const Instant now = is_real ? std::max(wall, before) : before;
  if (now - kept.life.start > life_max)
    return fail(Code::invalid, "the works began at " + to_text(kept.life.start) +
                                   ", and goes on for " + to_text(life_max) + " at most");
  return now;
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

}  // namespace millwright::twin
