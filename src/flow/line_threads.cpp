// The loops around the steps of flow/line.cpp, and waiting for them.
#include <chrono>

#include "base/log.hpp"
#include "flow/line.hpp"
#include "flow/line_inside.hpp"

namespace millwright::flow {
namespace {

constexpr Duration step_wait =
    20ms;  // how long a loop sleeps before it looks at timers and snapshots again
constexpr Duration last_snapshot_wait =
    10s;  // for stores to write what a last snapshot leaves to them

}  // namespace

void Line::start_threads() {
  Inside& in = *inside_;
  in.has_threads = true;
  in.workers.start(in.settings.workers);
  in.journal_thread = std::thread([this]() noexcept {
    while (!inside_->is_journal_finished())
      journal_step(step_wait);
    {
      const std::scoped_lock lock(inside_->mutex);
      inside_->is_journal_done = true;
    }
    inside_->changed.notify_all();
  });
  in.core_thread = std::thread([this]() noexcept {
    while (core_step(step_wait) || !inside_->is_done()) {
    }
  });
}

bool Line::Inside::is_journal_finished() {
  return taken_next == taken.size() && inbox.is_finished();
}

bool Line::Inside::is_done() {
  const std::scoped_lock lock(mutex);
  return is_journal_done && groups.empty();
}

// Everything offered has been heard, no timer is due, no job is open.
bool Line::Inside::is_idle(std::uint64_t offered) {
  const std::scoped_lock lock(mutex);
  return heard_inputs >= offered && groups.empty() && !is_wake_due() && open_jobs == 0;
}

Outcome Line::flush(Duration wait) {
  Inside& in = *inside_;
  const auto end = std::chrono::steady_clock::now() + wait;
  while (!in.is_idle(in.inbox.offered())) {
    if (std::chrono::steady_clock::now() > end) {
      return fail(Code::timed_out, "the line did not come to rest within " + to_text(wait));
    }
    if (in.has_threads) {
      in.inbox.nudge();
      std::unique_lock lock(in.mutex);
      in.changed.wait_for(lock, 1ms);
      continue;
    }
    const bool journaled = journal_step({});
    const bool heard = core_step({});
    if (!journaled && !heard) in.workers.run_one();
  }
  return Done{};
}

void Line::stop() {
  Inside& in = *inside_;
  if (!in.has_threads) return;
  in.workers.stop();
  in.inbox.close();
  in.journal_thread.join();
  in.core_thread.join();
  in.has_threads = false;
  in.save_when_due(true);
  const auto end = std::chrono::steady_clock::now() + last_snapshot_wait;
  while (in.snapshot && std::chrono::steady_clock::now() < end) {
    in.keep_snapshot();
    if (in.snapshot)
      std::this_thread::sleep_for(5ms);  // a store is writing; its kept() has no signal
  }
  if (in.snapshot)
    log::warning("the last snapshot was not kept in time: the next start replays the journal");
}

}  // namespace millwright::flow
