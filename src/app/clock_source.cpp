#include "app/clock_source.hpp"

#include <algorithm>
#include <set>

#include "base/log.hpp"

namespace millwright::app {
namespace {

constexpr const char* clock_address = "nsu=urn:millwright:clock;s=now";
constexpr Duration look = 50ms;  // how often a clock that goes by itself is asked
constexpr Duration clock_step =
    10min;  // an advance is made in steps, so that readings never wait in great numbers
constexpr Duration advance_max = 24h;
constexpr Duration readings_wait = 30s;  // for the readings of one step to be heard
constexpr Duration poll = 2ms;

}  // namespace

Result<std::unique_ptr<ClockSource>> ClockSource::open(const std::string& endpoint) {
  std::unique_ptr<ClockSource> source(new ClockSource());
  if (endpoint.empty()) return source;
  source->plant_ = TRY(twin::PlantTime::open(endpoint));
  source->followed_ = std::make_unique<flow::ManualClock>(TRY(source->plant_->now()));
  return source;
}

std::unique_ptr<ClockSource> ClockSource::open_scaled(Instant start, double rate) {
  std::unique_ptr<ClockSource> source(new ClockSource());
  source->scaled_.emplace(start, rate);
  return source;
}

ClockSource::~ClockSource() {
  stop();
}

void ClockSource::stop() {
  is_stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

const flow::Clock& ClockSource::clock() const {
  if (followed_) return *followed_;
  if (scaled_) return *scaled_;
  return real_;
}

void ClockSource::follow(flow::Line& line, const flow::History& history, std::vector<TagId> marks) {
  if (!followed_) return;
  line_ = &line;
  history_ = &history;
  marks_ = std::move(marks);
  thread_ = std::thread([this]() noexcept { loop(); });
}

// A manual clock gives the same time again and again: then nothing moves here.
void ClockSource::loop() {
  while (!is_stopping_) {
    {
      const std::scoped_lock lock(mutex_);
      const Result<Instant> now = plant_->now();
      if (now && *now > followed_->now()) followed_->set(*now);
      if (!now) log::warning(now.error().what);
    }
    std::this_thread::sleep_for(look);
  }
}

Result<Instant> ClockSource::advance(Duration by) {
  if (!followed_)
    return fail(Code::refused, "the clock is real: start with --clock manual to move it");
  if (by <= Duration{} || by > advance_max)
    return fail(Code::invalid, "advance by more than 0 s and at most 1 d");
  const std::scoped_lock lock(mutex_);
  while (by > Duration{}) {
    const Duration step = std::min(by, clock_step);
    TRY(advance_step(step));
    by -= step;
  }
  return followed_->now();
}

Outcome ClockSource::advance_step(Duration by) {
  const Instant before = followed_->now();
  const Instant until = before + by;
  line_->hold_timers_at(before);
  followed_->set(until);  // before the plant moves: its readings are not from the future
  const Result<Instant> moved = plant_->advance(by);
  if (!moved) {
    followed_->set(before);
    return moved.error();
  }
  const Outcome heard = wait_for_readings(until);
  line_->hold_timers_at(until);
  TRY(heard);
  return line_->flush(readings_wait);
}

// Each source has a tag with the plant's time, which comes with the readings of that time.
Outcome ClockSource::wait_for_readings(Instant until) const {
  const auto end = std::chrono::steady_clock::now() + readings_wait;
  for (const TagId mark : marks_) {
    while (true) {
      const auto last = history_->last(mark);
      if (last && last->quality.is_good() && last->happened >= until) break;
      if (std::chrono::steady_clock::now() > end) {
        return fail(Code::timed_out,
                    "the plant moved, but not all of its sources have said so: see Data health");
      }
      std::this_thread::sleep_for(poll);
    }
  }
  return Done{};
}

std::vector<TagId> clock_marks(const Plant& plant, const flow::Catalogue& catalogue) {
  std::vector<TagId> out;
  std::set<std::string> seen;
  for (const Machine& machine : plant.machines) {
    for (const TagDescription& tag : machine.tags) {
      if (!tag.from || tag.from->address != clock_address || !seen.insert(tag.from->source).second)
        continue;
      const auto found = catalogue.find(plant.tag_path(machine, tag));
      if (found) out.push_back(found->tag);
    }
  }
  return out;
}

}  // namespace millwright::app
