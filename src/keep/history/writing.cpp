// Handing over to the writer's thread, and that thread: the second half of history.hpp.
#include <algorithm>

#include "base/log.hpp"
#include "keep/history/history.hpp"

namespace millwright::keep {

// Only moves: the sorting and cutting is the writer's work.
void History::hand_over(TagId tag, TagMemory& memory) {
  Handed handed;
  handed.tag = tag;
  {
    const std::scoped_lock lock(memory.mutex);
    std::vector<Chunk> lists = std::exchange(memory.closed, {});
    if (memory.late.rows.size() > 0) lists.push_back(std::exchange(memory.late, Chunk{}));
    if (memory.open.rows.size() > 0) lists.push_back(std::exchange(memory.open, Chunk{}));
    for (Chunk& open : lists) {
      handed.rows += open.rows.size();
      open.tag = tag;
      handed.lists.push_back(std::make_shared<const Chunk>(std::move(open)));
    }
    memory.handed.insert(memory.handed.end(), handed.lists.begin(), handed.lists.end());
  }
  if (handed.lists.empty()) return;
  rows_open_ -= std::min(handed.rows, rows_open_.load());
  rows_waiting_ += handed.rows;
  push(std::move(handed));
  if (rows_waiting_ > settings_.rows_waiting_max && !is_behind_.exchange(true))
    log::error(
        "the history cannot be written and takes no more: make room on its disk and start "
        "again. Readings are kept in the journal");
}

// A tenth of the tags, those with the most rows.
void History::hand_over_longest() {
  std::vector<std::pair<std::size_t, TagId>> lengths;
  for (std::uint32_t i = 0; i < tags_.tags(); ++i) {
    const TagMemory* const memory = tags_.find({i});
    if (memory == nullptr) continue;
    const std::size_t rows = memory->open.rows.size() + memory->late.rows.size();
    if (rows > 0) lengths.emplace_back(rows, TagId{i});
  }
  const auto end = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 10 + 1);
  std::partial_sort(lengths.begin(), std::min(end, lengths.end()), lengths.end(),
                    [](const auto& a, const auto& b) { return a > b; });
  for (auto at = lengths.begin(); at != std::min(end, lengths.end()); ++at)
    hand_over(at->second, *tags_.find(at->second));
}

void History::settle(Sequence up_to) {
  if (is_behind_) return;
  for (std::uint32_t i = 0; i < tags_.tags(); ++i) {
    TagMemory* const memory = tags_.find({i});
    if (memory != nullptr) hand_over({i}, *memory);
  }
  if (is_behind_) return;
  Handed mark;
  mark.settled = up_to;
  push(std::move(mark));
}

void History::push(Handed&& handed) {
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(std::move(handed));
  }
  has_work_.notify_one();
}

void History::write_loop() noexcept {
  std::vector<Handed> batch;
  while (take_batch(batch)) {
    std::vector<Handover> handovers;
    for (const Handed& handed : batch) {
      if (!handed.settled) handovers.push_back(cut(handed));
    }
    while (!store(handovers)) {
      std::unique_lock lock(mutex_);
      has_work_.wait_for(lock, settings_.retry_every, [&] { return is_ending_; });
      if (is_ending_) return;  // the journal has what could not be written
    }
    for (const Handed& handed : batch)
      forget(handed);
    batch.clear();
  }
}

Handover History::cut(const Handed& handed) {
  TagMemory& memory = *tags_.find(handed.tag);
  Handover handover;
  handover.tag = handed.tag;
  for (const auto& list : handed.lists) {
    const bool is_in_order = is_sorted(list->rows);
    Chunk sorted = is_in_order ? Chunk{} : *list;
    if (!is_in_order) replaced_ += put_in_order(sorted.rows);
    const Chunk& all = is_in_order ? *list : sorted;
    const Instant newest = all.to();
    auto chunks = make_chunks(all, memory.newest.value_or(Instant::min()));
    memory.newest = std::max(memory.newest.value_or(newest), newest);
    chunks_ += chunks.size();
    handover.last = std::max(handover.last, all.last);
    handover.chunks.insert(handover.chunks.end(), chunks.begin(), chunks.end());
  }
  handover.newest = *memory.newest;
  return handover;
}

// False: the program ends and all is written.
bool History::take_batch(std::vector<Handed>& batch) {
  std::unique_lock lock(mutex_);
  has_work_.wait(lock, [&] { return is_ending_ || !queue_.empty(); });
  while (!queue_.empty() && batch.size() < settings_.handovers_batch_max) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return !batch.empty();
}

bool History::store(const std::vector<Handover>& handovers) {
  const Outcome written = handovers.empty() ? Outcome(Done{}) : store_->write(handovers);
  const std::scoped_lock lock(mutex_);
  if (written) {
    trouble_.clear();
    return true;
  }
  if (trouble_ != written.error().what)
    log::error("the history cannot be written, and is tried again: " + written.error().what);
  trouble_ = written.error().what;
  return false;
}

// What is stored need not be in memory.
void History::forget(const Handed& handed) {
  if (handed.settled) {
    kept_ = std::max(kept_.load(), handed.settled->value);
    return;
  }
  rows_waiting_ -= handed.rows;
  TagMemory& memory = *tags_.find(handed.tag);
  const std::scoped_lock lock(memory.mutex);
  const auto count = static_cast<std::ptrdiff_t>(handed.lists.size());
  memory.handed.erase(memory.handed.begin(), memory.handed.begin() + count);
}

}  // namespace millwright::keep
