#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "flow/clock.hpp"
#include "flow/line.hpp"
#include "flow/ports/history.hpp"
#include "model/plant.hpp"
#include "twin/clock/clock.hpp"

namespace millwright::app {

// The server's time: real, or that of a virtual plant which goes fast or by hand. Then a clock
// stands still between the plant's announcements.
class ClockSource {
 public:
  // Errors: offline, when there is no plant at `endpoint`. Empty: real time.
  static Result<std::unique_ptr<ClockSource>> open(const std::string& endpoint);
  // From `start` on, `rate` times as fast as real time: recorded days.
  static std::unique_ptr<ClockSource> open_scaled(Instant start, double rate);
  ~ClockSource();
  const flow::Clock& clock() const;

  // For a plant's clock: follows it from now on. `marks` are the tags that carry the plant's time,
  // one a source.
  void follow(flow::Line& line, const flow::History& history, std::vector<TagId> marks);
  void stop();  // no longer follows
  // Moves a manual clock: the plant first, then its readings are heard, then timers fire. Thread:
  // any. Errors: refused (the clock goes by itself), invalid (more than a day), timed_out.
  Result<Instant> advance(Duration by);

 private:
  ClockSource() = default;
  Outcome advance_step(Duration by);
  Outcome wait_for_readings(Instant until) const;
  void loop();

  flow::RealClock real_;
  std::optional<flow::ScaledClock> scaled_;
  std::unique_ptr<twin::PlantTime> plant_;
  std::unique_ptr<flow::ManualClock> followed_;
  flow::Line* line_ = nullptr;
  const flow::History* history_ = nullptr;
  std::vector<TagId> marks_;
  std::mutex mutex_;  // guards plant_ and moving
  std::atomic<bool> is_stopping_ = false;
  std::thread thread_;
};

// The tags at the address of the plant's clock, one a source at most.
std::vector<TagId> clock_marks(const Plant& plant, const flow::Catalogue& catalogue);

}  // namespace millwright::app
