#include "keep/history/segment_store.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/log.hpp"

namespace millwright::keep {
Result<std::unique_ptr<SegmentStore>> SegmentStore::open(const std::filesystem::path& folder,
                                                         const Settings& settings,
                                                         std::unique_ptr<Files> files) {
  if (files->make_folder(folder.string()) != 0)
    return file_trouble("make the folder", folder.string());
  std::error_code ignored;  // opening the catalogue says what is wrong
  std::filesystem::create_directories(folder, ignored);
  Catalogue catalogue =
      TRY(Catalogue::open((folder / catalogue_file).string(), Database::Access::write));
  std::unique_ptr<SegmentStore> store(
      new SegmentStore(folder.string(), settings, std::move(files), std::move(catalogue)));
  TRY(store->open_segments());
  return store;
}

Outcome SegmentStore::open_segments() {
  std::set<std::string> known;
  for (const Catalogue::Listed& listed : TRY(catalogue_.segments())) {
    known.insert(Segment::name_of(listed.identity));
    next_number_ = std::max(next_number_, listed.identity.number + 1);
    const auto segment =
        listed.is_sealed
            ? TRY(Segment::open_sealed(*files_, folder_, listed.identity, listed.bytes))
            : TRY(Segment::open(*files_, folder_, listed.identity, listed.bytes,
                                Segment::Access::write));
    if (!listed.is_sealed) growing_.push_back({segment, ++touches_});
    all_.push_back(segment);
  }
  std::vector<std::string> names;
  if (files_->list(folder_, names) != 0) return file_trouble("list", folder_);
  for (const std::string& name : names) {
    const bool is_ours = Segment::number_in(name) || name.ends_with(unfinished_suffix);
    if (is_ours && !known.contains(name)) files_->unlink(folder_ + "/" + name);
  }
  return Done{};
}

// The segment of a day that grows; a new one is listed when its first batch is committed.
Result<Segment*> SegmentStore::growing(std::int64_t day) {
  for (Growing& one : growing_) {
    if (one.segment->identity().day != day) continue;
    one.touched = ++touches_;
    return one.segment.get();
  }
  auto made = TRY(Segment::create(*files_, folder_, {next_number_, day}));
  ++next_number_;
  growing_.push_back({made, ++touches_});
  fresh_.push_back(made);
  return growing_.back().segment.get();
}

// The first chunks of all tags that lie in one day go into one frame, then the second ones: tags
// that were heard together are cut alike, and so share their times.
Outcome SegmentStore::add_frames(const GroupHandover& group) {
  std::map<std::int64_t, std::vector<std::vector<Chunk>>> frames;
  for (const Handover& handover : group) {
    std::map<std::int64_t, std::size_t> seen;
    for (const Chunk& chunk : handover.chunks) {
      const std::int64_t day = day_of(chunk.from());
      auto& of_day = frames[day];
      const std::size_t place = seen[day]++;
      if (of_day.size() <= place) of_day.resize(place + 1);
      of_day[place].push_back(chunk);
    }
  }
  for (const auto& [day, of_day] : frames) {
    Segment* const segment = TRY(growing(day));
    for (const auto& chunks : of_day) {
      for (std::size_t at = 0; at < chunks.size(); at += frame_tags_max)
        TRY(segment->add(
            std::span(chunks).subspan(at, std::min(frame_tags_max, chunks.size() - at))));
    }
  }
  for (const Handover& handover : group)
    batch_tags_.push_back({handover.tag, handover.last, handover.newest});
  return Done{};
}

Outcome SegmentStore::add(const GroupHandover& group) {
  TRY(settle());
  if (is_settled(group)) return Done{};
  Outcome added = add_frames(group);
  if (!added) forget_batch();
  return added;
}

Outcome SegmentStore::commit() {
  TRY(settle());
  Outcome written = write_batch();
  if (!written) {
    if (!unsure_) forget_batch();
    return written;
  }
  settled_.clear();
  const Outcome sealed = seal_some();
  if (!sealed) log::warning("a segment could not get its index yet: " + sealed.error().what);
  return written;
}

Outcome SegmentStore::write_batch() {
  if (batch_tags_.empty()) return Done{};
  Catalogue::Change change;
  for (const Growing& one : growing_) {
    if (!one.segment->has_batch()) continue;
    TRY(one.segment->write());
    change.segments.push_back({one.segment->identity(), one.segment->bytes_written(), false});
  }
  change.tags = std::move(batch_tags_);
  batch_tags_.clear();
  unsure_ = std::move(change);
  return finish_batch();
}

Outcome SegmentStore::finish_batch() {
  TRY(catalogue_.write(*unsure_));
  unsure_.reset();
  const std::unique_lock lock(mutex_);
  for (const Growing& one : growing_) {
    bytes_written_ += one.segment->bytes_written() - one.segment->bytes();
    one.segment->commit();
  }
  all_.insert(all_.end(), fresh_.begin(), fresh_.end());
  fresh_.clear();
  return Done{};
}

// A transaction that failed may have happened, or may happen when the power ends. Written again it
// surely has.
Outcome SegmentStore::settle() {
  if (!unsure_) return Done{};
  if (!unsure_->removed.empty()) return finish_exchange();
  if (unsure_->tags.empty()) return finish_seal();
  auto tags = unsure_->tags;
  TRY(finish_batch());
  settled_ = std::move(tags);
  return Done{};
}

bool SegmentStore::is_settled(const GroupHandover& group) const {
  return std::all_of(group.begin(), group.end(), [&](const Handover& handover) {
    return std::any_of(settled_.begin(), settled_.end(), [&](const Catalogue::TagState& state) {
      return state.tag == handover.tag && state.stored == handover.last;
    });
  });
}

// What was made for the batch is not listed: its file goes at the next start.
void SegmentStore::forget_batch() {
  for (const Growing& one : growing_)
    one.segment->discard();
  std::erase_if(growing_, [&](const Growing& one) {
    return std::find(fresh_.begin(), fresh_.end(), one.segment) != fresh_.end();
  });
  fresh_.clear();
  batch_tags_.clear();
}

Outcome SegmentStore::seal_some() {
  for (std::size_t at = 0; at < growing_.size();) {
    if (growing_[at].segment->bytes() < settings_.segment_bytes) {
      ++at;
      continue;
    }
    TRY(seal(at));
  }
  while (growing_.size() > settings_.growing_max) {
    const auto oldest =
        std::min_element(growing_.begin(), growing_.end(),
                         [](const Growing& a, const Growing& b) { return a.touched < b.touched; });
    TRY(seal(static_cast<std::size_t>(oldest - growing_.begin())));
  }
  return Done{};
}

Outcome SegmentStore::seal(std::size_t at) {
  Segment& growing = *growing_[at].segment;
  const std::uint64_t bytes = TRY(growing.seal());
  bytes_written_ += bytes - growing.bytes();
  unsure_ = Catalogue::Change{{{growing.identity(), bytes, true}}, {}, {}};
  return finish_seal();
}

// Readers that hold the growing one go on with it; the next ones get the mapped file.
Outcome SegmentStore::finish_seal() {
  TRY(catalogue_.write(*unsure_));
  const Catalogue::Listed listed = unsure_->segments.front();
  unsure_.reset();
  const auto at = std::find_if(growing_.begin(), growing_.end(), [&](const Growing& one) {
    return one.segment->identity().number == listed.identity.number;
  });
  const std::shared_ptr<Segment> growing = at->segment;
  growing_.erase(at);
  auto sealed = TRY(Segment::open_sealed(*files_, folder_, listed.identity, listed.bytes));
  const std::unique_lock lock(mutex_);
  std::replace(all_.begin(), all_.end(), std::shared_ptr<const Segment>(growing),
               std::shared_ptr<const Segment>(std::move(sealed)));
  return Done{};
}

std::vector<SegmentStore::Found> SegmentStore::find(TagId tag, Instant from, Instant to,
                                                    Segment::Rows which) const {
  std::vector<Found> found;
  std::vector<Entry> entries;
  const std::shared_lock lock(mutex_);
  for (const auto& segment : all_) {
    // A column lies within its day.
    const std::int64_t day = segment->identity().day;
    if (day > day_of(to) || day < day_of(from)) continue;
    entries.clear();
    segment->find(tag, from, to, which, entries);
    for (const Entry& entry : entries)
      found.push_back({segment, entry});
  }
  return found;
}

SegmentStore::Figures SegmentStore::figures() const {
  const std::shared_lock lock(mutex_);
  Figures out{all_.size(), 0, bytes_written_};
  for (const auto& segment : all_) {
    out.bytes += segment->bytes();
    out.rows += segment->rows();
    const std::int64_t day = segment->identity().day;
    out.oldest_day = std::min(out.oldest_day.value_or(day), day);
  }
  return out;
}

}  // namespace millwright::keep
