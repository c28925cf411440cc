#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "flow/ports/history.hpp"
#include "flow/room.hpp"
#include "keep/history/memory.hpp"
#include "keep/history/merge.hpp"

namespace millwright::keep {

struct HistorySettings {
  std::size_t rows_open_max = 2'000'000;      // of all tags; beyond it the longest are handed over
  std::size_t rows_waiting_max = 8'000'000;   // handed over and not stored; see is_behind()
  std::size_t background_rows_max = 500'000;  // the same; beyond it what may wait does
  std::size_t handover_rows = 1024;           // of a tag: then it is handed over
  std::size_t handover_late_rows = 4096;      // the same of rows older than the newest by an hour
  std::size_t handovers_batch_max = 256;      // of one transaction
  std::size_t samples_max = 1'000'000;        // of one raw read
  std::size_t buckets_max = 20'000;
  Duration retry_every = 1s;  // after a write that failed
};

// The past of every tag: open rows in memory, handed over in chunks to a thread of its own that
// stores them in an SQLite file. Rows that are open or handed over are not durable here: they are
// in the journal until kept() has passed them. Thread: readers any; writing the core thread.
class History final : public flow::History {
 public:
  static Result<std::unique_ptr<History>> open(const std::filesystem::path& folder,
                                               const HistorySettings& settings = {});
  ~History() override;

  Result<flow::Samples> raw(TagId tag, Instant from, Instant to, std::size_t limit) const override;
  Result<flow::Buckets> buckets(TagId tag, Instant from, Instant to,
                                std::size_t count) const override;
  std::optional<flow::LastValue> last(TagId tag) const override;

  // Takes the rows of one input. Rows that the store has already are not taken again.
  void hear(Sequence input, Instant learned, const Readings& readings);
  // Hands everything over. When it is on stable storage, kept() is `up_to`.
  void settle(Sequence up_to);
  Sequence kept() const { return {kept_.load()}; }                                 // any thread
  bool has_room() const { return rows_waiting_ < settings_.background_rows_max; }  // any thread
  // The greatest input that a stored row came from: a journal that ends before it does not belong
  // to this history. As it was at open().
  Sequence newest_stored() const { return newest_stored_; }
  // The tags whose last value changed since the last call. Core thread.
  std::vector<TagId> take_changed();
  void set_last(TagId tag, const flow::LastValue& last);
  std::size_t tags() const { return tags_.tags(); }

  struct Figures {
    std::uint64_t rows = 0, replaced = 0, chunks = 0, bad_blocks = 0;
    std::size_t rows_open = 0, rows_waiting = 0;
    std::string trouble;  // why nothing is stored, when that is so
  };
  Figures figures() const;  // any thread
  // rows_waiting_max was reached: rows are no longer taken here, kept() stands still, reads say so.
  // Nothing is lost: the journal has them, and the next start takes them from there.
  bool is_behind() const { return is_behind_; }

 private:
  struct Handed {
    std::optional<Sequence> settled;  // or
    TagId tag{};
    std::vector<std::shared_ptr<const Chunk>> lists{};
    std::size_t rows = 0;
  };
  History(const HistorySettings& settings, std::unique_ptr<ChunkStore> store)
      : settings_(settings), store_(std::move(store)) {}
  Outcome start();
  void take_run(TagMemory& memory, Sequence input, Instant learned, const Readings& readings,
                const Run& run);
  void take_rows(TagMemory& memory, Sequence input, const Readings& readings, const Run& run);
  void take_last(TagMemory& memory, Instant learned, const Readings& readings, const Run& run);
  void hand_over(TagId tag, TagMemory& memory);
  void hand_over_longest();
  void push(Handed&& handed);
  void write_loop() noexcept;
  bool take_batch(std::vector<Handed>& batch);
  Handover cut(const Handed& handed);
  bool store(const std::vector<Handover>& handovers);
  void forget(const Handed& handed);
  std::vector<Chunk> not_stored(TagId tag) const;
  Result<std::vector<Part>> parts(TagId tag, Span span) const;
  Load loader() const;

  HistorySettings settings_;
  std::unique_ptr<ChunkStore> store_;
  TagMemories tags_;
  std::vector<TagId> changed_;
  std::vector<bool> is_changed_;
  std::vector<TagId> full_;  // tags to hand over after the present input
  Sequence newest_stored_;
  std::atomic<std::uint64_t> kept_{0};
  std::atomic<std::size_t> rows_open_{0}, rows_waiting_{0};
  std::atomic<std::uint64_t> rows_{0}, replaced_{0}, chunks_{0};
  mutable std::atomic<std::uint64_t> bad_blocks_{0};
  std::atomic<bool> is_behind_{false};

  mutable std::mutex mutex_;  // of what follows
  std::condition_variable has_work_;
  std::deque<Handed> queue_;
  std::string trouble_;
  bool is_ending_ = false;
  std::thread writer_;
};

std::unique_ptr<flow::Stage> history_stage(History& history, const flow::Directory& directory);

// The stage, view `tags`, GET /api/v1/readings and /api/v1/buckets. What is given outlives the
// room; find_tag: any thread.
using FindTag = std::function<std::optional<fact::TagFound>(std::string_view path)>;
flow::Route readings_route(const History& history, FindTag find_tag);
flow::Route buckets_route(const History& history, FindTag find_tag);
flow::Room history_room(History& history, FindTag find_tag);

}  // namespace millwright::keep
