#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "model/fact/fact.hpp"

namespace millwright::flow {

class Views;

// Heavy work, done by a worker: a pure function from bytes to bytes. Its answer comes back as
// fact::JobAnswered.
struct Job {
  std::string kind;  // a job kind of the module's Room
  std::uint64_t key = 0;
  Bytes question;
};

// What a stage wants done about what it heard. Valid during one call.
class Outbox {
 public:
  virtual ~Outbox() = default;
  // The stages after this one hear it, in order, with the heard fact as cause. Bound:
  // FactId::said_max an input.
  virtual void say(What what, Instant happened) = 0;
  // The stage hears fact::Woke with this key when that time has come.
  virtual void wake_at(Instant at, std::uint64_t key) = 0;
  virtual void start(Job job) = 0;
};

// One step of the line, called by the core thread alone; must not block or throw, and must not ask
// for the time, a random number or the disk: what it knows it heard.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual std::string_view name() const = 0;

  // Whether it hears the readings of this tag. Asked again after each fact::PlantChanged and
  // TagFound.
  virtual bool wants(TagId) const { return false; }
  // Every fact that is not readings, and the readings that it wants (a batch with at least one run
  // of a wanted tag, whole).
  virtual void hear(const Fact& fact, Outbox& out) = 0;
  // Publishes the views that changed. Called after a group of facts.
  virtual void show(Views&) {}

  // Snapshot: save(load(save(x))) = save(x), byte for byte, and a snapshot with the journal's tail
  // gives the same state. Before load the stage hears the fact::PlantChanged of the snapshot's
  // time.
  virtual void save(Writer& out) const = 0;
  virtual Outcome load(Reader& in) = 0;

  // For a stage with a store of its own. settle() comes before save(): hand over what the store
  // does not have yet.
  virtual void settle(Sequence) {}
  // Its store keeps up: what may wait (Inbox::offer_background) need not yet. Thread: any.
  virtual bool has_room() const { return true; }
  // The store holds, on disk, all that the stage heard up to here; a snapshot waits until that is
  // all that the snapshot leaves out. Thread: any.
  virtual Sequence kept() const { return everything; }
  // The same for a store that takes its time: a snapshot does not wait, and after a start from it
  // the stage hears the inputs between needs() and the snapshot again. Asked after settle().
  virtual Sequence needs() const { return everything; }
  virtual void hear_again(const Fact&) {}

  static constexpr Sequence everything{std::numeric_limits<std::uint64_t>::max()};
};

}  // namespace millwright::flow
