#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "flow/directory.hpp"
#include "flow/stage.hpp"
#include "flow/view.hpp"

namespace millwright::flow {

// Reads a plant file that was found good before. Given by app/, which knows the sections of all
// rooms.
using PlantReader = std::function<std::shared_ptr<const Plant>(const std::string& text)>;

// The stages in their order, and what they asked for: timers and jobs. It hears durable inputs one
// after the other. Everything here is a function of the inputs heard, so that a replay gives the
// same state. Thread: the core thread.
class Core {
 public:
  using Stages = std::vector<std::unique_ptr<Stage>>;
  static constexpr std::size_t stages_max = 64;
  static constexpr std::size_t wakes_max = 1'000'000;  // timers that one moment may fire

  // `directory` is the one that the stages look things up in; the core keeps it up to date.
  Core(Directory& directory, Stages stages, PlantReader read_plant);
  ~Core();

  // Runs an input through the stages, and then what they said about it.
  void hear(Fact input);
  // For stages whose store may lack an input of before the snapshot that was loaded.
  void hear_again(const Fact& input);
  // Publishes what changed.
  void show(Views& views);

  // The next time that a stage asked for; the far future when none. Thread: any.
  Instant next_wake() const { return instant(next_wake_.load()); }
  Sequence heard() const { return heard_; }
  Instant learned() const { return learned_; }
  const std::string& plant_text() const { return plant_text_; }

  struct Started {
    std::string stage;
    Job job;
  };
  // Jobs asked for since the last call that nobody has answered meanwhile.
  std::vector<Started> take_started();
  std::size_t open_jobs() const { return open_jobs_.size(); }

  // Lets stages hand over to their stores, then saves everything.
  Bytes save();
  Outcome load(ByteView bytes);
  Sequence kept() const;  // least kept() of all stages. Thread: any.
  // Inputs after it are needed beside what save() gave last.
  Sequence needs() const { return needs_; }
  bool has_room() const;  // every stage's store keeps up. Thread: any.

 private:
  class Pen;  // the Outbox of one stage for one fact
  struct Said {
    Fact fact;
    std::size_t first_stage;
  };
  struct Timer {
    std::size_t stage;
    std::uint64_t key;
  };
  using JobName = std::pair<std::string, std::uint64_t>;  // stage and key

  void take_in(Fact& input);
  void deliver(const Fact& fact, std::size_t first_stage);
  void tell(std::size_t stage, const Fact& fact);
  void wake(const Fact& woke, Instant until);
  void answer_job(const Fact& fact, const fact::JobAnswered& answered);
  std::uint64_t wanting(const Readings& readings) const;
  void ask_wants(std::size_t first_tag);
  void publish_next_wake();
  void save_jobs(Writer& out) const;
  void save_timers(Writer& out) const;
  Outcome load_jobs(Reader& in);
  Outcome load_timers(Reader& in);
  Outcome load_stages(Reader& in);

  Directory& directory_;
  Stages stages_;
  PlantReader read_plant_;
  std::vector<std::uint64_t> wanted_by_;  // by tag: a bit for each stage
  std::multimap<Instant, Timer> timers_;
  std::map<JobName, Started> open_jobs_;
  std::vector<JobName> started_;
  std::deque<Said> said_;
  std::uint64_t said_count_ = 0;  // about the present input
  std::string plant_text_;
  Sequence heard_, needs_;
  Instant learned_;
  std::atomic<std::int64_t> next_wake_;
};

}  // namespace millwright::flow
