#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flow/catalogue.hpp"
#include "flow/core.hpp"
#include "flow/inbox.hpp"
#include "flow/ports/journal.hpp"
#include "flow/room.hpp"

namespace millwright::flow {

struct LineSettings {
  std::size_t inbox_rows_max = 2'000'000;
  std::size_t group_bytes_max = 256U << 10U;  // a group commit
  Duration group_wait{};  // for inputs that may wait; the others are committed as the disk is free
  std::size_t groups_ahead_max = 64;  // groups the journal may be ahead of the core; then it waits
  std::size_t background_ahead_max = 6;  // the same for the inbox's background, which then waits
  Duration snapshot_every = 5min;        // of learned time
  std::size_t snapshot_bytes = std::size_t{256} << 20U;  // or after so many bytes of journal
  Duration reopen_every = 1s;                            // after a failed write
  std::size_t workers = 1;
};

// The line: inbox -> journal -> stages -> views. Its two loops are plain functions, so that a test
// or a simulator calls them in an order of its own; start_threads() runs each on a thread.
class Line {
 public:
  // `directory` is what the stages were made with. All that is given by reference outlives the
  // line.
  struct Parts {
    const Clock& clock;
    Journal& journal;
    Directory& directory;
    Core::Stages stages;
    PlantReader read_plant;
    std::vector<JobKind> jobs;
  };
  Line(const LineSettings& settings, Parts parts);
  ~Line();

  Inbox& inbox();
  Catalogue& catalogue();
  const Views& views() const;

  // Reads the newest snapshot and the journal after it: the stages are then as they were. Before
  // anything else.
  Outcome recover();
  // The plant file that the stages go by; empty before the first.
  const std::string& plant_text() const;

  // One group: takes what waits, appends, commits, acknowledges, hands on to the core. False:
  // nothing came within `wait`.
  bool journal_step(Duration wait);
  // Hears one group and shows the views. False: nothing came within `wait`.
  bool core_step(Duration wait);

  void start_threads();
  // Waits until everything offered before the call has been heard and shown, no timer is due and no
  // job is open; without threads by stepping. Errors: timed_out.
  Outcome flush(Duration wait);
  // Timers fire up to this time at most, whatever the clock says: a clock that is moved by hand
  // moves first, then its readings come, then its timers fire. The far future when never called.
  // Thread: any.
  void hold_timers_at(Instant limit);

  // No more input; hears what is left; keeps a snapshot.
  void stop();

  // State of all stages, for comparing a replay with the live line. Between steps, or after stop().
  Bytes state();

  struct Figures {  // since the start
    std::uint64_t inputs = 0, rows = 0, bytes = 0, groups = 0;
    Duration commit_last{}, commit_max{};
    std::string trouble;  // why nothing is acknowledged, when that is so
  };
  Figures figures() const;  // any thread

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace millwright::flow
