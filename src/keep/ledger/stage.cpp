#include <algorithm>
#include <optional>

#include "keep/ledger/ledger.hpp"
#include "model/calendar.hpp"
#include "model/described_bytes.hpp"

namespace millwright::keep {
namespace {

constexpr Duration hand_over_looked_for = 14 * 24h;  // no shift for longer: signed as ever

// The last stage: hands every event to the ledger, and says when a shift hands over.
class Stage final : public flow::Stage {
 public:
  explicit Stage(Ledger& ledger) : ledger_(ledger) {}

  std::string_view name() const override { return "ledger"; }

  // The first fact waits for the next call: before load() a stage hears the plant file of the
  // snapshot's time, and that was said before.
  void hear(const Fact& fact, flow::Outbox& out) override {
    if (const auto* changed = get<fact::PlantChanged>(fact);
        changed != nullptr && changed->plant != nullptr) {
      Problems ignored;  // told when the plant file was read
      calendar_ = Calendar::read(*changed->plant, ignored);
      wait_for_hand_over(fact.learned, out);
    }
    const auto* woke = get<fact::Woke>(fact);
    if (woke != nullptr && woke->stage == name() && woke->at >= hand_over_) {
      hand_first();
      ledger_.hand_over();
      wait_for_hand_over(std::max(fact.learned, woke->at), out);
    }
    if (!is_event(fact.what)) return;
    if (is_first_) {
      is_first_ = false;
      first_ = fact;
      return;
    }
    hand_first();
    hand(fact);
  }
  void settle(Sequence up_to) override {
    hand_first();
    ledger_.settle(up_to);
  }
  Sequence kept() const override { return ledger_.kept(); }
  bool has_room() const override { return ledger_.has_room(); }

  void save(Writer& out) const override { write_bytes(out, last_); }
  Outcome load(Reader& in) override {
    first_.reset();
    is_first_ = false;
    TRY(read_bytes(in, last_));
    const FactId stored = ledger_.store().last();
    if (stored == FactId{} || stored.value >= last_.value) return Done{};
    return fail(
        Code::corrupt,
        "the ledger ends before the newest snapshot of the journal (at input " +
            std::to_string(stored.input().value) + ", expected " +
            std::to_string(last_.input().value) +
            "): they are not of one data folder. Restore the whole folder from a backup, or "
            "move the ledger folder away: then a new ledger with a new key begins");
  }

 private:
  void hand(const Fact& fact) {
    last_ = fact.id;
    ledger_.hear(fact);
  }
  void hand_first() {
    if (!first_) return;
    hand(*first_);
    first_.reset();
  }

  // When the shift of `now` ends, or else the next one.
  void wait_for_hand_over(Instant now, flow::Outbox& out) {
    for (const Shift& shift : calendar_.shifts_between(now, now + hand_over_looked_for)) {
      if (shift.until <= now) continue;
      hand_over_ = shift.until;
      return out.wake_at(hand_over_, 0);
    }
  }

  Ledger& ledger_;
  Calendar calendar_;
  Instant hand_over_ = Instant::max();  // told by the plant file and the clock: not kept
  std::optional<Fact> first_;
  bool is_first_ = true;
  FactId last_;
};

}  // namespace

std::unique_ptr<flow::Stage> ledger_stage(Ledger& ledger) {
  return std::make_unique<Stage>(ledger);
}

}  // namespace millwright::keep
