#include "keep/history/history.hpp"

#include <algorithm>

#include "keep/history/first_form.hpp"
#include "math/codec/block.hpp"

namespace millwright::keep {
namespace {

constexpr Duration late_by = 1h;  // behind the newest row of its tag

void remove_segments(const std::filesystem::path& folder) {
  std::error_code ignored;  // what stays is removed by the store, which does not know it
  for (const char* end : {"-journal", "-wal", "-shm", ""})  // what is left must not come back
    std::filesystem::remove(folder / (std::string(catalogue_file) + end), ignored);
}

// A row of any other time would stop the store for good: a block cannot have it.
bool can_be_kept(Instant at) {
  return nanoseconds(at) > -math::block_time_max && nanoseconds(at) < math::block_time_max;
}

}  // namespace

Result<std::unique_ptr<History>> History::open(const std::filesystem::path& folder,
                                               const HistorySettings& settings,
                                               std::unique_ptr<Files> files) {
  const std::filesystem::path first_form = folder / first_form_file;
  const bool has_first_form = std::filesystem::exists(first_form);
  if (has_first_form) remove_segments(folder);  // of an attempt that was cut off
  auto store = TRY(SegmentStore::open(folder, settings.store, std::move(files)));
  if (has_first_form) TRY(take_over_first_form(first_form, *store));
  std::unique_ptr<History> history(new History(settings, std::move(store)));
  TRY(history->start());
  return history;
}

Outcome History::start() {
  for (const Catalogue::TagState& state : TRY(store_->tag_states())) {
    TagMemory* const memory = tags_.make(state.tag);
    if (memory == nullptr) return fail(Code::corrupt, "the history holds more tags than it can");
    memory->stored = state.stored;
    memory->newest = state.newest;
    memory->newest_taken = state.newest;
    newest_stored_ = std::max(newest_stored_, state.stored);
  }
  writer_ = std::thread([this]() noexcept { write_loop(); });
  return Done{};
}

History::~History() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  has_work_.notify_all();
  if (writer_.joinable()) writer_.join();
}

void History::hear(Sequence input, Instant learned, const Readings& readings) {
  newest_learned_ = std::max(newest_learned_.load(), learned);
  for (const Run& run : readings.runs()) {
    TagMemory* const memory = tags_.make(run.tag);
    if (memory != nullptr) take_run(*memory, input, learned, readings, run);
  }
  // Only now: what is handed over ends with a whole input, so that a replay knows what to skip.
  for (Group* const group : full_)
    hand_over(*group);
  full_.clear();
  if (rows_open_ > settings_.rows_open_max) hand_over_longest();
}

void History::take_run(TagMemory& memory, Sequence input, Instant learned, const Readings& readings,
                       const Run& run) {
  const std::scoped_lock lock(memory.mutex);
  if (input > memory.stored && !is_behind_) {
    Group& group = group_of(run.tag);
    if (!group.opened) {
      group.opened = learned;
      group.rows_before = rows_;
    }
    take_rows(memory, input, readings, run);
  }
  take_last(memory, learned, readings, run);
}

void History::set_group(TagId tag, std::string_view name) {
  if (tag.index() >= TagMemories::tags_max) return;
  if (group_of_tag_.size() <= tag.index()) group_of_tag_.resize(tag.index() + 1);
  if (group_of_tag_[tag.index()] != 0) return;
  auto named = group_named_.find(name);
  if (named == group_named_.end()) {
    groups_.emplace_back();
    named = group_named_.emplace(std::string(name), groups_.size()).first;
  }
  group_of_tag_[tag.index()] = named->second;
  groups_[named->second - 1].tags.push_back(tag);
}

History::Group& History::group_of(TagId tag) {
  if (group_of_tag_.size() <= tag.index()) group_of_tag_.resize(tag.index() + 1);
  std::uint32_t& place = group_of_tag_[tag.index()];
  if (place == 0) {
    groups_.emplace_back().tags.push_back(tag);
    place = static_cast<std::uint32_t>(groups_.size());
  }
  return groups_[place - 1];
}

// In pieces that are late or not, each of them whole.
void History::take_rows(TagMemory& memory, Sequence input, const Readings& readings,
                        const Run& run) {
  const std::span<const Instant> times = readings.times(run);
  const Instant late_until = memory.newest_taken ? *memory.newest_taken - late_by : Instant::min();
  const auto is_late = [&](Instant at) { return memory.newest_taken && at < late_until; };
  std::optional<Instant> newest = memory.newest_taken;
  for (std::size_t begin = 0; begin < times.size();) {
    if (!can_be_kept(times[begin])) {
      ++begin;
      continue;
    }
    const bool is_late_piece = is_late(times[begin]);
    std::size_t end = begin;
    for (; end < times.size() && can_be_kept(times[end]) && is_late(times[end]) == is_late_piece;
         ++end)
      newest = std::max(newest.value_or(times[end]), times[end]);
    std::vector<Learned>& lists = is_late_piece ? memory.late : memory.open;
    if (lists.empty() || lists.back().rows.kind != run.kind) {
      lists.push_back({input, input, 0, {}});
      lists.back().rows.kind = run.kind;
    }
    Learned& list = lists.back();
    list.rows.add(readings, {run.tag, run.first + static_cast<std::uint32_t>(begin),
                             static_cast<std::uint32_t>(end - begin), run.kind,
                             run.times + static_cast<std::uint32_t>(begin)});
    list.last = input;
    rows_ += end - begin;
    rows_open_ += end - begin;
    begin = end;
  }
  memory.newest_taken = newest;
  const auto has = [](const std::vector<Learned>& lists, std::size_t rows) {
    return lists.size() > 1 || (lists.size() == 1 && lists.front().rows.size() >= rows);
  };
  const bool is_full =
      has(memory.open, settings_.handover_rows) || has(memory.late, settings_.handover_late_rows);
  Group& group = group_of(run.tag);
  if (!is_full || group.is_full) return;
  group.is_full = true;
  full_.push_back(&group);
}

