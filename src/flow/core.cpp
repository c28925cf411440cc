#include "flow/core.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/log.hpp"
#include "flow/core_pen.hpp"

namespace millwright::flow {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

const fact::TagFound* tag_found(const Fact& fact) {
  return get<fact::TagFound>(fact);
}

}  // namespace

Core::Core(Directory& directory, Stages stages, PlantReader read_plant)
    : directory_(directory),
      stages_(std::move(stages)),
      read_plant_(std::move(read_plant)),
      next_wake_(never) {
  CHECK(stages_.size() <= stages_max);
}

Core::~Core() = default;

void Core::hear(Fact input) {
  heard_ = input.id.input();
  learned_ = input.learned;
  said_count_ = 0;
  take_in(input);
  if (const auto* woke = get<fact::Woke>(input)) {
    wake(input, woke->at);
  } else if (const auto* answered = get<fact::JobAnswered>(input)) {
    answer_job(input, *answered);
  } else {
    deliver(input, 0);
  }
  while (!said_.empty()) {
    const Said next = std::move(said_.front());
    said_.pop_front();
    deliver(next.fact, next.first_stage);
  }
  if (get<fact::PlantChanged>(input) != nullptr) ask_wants(0);
  if (const auto* tag = tag_found(input)) ask_wants(tag->tag.index());
  publish_next_wake();
}

void Core::hear_again(const Fact& input) {
  for (const auto& stage : stages_)
    stage->hear_again(input);
}

// What the core itself learns from an input, before any stage hears it.
void Core::take_in(Fact& input) {
  if (const auto* found = std::get_if<fact::Catalogue>(&input.what)) {
    const Outcome applied = directory_.apply(*found);
    if (!applied) log::error(applied.error().what);
    return;
  }
  auto* line = std::get_if<fact::Line>(&input.what);
  auto* plant = line == nullptr ? nullptr : std::get_if<fact::PlantChanged>(line);
  if (plant == nullptr) return;
  plant_text_ = plant->text;
  if (plant->plant == nullptr) plant->plant = read_plant_(plant->text);
}

void Core::tell(std::size_t stage, const Fact& fact) {
  Pen pen(*this, stage, fact);
  stages_[stage]->hear(fact, pen);
}

void Core::deliver(const Fact& fact, std::size_t first_stage) {
  const auto* readings = std::get_if<Readings>(&fact.what);
  if (readings == nullptr) {
    for (std::size_t i = first_stage; i < stages_.size(); ++i)
      tell(i, fact);
    return;
  }
  const std::uint64_t wanted = wanting(*readings);
  if (wanted == 0) return;
  for (std::size_t i = first_stage; i < stages_.size(); ++i) {
    if ((wanted >> i & 1U) != 0) tell(i, fact);
  }
}

// The stages that want at least one run of the batch, as bits.
std::uint64_t Core::wanting(const Readings& readings) const {
  std::uint64_t bits = 0;
  for (const Run& run : readings.runs()) {
    if (run.tag.index() < wanted_by_.size()) bits |= wanted_by_[run.tag.index()];
  }
  return bits;
}

void Core::ask_wants(std::size_t first_tag) {
  const std::size_t tags = directory_.tags().size();
  wanted_by_.resize(tags);
  // One tag found: only that one is asked for; a changed plant: all.
  const std::size_t end = first_tag == 0 ? tags : std::min(tags, first_tag + 1);
  for (std::size_t t = first_tag; t < end; ++t) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      if (stages_[i]->wants(TagId{static_cast<std::uint32_t>(t)})) bits |= std::uint64_t{1} << i;
    }
    wanted_by_[t] = bits;
  }
}

// Time has come to `until`: every stage that asked for a time up to then hears so, in order of the
// times.
void Core::wake(const Fact& woke, Instant until) {
  for (std::size_t fired = 0; !timers_.empty() && timers_.begin()->first <= until; ++fired) {
    CHECK(fired < wakes_max);
    const auto [at, timer] = *timers_.begin();
    timers_.erase(timers_.begin());
    Fact told = woke;
    told.happened = at;
    told.what = fact::Line(fact::Woke{std::string(stages_[timer.stage]->name()), at, timer.key});
    tell(timer.stage, told);
  }
}

void Core::answer_job(const Fact& fact, const fact::JobAnswered& answered) {
  if (open_jobs_.erase({answered.stage, answered.key}) == 0)
    return;  // answered before, or no longer asked
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    if (stages_[i]->name() == answered.stage) tell(i, fact);
  }
}

void Core::publish_next_wake() {
  next_wake_.store(timers_.empty() ? never : nanoseconds(timers_.begin()->first));
}

void Core::show(Views& views) {
  for (const auto& stage : stages_)
    stage->show(views);
}

std::vector<Core::Started> Core::take_started() {
  std::vector<Started> out;
  for (const JobName& name : started_) {
    const auto open = open_jobs_.find(name);
    if (open != open_jobs_.end()) out.push_back(open->second);
  }
  started_.clear();
  return out;
}

bool Core::has_room() const {
  return std::all_of(stages_.begin(), stages_.end(),
                     [](const auto& stage) { return stage->has_room(); });
}

Sequence Core::kept() const {
  Sequence least{std::numeric_limits<std::uint64_t>::max()};
  for (const auto& stage : stages_)
    least = std::min(least, stage->kept());
  return least;
}

}  // namespace millwright::flow
