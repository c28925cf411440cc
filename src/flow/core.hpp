#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <vector>

#include "flow/directory.hpp"
#include "flow/stage.hpp"
#include "flow/view.hpp"

namespace millwright::flow {

// The stages in their order, and what they asked for: timers and jobs. It hears durable inputs one
// after the other. Everything here is a function of the inputs heard, so that a replay gives the
// same state. Thread: the core thread.
class Core {
 public:
  using Stages = std::vector<std::unique_ptr<Stage>>;
  static constexpr std::size_t stages_max = 64;
  static constexpr std::size_t said_depth_max = 32;  // a fact about a fact about a fact …

  // `directory` is the one that the stages look things up in; the core keeps it up to date.
  Core(Directory& directory, Stages stages);
  ~Core();

  // Runs an input through the stages. `said` of FactId counts from 1.
  void hear(const Fact& input);
  // Publishes what changed.
  void show(Views& views);

  // The next time that a stage asked for; the far future when none.
  Instant next_wake() const { return instant(next_wake_.load()); }  // any thread
  Sequence heard() const { return heard_; }

  // Jobs that stages asked for and that have not been answered. Taken once by who runs them.
  struct Started {
    std::string stage;
    Job job;
  };
  std::vector<Started> take_started();

  // Snapshot of everything. settle() first lets stages hand over to their stores.
  Bytes save();
  Outcome load(ByteView bytes);
  Sequence kept() const;  // any thread: least kept() of all stages

 private:
  class Pen;  // the Outbox
  void deliver(const Fact& fact, std::size_t first_stage, std::size_t depth);
  void deliver_readings(const Fact& fact, const Readings& readings);
  void wake(const Fact& woke);
  void finish_job(const Fact& fact);
  void refresh_wants(std::size_t from_tag);
  void publish_next_wake();

  struct Timer {
    std::size_t stage;
    std::uint64_t key;
    friend auto operator<=>(const Timer&, const Timer&) = default;
  };

  Directory& directory_;
  Stages stages_;
  std::vector<std::uint64_t> wanted_by_;  // by tag: a bit for each stage
  std::multimap<Instant, Timer> timers_;
  std::map<std::pair<std::string, std::uint64_t>, Started> open_jobs_;  // by stage and key
  std::vector<Started> started_;
  std::string plant_text_;
  Sequence heard_;
  Instant learned_;
  std::uint64_t said_ = 0;  // facts said about the present input
  std::atomic<std::int64_t> next_wake_;
};

}  // namespace millwright::flow
