#pragma once

// The inside of flow/line.hpp, shared by line.cpp (the steps) and line_threads.cpp (the loops).
// Nobody else includes it.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "flow/line.hpp"
#include "flow/workers.hpp"

namespace millwright::flow {

struct Line::Inside {
  // What was committed together and is heard together.
  struct Group {
    std::vector<Fact> facts;
    std::vector<Acknowledge> shown;  // to call when they are heard
    std::size_t bytes = 0;
    std::size_t inputs = 0;  // as counted by the inbox
  };

  Inside(const LineSettings& settings_in, Parts parts)
      : settings(settings_in),
        clock(parts.clock),
        journal(parts.journal),
        directory(parts.directory),
        inbox(settings_in.inbox_rows_max),
        catalogue(inbox, parts.clock),
        core(parts.directory, std::move(parts.stages), std::move(parts.read_plant)),
        workers(std::move(parts.jobs), inbox, parts.clock) {
    inbox.set_group_wait(settings_in.group_wait);
  }

  const LineSettings settings;
  const Clock& clock;
  Journal& journal;
  Directory& directory;
  Inbox inbox;
  Catalogue catalogue;
  Views views;
  Core core;
  Workers workers;

  // Journal thread only.
  std::vector<Input> taken;
  std::size_t taken_next = 0;
  Bytes record;
  Instant last_learned;
  Monotonic last_reopen;

  // Core thread only.
  Instant snapshot_learned;
  std::size_t bytes_since_snapshot = 0;

  mutable std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::deque<Group> groups;
  std::optional<Journal::Snapshot> snapshot;
  Figures figures;
  std::uint64_t heard_inputs = 0;
  std::size_t open_jobs = 0;
  bool has_threads = false, is_journal_done = false;

  std::atomic<std::int64_t> timer_limit = std::numeric_limits<std::int64_t>::max();
  std::thread journal_thread, core_thread;

  Instant timers_until() const { return std::min(clock.now(), instant(timer_limit.load())); }
  bool is_wake_due() const { return core.next_wake() <= timers_until(); }
  Inbox::Background background();
  bool is_journal_finished();
  bool is_done();
  bool is_idle(std::uint64_t offered);
  bool fill_group(Group& group, std::vector<Acknowledge>& acknowledges);
  Outcome append(Input& input, Group& group);
  void hand_on(Group&& group);
  void keep_snapshot();
  void fail_group(Group& group, std::vector<Acknowledge>& acknowledges, const Error& error);
  bool reopen_when_broken();
  void note_commit(const Group& group, Duration took);
  void save_when_due(bool is_last);
  Outcome replay_all();
};

}  // namespace millwright::flow
