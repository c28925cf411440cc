#include "flow/line.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "flow/line_inside.hpp"
#include "model/described_bytes.hpp"

namespace millwright::flow {
namespace {

void encode(Bytes& record, const Fact& fact) {
  record.clear();
  Writer out(record);
  write_bytes(out, fact.learned);
  write_bytes(out, fact.happened);
  write_bytes(out, fact.cause);
  write_what(out, fact.what);
}

Result<Fact> decode(Sequence sequence, ByteView record) {
  Reader in(record);
  Fact fact{FactId::of(sequence, 0), {}, {}, {}, {}};
  TRY(read_bytes(in, fact.learned));
  TRY(read_bytes(in, fact.happened));
  TRY(read_bytes(in, fact.cause));
  fact.what = TRY(read_what(in));
  return fact;
}

std::size_t rows_of(const What& what) {
  const auto* readings = std::get_if<Readings>(&what);
  return readings == nullptr ? 0 : readings->rows();
}

}  // namespace

// Numbers and appends one input. It becomes a fact of the group.
Outcome Line::Inside::append(Input& input, Group& group) {
  last_learned = std::max(last_learned, clock.now());
  Fact fact{{}, input.cause, input.happened, last_learned, std::move(input.what)};
  encode(record, fact);
  Result<Sequence> sequence = journal.append(record);
  if (!sequence) return std::move(sequence).error();
  fact.id = FactId::of(*sequence, 0);
  group.bytes += record.size();
  group.facts.push_back(std::move(fact));
  return Done{};
}

// Moves inputs into a group until it is large enough. False: the journal did not take one.
bool Line::Inside::fill_group(Group& group, std::vector<Acknowledge>& acknowledges) {
  while (taken_next < taken.size() && group.bytes < settings.group_bytes_max) {
    Input& input = taken[taken_next++];
    ++group.inputs;
    if (input.acknowledge) acknowledges.push_back(std::move(input.acknowledge));
    if (input.shown) group.shown.push_back(std::move(input.shown));
    const Outcome appended = append(input, group);
    if (!appended) return fail_group(group, acknowledges, appended.error()), false;
  }
  return true;
}

// Nothing of the group is kept: whoever waits is told so, and nothing more is taken until the
// journal has been reopened.
void Line::Inside::fail_group(Group& group, std::vector<Acknowledge>& acknowledges,
                              const Error& error) {
  log::error("the journal took nothing: " + error.what);
  for (const Acknowledge& acknowledge : acknowledges)
    acknowledge(Outcome(error));
  for (const Acknowledge& acknowledge : group.shown)
    acknowledge(Outcome(error));
  const std::scoped_lock lock(mutex);
  figures.trouble = error.what;
  heard_inputs += group.inputs;
  last_reopen = clock.elapsed();
}

bool Line::Inside::reopen_when_broken() {
  {
    const std::scoped_lock lock(mutex);
    if (figures.trouble.empty()) return true;
  }
  if (clock.elapsed() - last_reopen < settings.reopen_every) return false;
  last_reopen = clock.elapsed();
  const Outcome reopened = journal.reopen();
  const std::scoped_lock lock(mutex);
  figures.trouble = reopened ? "" : reopened.error().what;
  return reopened.has_value();
}

void Line::Inside::note_commit(const Group& group, Duration took) {
  const std::scoped_lock lock(mutex);
  ++figures.groups;
  figures.inputs += group.facts.size();
  figures.bytes += group.bytes;
  for (const Fact& fact : group.facts)
    figures.rows += rows_of(fact.what);
  figures.commit_last = took;
  figures.commit_max = std::max(figures.commit_max, took);
}

void Line::Inside::hand_on(Group&& group) {
  std::unique_lock lock(mutex);
  const bool waits = has_threads;
  changed.wait(lock, [&] { return !waits || groups.size() < settings.groups_ahead_max; });
  groups.push_back(std::move(group));
  lock.unlock();
  changed.notify_all();
}

// Keeps the snapshot that the core made, as soon as every store holds what the snapshot leaves out.
void Line::Inside::keep_snapshot() {
  std::unique_lock lock(mutex);
  if (!snapshot || core.kept() < snapshot->at) return;
  const Journal::Snapshot due = std::move(*snapshot);
  snapshot.reset();
  lock.unlock();
  const Outcome kept = journal.keep_snapshot(due);
  if (!kept) log::error("a snapshot could not be kept: " + kept.error().what);
}

// Core thread: asks for a snapshot when enough time or journal has passed.
void Line::Inside::save_when_due(bool is_last) {
  const bool is_due = is_last || core.learned() - snapshot_learned >= settings.snapshot_every ||
                      bytes_since_snapshot >= settings.snapshot_bytes;
  if (!is_due || core.heard() == Sequence{}) return;
  Bytes bytes = core.save();
  snapshot_learned = core.learned();
  bytes_since_snapshot = 0;
  const std::scoped_lock lock(mutex);
  snapshot = Journal::Snapshot{core.heard(), std::move(bytes), core.needs()};
}

// What may wait does so while the core or a store is behind: what comes meanwhile is then not far
// from being heard.
Inbox::Background Line::Inside::background() {
  if (!core.has_room()) return Inbox::Background::waits;
  const std::scoped_lock lock(mutex);
  return groups.size() < settings.background_ahead_max ? Inbox::Background::is_taken
                                                       : Inbox::Background::waits;
}

Outcome Line::Inside::replay_all() {
  const std::optional<Journal::Snapshot> kept = TRY(journal.newest_snapshot());
  Sequence after, again;
  if (kept) {
    TRY(core.load(kept->bytes));
    again = kept->at;
    after = kept->needs.value_or(again);
  }
  return journal.replay(after, [&](Sequence sequence, ByteView stored) -> Outcome {
    Fact fact = TRY(decode(sequence, stored));
    if (sequence <= again) return core.hear_again(fact), Done{};
    bytes_since_snapshot += stored.size();
    core.hear(std::move(fact));
    return Done{};
  });
}

Line::Line(const LineSettings& settings, Parts parts)
    : inside_(std::make_unique<Inside>(settings, std::move(parts))) {}

Line::~Line() {
  stop();
}

Inbox& Line::inbox() {
  return inside_->inbox;
}
Catalogue& Line::catalogue() {
  return inside_->catalogue;
}
const Views& Line::views() const {
  return inside_->views;
}
const std::string& Line::plant_text() const {
  return inside_->core.plant_text();
}
Bytes Line::state() {
  return inside_->core.save();
}

void Line::hold_timers_at(Instant limit) {
  inside_->timer_limit.store(nanoseconds(limit));
  inside_->inbox.nudge();
}

Line::Figures Line::figures() const {
  const std::scoped_lock lock(inside_->mutex);
  return inside_->figures;
}

Outcome Line::recover() {
  Inside& in = *inside_;
  TRY(in.replay_all());
  in.last_learned = in.core.learned();
  in.snapshot_learned = in.core.learned();
  in.catalogue.start_from(in.directory);
  for (Core::Started& started : in.core.take_started())
    in.workers.add(std::move(started));
  in.open_jobs = in.core.open_jobs();
  in.core.show(in.views);
  return Done{};
}

bool Line::journal_step(Duration wait) {
  Inside& in = *inside_;
  in.keep_snapshot();
  if (!in.reopen_when_broken()) {
    in.inbox.wait_nudge(std::min(wait, in.settings.reopen_every));
    return false;
  }
  if (in.taken_next == in.taken.size()) {
    in.inbox.take(in.taken, in.is_wake_due() ? Duration{} : wait, in.background());
    in.taken_next = 0;
  }
  Inside::Group group;
  std::vector<Acknowledge> acknowledges;
  if (!in.fill_group(group, acknowledges)) return true;
  if (in.is_wake_due()) {
    const Instant until = in.timers_until();
    Input woke{fact::Line(fact::Woke{"", until, 0}), until, {}, {}};
    if (!in.append(woke, group))
      return true;  // the next step reopens the journal, and the timer is still due
  }
  if (group.facts.empty()) return false;
  const Monotonic began = in.clock.elapsed();
  const Outcome committed = in.journal.commit();
  if (!committed) return in.fail_group(group, acknowledges, committed.error()), true;
  in.note_commit(group, in.clock.elapsed() - began);
  in.hand_on(std::move(group));
  for (const Acknowledge& acknowledge : acknowledges)
    acknowledge(Outcome(Done{}));
  return true;
}

bool Line::core_step(Duration wait) {
  Inside& in = *inside_;
  Inside::Group group;
  {
    std::unique_lock lock(in.mutex);
    in.changed.wait_for(lock, wait, [&] { return !in.groups.empty() || in.is_journal_done; });
    if (in.groups.empty()) return false;
    group = std::move(in.groups.front());
    in.groups.pop_front();
  }
  in.changed.notify_all();
  bool has_background_room = false;  // only now: whoever waits for it looks again
  for (Fact& fact : group.facts)
    in.core.hear(std::move(fact));
  in.bytes_since_snapshot += group.bytes;
  in.core.show(in.views);
  for (const Acknowledge& acknowledge : group.shown)
    acknowledge(Outcome(Done{}));
  for (Core::Started& started : in.core.take_started())
    in.workers.add(std::move(started));
  in.save_when_due(false);
  {
    const std::scoped_lock lock(in.mutex);
    in.heard_inputs += group.inputs;
    in.open_jobs = in.core.open_jobs();
    has_background_room = in.groups.size() + 1 == in.settings.background_ahead_max;
  }
  in.changed.notify_all();
  if (in.is_wake_due() || has_background_room) in.inbox.nudge();
  return true;
}

}  // namespace millwright::flow
