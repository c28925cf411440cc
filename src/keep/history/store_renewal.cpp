// Days that are over and days that are to go: the second half of segment_store.hpp.
#include <algorithm>
#include <map>

#include "keep/history/renewal.hpp"
#include "keep/history/segment_store.hpp"

namespace millwright::keep {
namespace {

constexpr std::size_t rows_at_once = 2'000'000;             // of the tags that are renewed together
constexpr std::size_t batch_bytes = std::size_t{4} << 20U;  // then it goes to the disk
constexpr std::uint64_t worth_share = 8;                    // of what is renewed already
constexpr std::size_t worth_segments = 8;
constexpr std::size_t growth_days = 7;

struct Day {
  std::uint64_t renewed_bytes = 0, fresh_bytes = 0;
  std::size_t fresh = 0;

  bool is_worth_it() const {
    return fresh > 0 && (fresh_bytes >= renewed_bytes / worth_share || fresh >= worth_segments);
  }
};

}  // namespace

std::optional<std::int64_t> SegmentStore::day_to_renew(Instant until) const {
  const std::int64_t today = day_of(until);
  std::map<std::int64_t, Day> days;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& segment : all_) {
      if (segment->identity().day >= today) continue;
      Day& day = days[segment->identity().day];
      (segment->is_renewed() ? day.renewed_bytes : day.fresh_bytes) += segment->bytes();
      day.fresh += segment->is_renewed() ? 0U : 1U;
    }
  }
  for (const auto& [number, day] : days)
    if (day.is_worth_it()) return number;
  return std::nullopt;
}

Outcome SegmentStore::renew(std::int64_t day, const std::function<bool()>& goes_on) {
  TRY(settle());
  for (std::size_t at = 0; at < growing_.size();) {
    if (growing_[at].segment->identity().day != day) {
      ++at;
      continue;
    }
    TRY(seal(at));
  }
  std::vector<std::shared_ptr<const Segment>> old;
  {
    const std::shared_lock lock(mutex_);
    std::copy_if(all_.begin(), all_.end(), std::back_inserter(old),
                 [&](const auto& segment) { return segment->identity().day == day; });
  }
  std::vector<std::shared_ptr<Segment>> made;
  const Result<bool> is_whole = write_renewed(old, made, goes_on);
  if (is_whole && *is_whole) return exchange(old, made);
  for (const auto& segment : made)
    files_->unlink(segment->path());
  return is_whole ? Outcome(Done{}) : Outcome(is_whole.error());
}

std::optional<double> SegmentStore::bytes_per_day(Instant now) const {
  std::map<std::int64_t, std::uint64_t> days;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& segment : all_)
      if (segment->identity().day < day_of(now)) days[segment->identity().day] += segment->bytes();
  }
  if (days.empty()) return std::nullopt;
  double bytes = 0;
  std::size_t count = 0;
  for (auto day = days.rbegin(); day != days.rend() && count < growth_days; ++day, ++count)
    bytes += static_cast<double>(day->second);
  return bytes / static_cast<double>(count);
}

Outcome SegmentStore::forget_before(std::int64_t day) {
  TRY(settle());
  Catalogue::Change change;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& segment : all_)
      if (segment->identity().day < day) change.removed.push_back(segment->identity().number);
  }
  if (change.removed.empty()) return Done{};
  unsure_ = std::move(change);
  return finish_exchange();
}

// False: stopped.
Result<bool> SegmentStore::write_renewed(std::span<const std::shared_ptr<const Segment>> old,
                                         std::vector<std::shared_ptr<Segment>>& made,
                                         const std::function<bool()>& goes_on) {
  for (const std::vector<TagId>& tags : tags_together(old, rows_at_once)) {
    if (!goes_on()) return false;
    for (const std::vector<Chunk>& frame : TRY(frames_in_order(old, tags))) {
      if (made.empty() || made.back()->bytes() >= settings_.segment_bytes) {
        const Segment::Identity identity{next_number_, old.front()->identity().day};
        made.push_back(TRY(Segment::create(*files_, folder_, identity)));
        ++next_number_;
      }
      for (std::size_t at = 0; at < frame.size(); at += frame_tags_max) {
        const auto chunks =
            std::span(frame).subspan(at, std::min(frame_tags_max, frame.size() - at));
        TRY(made.back()->add(chunks, math::Form::warm));
      }
      if (made.back()->bytes_written() - made.back()->bytes() < batch_bytes) continue;
      TRY(made.back()->write());
      made.back()->commit();
    }
  }
  for (const auto& segment : made) {
    if (!segment->has_batch()) continue;
    TRY(segment->write());
    segment->commit();
  }
  return true;
}

// From one moment to the next the new ones stand for the old ones.
Outcome SegmentStore::exchange(std::span<const std::shared_ptr<const Segment>> old,
                               std::span<const std::shared_ptr<Segment>> made) {
  Catalogue::Change change;
  renewed_.clear();
  for (const auto& segment : made) {
    const std::uint64_t bytes = TRY(segment->seal());
    change.segments.push_back({segment->identity(), bytes, true});
    renewed_.push_back(TRY(Segment::open_sealed(*files_, folder_, segment->identity(), bytes)));
  }
  for (const auto& segment : old)
    change.removed.push_back(segment->identity().number);
  unsure_ = std::move(change);
  return finish_exchange();
}

// Who reads an old one goes on: its file goes when the last reader has closed it.
Outcome SegmentStore::finish_exchange() {
  TRY(catalogue_.write(*unsure_));
  const std::vector<std::uint32_t> removed = std::move(unsure_->removed);
  unsure_.reset();
  const auto is_old = [&](const Segment& segment) {
    const std::uint32_t number = segment.identity().number;
    return std::find(removed.begin(), removed.end(), number) != removed.end();
  };
  std::erase_if(growing_, [&](const Growing& one) { return is_old(*one.segment); });
  const std::unique_lock lock(mutex_);
  std::erase_if(all_, [&](const auto& segment) {
    if (is_old(*segment)) files_->unlink(segment->path());
    return is_old(*segment);
  });
  for (auto& segment : renewed_) {
    bytes_written_ += segment->bytes();
    all_.push_back(std::move(segment));
  }
  renewed_.clear();
  return Done{};
}

}  // namespace millwright::keep
