#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "flow/ports/history.hpp"
#include "flow/room.hpp"
#include "keep/history/memory.hpp"
#include "keep/history/merge.hpp"
#include "keep/history/settings.hpp"

namespace millwright::keep {

// The past of every tag: open rows in memory, handed over group by group (the tags of one device)
// to a thread of its own that stores them in segment files. Rows that are open or handed over are
// not durable here: they are in the journal, which keeps what comes after needs(). Thread: readers
// any; writing the core thread.
class History final : public flow::History {
 public:
  static Result<std::unique_ptr<History>> open(
      const std::filesystem::path& folder, const HistorySettings& settings = {},
      std::unique_ptr<Files> files = std::make_unique<Files>());
  ~History() override;

  Result<flow::Samples> raw(TagId tag, Instant from, Instant to, std::size_t limit) const override;
  Result<flow::Buckets> buckets(TagId tag, Instant from, Instant to,
                                std::size_t count) const override;
  std::optional<flow::LastValue> last(TagId tag) const override;
  Result<Cursor> read(TagId tag, Span span) const;

  // Tags of one name are stored together. A tag of which nothing is said is a group of its own.
  void set_group(TagId tag, std::string_view name);
  // Takes the rows of one input. Rows that the store has already are not taken again.
  void hear(Sequence input, Instant learned, const Readings& readings);
  void settle(Sequence up_to);      // hands over what has been open for long
  void settle_all(Sequence up_to);  // hands over everything
  // The same at the end of the program; waits until all is stored, for `wait` at most.
  void finish(Duration wait);
  // The store has all rows of inputs up to here; as it was at the last settle.
  Sequence needs() const { return needs_; }
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
    std::uint64_t segments = 0, bytes = 0, bytes_written = 0, rows_stored = 0;
    std::optional<Instant> oldest_day{};
    std::optional<double> bytes_per_day{};  // of the last days that are over
    std::string trouble;                    // why nothing is stored, when that is so
  };
  Figures figures() const;  // any thread
  // rows_waiting_max was reached: rows are no longer taken here, needs() stands still, reads say
  // so. Nothing is lost: the journal has them, and the next start takes them from there.
  bool is_behind() const { return is_behind_; }

 private:
  struct Group {
    std::vector<TagId> tags;
    // Of its first open row: when it was learned, and how many rows of all tags came before.
    std::optional<Instant> opened;
    std::uint64_t rows_before = 0;
    bool is_full = false;
  };
  History(const HistorySettings& settings, std::unique_ptr<SegmentStore> store)
      : settings_(settings), store_(std::move(store)) {}
  Outcome start();
  void take_run(TagMemory& memory, Sequence input, Instant learned, const Readings& readings,
                const Run& run);
  void take_rows(TagMemory& memory, Sequence input, const Readings& readings, const Run& run);
  void take_last(TagMemory& memory, Instant learned, const Readings& readings, const Run& run);
  Group& group_of(TagId tag);
  HandedTag take_open(TagId tag, std::size_t& rows);
  void hand_over(Group& group);
  void hand_over_longest();
  Sequence first_not_stored() const;
  void push(Handed&& handed);
  void write_loop() noexcept;
  bool take_batch(std::vector<Handed>& batch);
  Handover cut(HandedTag& handed);
  Outcome store(std::vector<Handed>& batch);
  bool has_stored(const Outcome& written);
  void use_idle_time();
  Outcome keep_limits();
  void forget(const Handed& handed);
  std::vector<Learned> not_stored(TagId tag) const;
  Result<std::vector<Part>> parts(TagId tag, Span span) const;

  HistorySettings settings_;
  std::unique_ptr<SegmentStore> store_;
  TagMemories tags_;
  std::deque<Group> groups_;
  std::vector<std::uint32_t> group_of_tag_;  // 0: none yet; else its place in groups_, from 1
  std::map<std::string, std::uint32_t, std::less<>> group_named_;
  std::vector<TagId> changed_;
  std::vector<bool> is_changed_;
  std::vector<Group*> full_;  // to hand over after the present input
  Sequence newest_stored_, needs_;
  std::atomic<Instant> newest_learned_ = Instant::min();
  std::atomic<std::size_t> rows_open_{0}, rows_waiting_{0};
  std::atomic<std::uint64_t> rows_{0}, replaced_{0}, chunks_{0};
  mutable std::atomic<std::uint64_t> bad_blocks_{0};
  std::atomic<bool> is_behind_{false}, is_finishing_{false};
  int idle_to_skip_ = 0;  // of the writer's thread

  mutable std::mutex mutex_;  // of what follows
  std::condition_variable has_work_, has_written_;
  std::deque<Handed> queue_;
  std::string trouble_;
  bool is_ending_ = false;
  std::thread writer_;
};

std::unique_ptr<flow::Stage> history_stage(History& history, const flow::Directory& directory);

}  // namespace millwright::keep