void History::take_last(TagMemory& memory, Instant learned, const Readings& readings,
                        const Run& run) {
  std::size_t newest = run.first;
  for (std::size_t row = run.first; row < run.first + run.rows; ++row)
    if (readings.happened(run, row) >= readings.happened(run, newest)) newest = row;
  if (memory.last && memory.last->happened > readings.happened(run, newest)) return;
  memory.last = flow::LastValue{run.kind,
                                readings.happened(run, newest),
                                learned,
                                run.kind == Kind::text ? Scalar{} : readings.value(newest),
                                readings.quality(newest),
                                run.kind == Kind::text ? std::string(readings.text(newest)) : ""};
  if (is_changed_.size() <= run.tag.index()) is_changed_.resize(run.tag.index() + 1);
  if (!is_changed_[run.tag.index()]) changed_.push_back(run.tag);
  is_changed_[run.tag.index()] = true;
}

std::vector<TagId> History::take_changed() {
  for (const TagId tag : changed_)
    is_changed_[tag.index()] = false;
  return std::exchange(changed_, {});
}

void History::set_last(TagId tag, const flow::LastValue& last) {
  TagMemory* const memory = tags_.make(tag);
  if (memory == nullptr) return;
  const std::scoped_lock lock(memory->mutex);
  memory->last = last;
  if (is_changed_.size() <= tag.index()) is_changed_.resize(tag.index() + 1);
  if (!is_changed_[tag.index()]) changed_.push_back(tag);
  is_changed_[tag.index()] = true;
}

std::optional<flow::LastValue> History::last(TagId tag) const {
  const TagMemory* const memory = tags_.find(tag);
  if (memory == nullptr) return std::nullopt;
  const std::scoped_lock lock(memory->mutex);
  return memory->last;
}

// Memory first: what is stored meanwhile is then seen twice and taken once, never missed.
Result<std::vector<Part>> History::parts(TagId tag, Span span) const {
  if (is_behind_)
    return fail(Code::full,
                "the history could not be written and does not have the newest readings. Make room "
                "on its disk and start again: they are in the journal");
  std::vector<Part> parts;
  std::vector<Sequence> in_memory;
  for (Learned& list : not_stored(tag)) {
    in_memory.push_back(list.first);
    put_in_order(list.rows);
    const Instant first = list.rows.times.front(), last = list.rows.times.back();
    if (first < span.to && last >= span.from)
      parts.push_back({first,
                       last,
                       {list.first, list.order},
                       std::make_shared<Rows>(std::move(list.rows)),
                       {}});
  }
  for (SegmentStore::Found& found : store_->find(tag, span.from, span.to)) {
    const Entry& entry = found.entry;
    const bool is_seen =
        entry.is_merged == 0 &&
        std::find(in_memory.begin(), in_memory.end(), Sequence{entry.first}) != in_memory.end();
    if (is_seen) continue;
    const Rank learned{Sequence{entry.first}, entry.order};
    parts.push_back({instant(entry.from), instant(entry.to), learned, nullptr, std::move(found)});
  }
  return parts;
}

// Copies of what waits for the writer and of what is open; none is empty.
std::vector<Learned> History::not_stored(TagId tag) const {
  const TagMemory* const memory = tags_.find(tag);
  if (memory == nullptr) return {};
  std::vector<std::shared_ptr<const Learned>> handed;
  std::vector<Learned> open;
  {
    const std::scoped_lock lock(memory->mutex);
    handed.assign(memory->handed.begin(), memory->handed.end());
    open = memory->copy_open();
  }
  std::vector<Learned> lists;
  lists.reserve(handed.size() + open.size());
  for (const auto& list : handed)
    lists.push_back(*list);
  std::move(open.begin(), open.end(), std::back_inserter(lists));
  return lists;
}

Result<Cursor> History::read(TagId tag, Span span) const {
  Cursor cursor(TRY(parts(tag, span)), span);
  cursor.count_damage(bad_blocks_);
  return cursor;
}

Result<flow::Samples> History::raw(TagId tag, Instant from, Instant to, std::size_t limit) const {
  if (from > to) return fail(Code::invalid, "'from' lies after 'to'");
  if (limit == 0 || limit > settings_.samples_max)
    return fail(Code::invalid,
                "'limit' must be from 1 to " + std::to_string(settings_.samples_max));
  return read_raw(TRY(read(tag, {from, to})), limit);
}

Result<flow::Buckets> History::buckets(TagId tag, Instant from, Instant to,
                                       std::size_t count) const {
  if (from >= to) return fail(Code::invalid, "'from' must lie before 'to'");
  if (count == 0 || count > settings_.buckets_max)
    return fail(Code::invalid,
                "'count' must be from 1 to " + std::to_string(settings_.buckets_max));
  return read_buckets(TRY(read(tag, {from, to})), {from, to}, count);
}

History::Figures History::figures() const {
  const SegmentStore::Figures stored = store_->figures();
  const std::scoped_lock lock(mutex_);
  Figures out{rows_, replaced_, chunks_, bad_blocks_, rows_open_, rows_waiting_};
  out.segments = stored.segments;
  out.bytes = stored.bytes;
  out.bytes_written = stored.bytes_written;
  out.rows_stored = stored.rows;
  if (stored.oldest_day) out.oldest_day = instant(*stored.oldest_day * Duration(24h).count());
  out.bytes_per_day = store_->bytes_per_day(newest_learned_);
  out.trouble = trouble_;
  return out;
}

}  // namespace millwright::keep
