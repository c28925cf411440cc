// Handing over to the writer's thread, and that thread: the second half of history.hpp.
#include <algorithm>
#include <limits>

#include "base/log.hpp"
#include "keep/history/history.hpp"

namespace millwright::keep {
namespace {

constexpr int idle_after_failure = 600;  // times that it is idle and nothing is tried

}  // namespace

std::vector<Learned> TagMemory::take_open() {
  std::vector<Learned> lists = std::exchange(open, {});
  std::move(late.begin(), late.end(), std::back_inserter(lists));
  late.clear();
  Sequence first{std::numeric_limits<std::uint64_t>::max()};
  for (const Learned& list : lists)
    first = std::min(first, list.first);
  for (std::size_t i = 0; i < lists.size(); ++i) {
    lists[i].first = first;
    lists[i].order = static_cast<std::uint16_t>(i);
  }
  return lists;
}

std::vector<Learned> TagMemory::copy_open() const {
  TagMemory copy;
  copy.open = open;
  copy.late = late;
  return copy.take_open();
}

// Only moves: the sorting and cutting is the writer's work.
HandedTag History::take_open(TagId tag, std::size_t& rows) {
  HandedTag handed{.tag = tag};
  TagMemory* const memory = tags_.find(tag);
  if (memory == nullptr) return handed;
  const std::scoped_lock lock(memory->mutex);
  for (Learned& list : memory->take_open()) {
    rows += list.rows.size();
    handed.lists.push_back(std::make_shared<const Learned>(std::move(list)));
  }
  memory->handed.insert(memory->handed.end(), handed.lists.begin(), handed.lists.end());
  return handed;
}

void History::hand_over(Group& group) {
  group.opened.reset();
  group.is_full = false;
  Handed handed;
  for (const TagId tag : group.tags) {
    HandedTag of_tag = take_open(tag, handed.rows);
    if (!of_tag.lists.empty()) handed.tags.push_back(std::move(of_tag));
  }
  if (handed.tags.empty()) return;
  rows_open_ -= std::min(handed.rows, rows_open_.load());
  rows_waiting_ += handed.rows;
  push(std::move(handed));
  if (rows_waiting_ > settings_.rows_waiting_max && !is_behind_.exchange(true))
    log::error(
        "the history cannot be written and takes no more: make room on its disk and start "
        "again. Readings are kept in the journal");
}

// A tenth of the groups, those that are open for longest.
void History::hand_over_longest() {
  std::vector<Group*> open;
  for (Group& group : groups_)
    if (group.opened) open.push_back(&group);
  const std::size_t count = std::min(open.size(), open.size() / 10 + 1);
  std::partial_sort(open.begin(), open.begin() + static_cast<std::ptrdiff_t>(count), open.end(),
                    [](const Group* a, const Group* b) { return a->rows_before < b->rows_before; });
  for (std::size_t i = 0; i < count; ++i)
    hand_over(*open[i]);
}

void History::settle(Sequence up_to) {
  if (is_behind_) return;
  for (Group& group : groups_) {
    if (!group.opened) continue;
    const bool is_old = newest_learned_.load() - *group.opened >= settings_.open_max ||
                        rows_ - group.rows_before >= settings_.rows_behind_max;
    if (is_old) hand_over(group);
  }
  if (!is_behind_) needs_ = std::min(up_to, first_not_stored());
}

void History::settle_all(Sequence up_to) {
  if (is_behind_) return;
  for (Group& group : groups_)
    if (group.opened) hand_over(group);
  settle(up_to);
}

void History::finish(Duration wait) {
  is_finishing_ = true;
  settle_all({std::numeric_limits<std::uint64_t>::max()});
  std::unique_lock lock(mutex_);
  has_written_.wait_for(lock, wait, [&] { return rows_waiting_ == 0; });
}

// The input before the first one of which rows are in memory alone.
Sequence History::first_not_stored() const {
  Sequence first{std::numeric_limits<std::uint64_t>::max()};
  const auto look = [&](const Learned& list) { first = std::min(first, list.first); };
  for (std::uint32_t i = 0; i < tags_.tags(); ++i) {
    const TagMemory* const memory = tags_.find({i});
    if (memory == nullptr) continue;
    const std::scoped_lock lock(memory->mutex);
    std::for_each(memory->open.begin(), memory->open.end(), look);
    std::for_each(memory->late.begin(), memory->late.end(), look);
    for (const auto& handed : memory->handed)
      look(*handed);
  }
  return {first.value - 1};
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
    while (!batch.empty() && !has_stored(store(batch))) {
      std::unique_lock lock(mutex_);
      has_work_.wait_for(lock, settings_.retry_every, [&] { return is_ending_; });
      if (is_ending_) return;  // the journal has what could not be written
    }
    if (batch.empty()) {
      use_idle_time();
      continue;
    }
    for (const Handed& handed : batch)
      forget(handed);
    batch.clear();
    { const std::scoped_lock lock(mutex_); }  // whoever looked before waits by now
    has_written_.notify_all();
  }
}

