// Saving and loading the core: the second half of core.hpp.
#include <algorithm>

#include "flow/core.hpp"
#include "flow/core_pen.hpp"
#include "model/described_bytes.hpp"

namespace millwright::flow {
namespace {

// Hears a plant for a stage whose timers and words are in the snapshot already.
class Deaf final : public Outbox {
 public:
  void say(What, Instant) override {}
  void wake_at(Instant, std::uint64_t) override {}
  void start(Job) override {}
};

}  // namespace

Bytes Core::save() {
  needs_ = heard_;
  for (const auto& stage : stages_) {
    stage->settle(heard_);
    needs_ = std::min(needs_, stage->needs());
  }
  Bytes bytes;
  Writer out(bytes);
  write_bytes(out, heard_);
  write_bytes(out, learned_);
  out.text(plant_text_);
  directory_.save(out);
  save_timers(out);
  save_jobs(out);
  out.variable(stages_.size());
  for (const auto& stage : stages_) {
    Bytes own;
    Writer own_out(own);
    stage->save(own_out);
    out.text(stage->name());
    out.variable(own.size());
    out.raw(own);
  }
  return bytes;
}

void Core::save_timers(Writer& out) const {
  out.variable(timers_.size());
  for (const auto& [at, timer] : timers_) {
    write_bytes(out, at);
    out.text(stages_[timer.stage]->name());
    out.fixed(timer.key);
  }
}

void Core::save_jobs(Writer& out) const {
  out.variable(open_jobs_.size());
  for (const auto& [name, started] : open_jobs_) {
    out.text(started.stage);
    out.text(started.job.kind);
    out.fixed(started.job.key);
    out.column(std::span<const std::uint8_t>(started.job.question));
  }
}

Outcome Core::load(ByteView bytes) {
  Reader in(bytes);
  TRY(read_bytes(in, heard_));
  TRY(read_bytes(in, learned_));
  plant_text_ = TRY(in.text());
  TRY(directory_.load(in));
  TRY(load_timers(in));
  TRY(load_jobs(in));
  TRY(load_stages(in));
  ask_wants(0);
  publish_next_wake();
  return Done{};
}

// A timer of a stage that this program does not have is dropped with the stage.
Outcome Core::load_timers(Reader& in) {
  timers_.clear();
  const std::uint64_t count = TRY(in.variable());
  for (std::uint64_t i = 0; i < count; ++i) {
    Instant at;
    TRY(read_bytes(in, at));
    const std::string name = TRY(in.text());
    const auto key = TRY(in.fixed<std::uint64_t>());
    for (std::size_t s = 0; s < stages_.size(); ++s) {
      if (stages_[s]->name() == name) timers_.emplace(at, Timer{s, key});
    }
  }
  return Done{};
}

Outcome Core::load_jobs(Reader& in) {
  open_jobs_.clear();
  started_.clear();
  const std::uint64_t count = TRY(in.variable());
  for (std::uint64_t i = 0; i < count; ++i) {
    Started started;
    started.stage = TRY(in.text());
    started.job.kind = TRY(in.text());
    started.job.key = TRY(in.fixed<std::uint64_t>());
    TRY(in.column(started.job.question));
    const JobName name{started.stage, started.job.key};
    open_jobs_.insert_or_assign(name, std::move(started));
    started_.push_back(name);
  }
  return Done{};
}

Outcome Core::load_stages(Reader& in) {
  std::map<std::string, ByteView> saved;
  const std::uint64_t count = TRY(in.variable());
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string name = TRY(in.text());
    const std::uint64_t size = TRY(in.variable());
    saved[name] = TRY(in.raw(size));
  }
  Fact plant{FactId::of(heard_, 0),
             {},
             learned_,
             learned_,
             fact::Line(fact::PlantChanged{plant_text_, nullptr})};
  if (!plant_text_.empty()) take_in(plant);
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const auto own = saved.find(std::string(stages_[i]->name()));
    Deaf deaf;
    Pen pen(*this, i, plant);
    const bool is_new = own == saved.end();
    if (!plant_text_.empty()) stages_[i]->hear(plant, is_new ? static_cast<Outbox&>(pen) : deaf);
    if (is_new) continue;
    Reader own_in(own->second);
    TRY(stages_[i]->load(own_in));
  }
  said_.clear();
  return Done{};
}

}  // namespace millwright::flow
