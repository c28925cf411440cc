#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "flow/room.hpp"
#include "keep/ledger/people.hpp"
#include "keep/ledger/store.hpp"

namespace millwright::keep {

struct LedgerSettings {
  std::size_t facts_waiting_max = 500'000;    // heard and not stored; see is_behind()
  std::size_t background_facts_max = 50'000;  // the same; beyond it what may wait does
  std::size_t group_facts_max = 4096;         // of one commit
  std::uint64_t sign_records = 100;           // so many not signed: signed after the commit
  Duration sign_every = 60s;                  // or after this time
  Duration retry_every = 1s;                  // after a write that failed
  StoreSettings store;
};

// Every event, forever, so that nobody can change it unseen: a thread of its own puts the facts
// that the last stage of the line hears into an append-only Merkle tree and signs its head. What is
// not stored yet is in the journal until kept() has passed it; a replay says the same facts again,
// and each is compared with the record that is there. Thread: hear and settle the core thread; the
// rest any.
class Ledger {
 public:
  // `origin` names the ledger in its key and checkpoints, when it is new.
  static Result<std::unique_ptr<Ledger>> open(
      const std::filesystem::path& folder, const std::string& origin,
      const LedgerSettings& settings = {},
      std::unique_ptr<Files> files = std::make_unique<Files>());
  // Stores and signs what was heard.
  ~Ledger();

  void hear(const Fact& fact);
  // When all that was heard is on stable storage, kept() is `up_to`.
  void settle(Sequence up_to);
  Sequence kept() const { return {kept_.load()}; }
  bool has_room() const { return waiting_ < settings_.background_facts_max; }
  // facts_waiting_max was reached: nothing more is taken here, kept() stands still. Nothing is
  // lost: the journal has it, and the next start takes it from there.
  bool is_behind() const { return is_behind_; }

  // What was heard before is signed as soon as it is stored: a shift hands over to the next.
  void hand_over();
  // Signs what is stored, now: when a witness asks.
  Outcome sign_now();

  const Store& store() const { return *store_; }
  Result<std::string> cosign(std::string_view note, std::span<const math::VerifierKey> witnesses);
  People& people() { return *people_; }
  const People& people() const { return *people_; }

  struct Figures {
    std::uint64_t records = 0, signed_records = 0;
    std::uint64_t compared = 0;   // facts of a replay that were there already
    std::uint64_t different = 0;  // of these, not as the ledger has them
    std::size_t waiting = 0;
    std::string trouble;  // why nothing is stored, or what a replay says otherwise
  };
  Figures figures() const;
  // Whether all that was heard is stored, within `wait`.
  bool flush(Duration wait);

 private:
  struct Item {
    std::optional<Sequence> settled;  // or
    bool is_hand_over = false;        // or
    Fact fact;
  };
  Ledger(const LedgerSettings& settings, std::unique_ptr<Files> files)
      : settings_(settings), files_(std::move(files)) {}
  void push(Item&& item);
  void write_loop() noexcept;
  bool take_batch(std::vector<Item>& batch);
  bool is_sign_due() const;
  Outcome store_batch(const std::vector<Item>& batch);
  Outcome store_fact(const Fact& fact);
  Outcome compare(const Fact& fact);
  bool is_same(const Fact& fact, const Record& record) const;
  void note_trouble(const std::string& what);
  void note_difference(const Fact& fact);
  Outcome with_store(const std::function<Outcome()>& work);

  LedgerSettings settings_;
  std::unique_ptr<Files> files_;
  OpenFile lock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<People> people_;

  // Writer's thread.
  std::vector<Record> compared_;  // the bundle that a replay is compared with
  std::uint64_t next_compared_ = 0, compared_from_ = 0;
  bool is_comparing_ = false;
  std::atomic<std::chrono::steady_clock::time_point> last_signed_;  // whoever signs, too

  std::atomic<std::uint64_t> kept_{0}, same_{0}, different_{0};
  std::atomic<std::size_t> waiting_{0};
  std::atomic<bool> is_behind_{false};
  std::mutex writing_;        // held by whoever writes to the store
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable has_work_, is_done_;
  std::deque<Item> queue_;
  std::string trouble_, difference_;
  bool is_ending_ = false, is_working_ = false;
  std::thread writer_;
};

std::unique_ptr<flow::Stage> ledger_stage(Ledger& ledger);

// Who else may sign the ledger's checkpoints: the plant file's section `ledger:`.
struct LedgerSection {
  std::vector<std::string> witnesses;  // keys of kind 4
  static constexpr auto describe() {
    return record("ledger", field("witnesses", &LedgerSection::witnesses, "",
                                  "Keys of those who sign the ledger's checkpoints with it, as "
                                  "NAME+ID+KEY; another program, a person with a stick."));
  }
};
std::vector<math::VerifierKey> witnesses_of(const Plant& plant, Problems& problems);

// The section alone: it is known without a server.
flow::Room ledger_sections();
std::vector<flow::Route> ledger_routes(Ledger& ledger, std::vector<math::VerifierKey> witnesses);
// The stage and the routes /api/v1/ledger/… What is given outlives the room.
flow::Room ledger_room(Ledger& ledger);

}  // namespace millwright::keep
