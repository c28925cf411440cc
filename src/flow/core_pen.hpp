#pragma once

// The outbox of one stage for one fact: inside of flow/core.hpp, used by core.cpp and
// core_snapshot.cpp alone.

#include <string>
#include <utility>

#include "flow/core.hpp"

namespace millwright::flow {

class Core::Pen final : public Outbox {
 public:
  Pen(Core& core, std::size_t stage, const Fact& heard)
      : core_(core), stage_(stage), heard_(heard) {}

  void say(What what, Instant happened) override {
    CHECK(core_.said_count_ < FactId::said_max);
    const FactId id = FactId::of(core_.heard_, ++core_.said_count_);
    core_.said_.push_back(
        {Fact{id, heard_.id, happened, heard_.learned, std::move(what)}, stage_ + 1});
  }
  void wake_at(Instant at, std::uint64_t key) override {
    core_.timers_.emplace(at, Timer{stage_, key});
  }
  void start(Job job) override {
    const std::string stage(core_.stages_[stage_]->name());
    const JobName name{stage, job.key};
    core_.open_jobs_.insert_or_assign(name, Started{stage, std::move(job)});
    core_.started_.push_back(name);
  }

 private:
  Core& core_;
  std::size_t stage_;
  const Fact& heard_;
};

}  // namespace millwright::flow
