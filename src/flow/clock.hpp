#pragma once

#include <atomic>

#include "base/time.hpp"

namespace millwright::flow {

// The time at the edges of the line: edges, the journal thread and reader threads ask it. Stages
// never do; they know the time only from the facts that they hear. Thread: any.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual Monotonic elapsed() const = 0;
};

class RealClock final : public Clock {
 public:
  Instant now() const override;
  Monotonic elapsed() const override;
};

// Goes `rate` times as fast as real time, from `start` on: a replay of recorded days.
class ScaledClock final : public Clock {
 public:
  ScaledClock(Instant start, double rate);
  Instant now() const override;
  Monotonic elapsed() const override;  // real: it measures what this computer does

 private:
  Instant start_;
  double rate_;
  Monotonic began_;
};

// Stands still until it is moved: tests, and a server whose plant announces the time (`--clock
// manual`, `fast:60`).
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start) : now_(nanoseconds(start)), start_(nanoseconds(start)) {}
  Instant now() const override { return instant(now_.load()); }
  Monotonic elapsed() const override { return Monotonic(Duration(now_.load() - start_)); }
  void advance(Duration by) { now_.fetch_add(by.count()); }
  void set(Instant at) { now_.store(nanoseconds(at)); }

 private:
  std::atomic<std::int64_t> now_;
  std::int64_t start_;
};

}  // namespace millwright::flow