// By age, and by size: then the oldest day goes, never the present one.
Outcome History::keep_limits() {
  const Instant newest = newest_learned_;
  if (settings_.keep && newest > Instant::min() + *settings_.keep)
    TRY(store_->forget_before(day_of(newest - *settings_.keep)));
  for (;;) {
    const SegmentStore::Figures figures = store_->figures();
    if (!settings_.bytes_max || figures.bytes <= *settings_.bytes_max) return Done{};
    if (settings_.stops_when_full)
      return fail(Code::full,
                  "the history has reached the limit of the plant file (history: disk), "
                  "and nothing more is stored: raise it, or let the oldest day go "
                  "(when_full: forget_oldest)");
    if (!figures.oldest_day || *figures.oldest_day >= day_of(newest)) return Done{};
    TRY(store_->forget_before(*figures.oldest_day + 1));
    log::warning("the history has reached its limit: its oldest day is forgotten");
  }
}

// Gives way to rows that wait.
void History::use_idle_time() {
  if (idle_to_skip_ > 0) --idle_to_skip_;
  static_cast<void>(keep_limits());  // the next batch says what is wrong
  const Instant newest = newest_learned_;
  if (idle_to_skip_ > 0 || newest < Instant::min() + settings_.renew_after) return;
  const auto day = store_->day_to_renew(newest - settings_.renew_after);
  if (!day) return;
  const Outcome renewed = store_->renew(*day, [&] {
    const std::scoped_lock lock(mutex_);
    return !is_ending_ && !is_finishing_ && rows_waiting_ < settings_.background_rows_max;
  });
  if (renewed) return;
  idle_to_skip_ = idle_after_failure;
  log::error("a day of the history cannot be put in order, and stays as it is: " +
             renewed.error().what);
}

// Group by group, so that what is sorted and cut is there once.
Outcome History::store(std::vector<Handed>& batch) {
  TRY(keep_limits());
  for (Handed& handed : batch) {
    GroupHandover group;
    for (HandedTag& of_tag : handed.tags)
      group.push_back(cut(of_tag));
    TRY(store_->add(group));
  }
  return store_->commit();
}

Handover History::cut(HandedTag& handed) {
  TagMemory& memory = *tags_.find(handed.tag);
  if (!handed.late_until) handed.late_until = memory.newest.value_or(Instant::min());
  Instant newest = *handed.late_until;
  Handover handover;
  handover.tag = handed.tag;
  for (auto list : handed.lists) {
    if (!is_sorted(list->rows)) {
      Learned sorted = *list;
      replaced_ += put_in_order(sorted.rows);
      list = std::make_shared<const Learned>(std::move(sorted));
    }
    auto chunks = make_chunks(handed.tag, list, newest);
    newest = std::max(newest, list->rows.times.back());
    chunks_ += chunks.size();
    handover.last = std::max(handover.last, list->last);
    handover.chunks.insert(handover.chunks.end(), chunks.begin(), chunks.end());
  }
  memory.newest = newest;
  handover.newest = newest;
  return handover;
}

// False: the program ends and all is written. An empty batch: there is time for other work.
bool History::take_batch(std::vector<Handed>& batch) {
  std::unique_lock lock(mutex_);
  has_work_.wait_for(lock, settings_.idle_after, [&] { return is_ending_ || !queue_.empty(); });
  while (!queue_.empty() && batch.size() < settings_.handovers_batch_max) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return !batch.empty() || !is_ending_;
}

bool History::has_stored(const Outcome& written) {
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
  for (const HandedTag& of_tag : handed.tags) {
    TagMemory& memory = *tags_.find(of_tag.tag);
    const std::scoped_lock lock(memory.mutex);
    const auto count = static_cast<std::ptrdiff_t>(of_tag.lists.size());
    memory.handed.erase(memory.handed.begin(), memory.handed.begin() + count);
  }
  rows_waiting_ -= handed.rows;
}

}  // namespace millwright::keep
