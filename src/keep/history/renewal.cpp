#include "keep/history/renewal.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "keep/history/merge.hpp"

namespace millwright::keep {
namespace {

// Tags that stand in one frame belong together, directly or through others.
class Sets {
 public:
  void add(std::uint32_t tag, std::uint64_t rows) {
    const auto [at, is_new] = places_.emplace(tag, parents_.size());
    if (is_new) {
      parents_.push_back(parents_.size());
      rows_.push_back(0);
    }
    rows_[at->second] += rows;
  }
  void join(std::uint32_t a, std::uint32_t b) { parents_[root_of(a)] = root_of(b); }
  std::uint64_t rows(std::uint32_t tag) const { return rows_[places_.at(tag)]; }
  std::map<std::size_t, std::vector<TagId>> all() {
    std::map<std::size_t, std::vector<TagId>> sets;
    for (const auto& [tag, place] : places_)
      sets[root_of(tag)].push_back({tag});
    return sets;
  }

 private:
  std::size_t root_of(std::uint32_t tag) {
    std::size_t at = places_.at(tag);
    while (parents_[at] != at)
      at = parents_[at] = parents_[parents_[at]];
    return at;
  }
  std::map<std::uint32_t, std::size_t> places_;
  std::vector<std::size_t> parents_;
  std::vector<std::uint64_t> rows_;  // of each tag alone
};

struct Stored {
  const Segment* segment;
  Entry entry;

  Rank learned() const { return {{entry.first}, entry.order}; }
};

// The columns of a tag by the order of learning; of one list what was replaced comes first.
std::vector<Stored> columns_of(Segments segments, TagId tag) {
  std::vector<Stored> out;
  std::vector<Entry> entries;
  for (const auto& segment : segments) {
    entries.clear();
    for (const auto which : {Segment::Rows::modified, Segment::Rows::standing})
      segment->find(tag, Instant::min(), Instant::max(), which, entries);
    for (const Entry& entry : entries)
      out.push_back({segment.get(), entry});
  }
  std::stable_sort(out.begin(), out.end(), [](const Stored& a, const Stored& b) {
    if (a.learned() != b.learned()) return a.learned() < b.learned();
    return a.entry.is_modified > b.entry.is_modified;
  });
  return out;
}

Result<Learned> list_of(const Stored& stored) {
  const FrameColumn column = TRY(stored.segment->column(stored.entry));
  auto rows = column.all();
  if (!rows) return stored.segment->damage(stored.entry, rows.error());
  Learned list{
      {stored.entry.first}, {stored.entry.first}, stored.entry.order, std::move(*rows), true};
  if (stored.entry.is_modified != 0) list.rows.replaced.assign(list.rows.size(), 1);
  return list;
}

void append(Rows& to, const Rows& from) {
  const std::size_t before = to.size();
  for (std::size_t row = 0; row < from.size(); ++row)
    to.add(from, row);
  if (from.replaced.empty() && to.replaced.empty()) return;
  to.replaced.resize(before, 0);
  to.replaced.insert(to.replaced.end(), from.replaced.begin(), from.replaced.end());
  to.replaced.resize(to.size(), 0);
}

// One list of all, when they are of one kind; else as they are, for their values are to stay.
Result<std::vector<Learned>> lists_of(Segments segments, TagId tag) {
  const std::vector<Stored> columns = columns_of(segments, tag);
  const bool is_one_kind = std::all_of(columns.begin(), columns.end(), [&](const Stored& one) {
    return one.entry.kind == columns.front().entry.kind;
  });
  std::vector<Learned> lists;
  for (const Stored& column : columns) {
    Learned list = TRY(list_of(column));
    if (lists.empty() || !is_one_kind) {
      lists.push_back(std::move(list));
      continue;
    }
    append(lists.front().rows, list.rows);
    lists.front().first = list.first;
    lists.front().last = list.last;
    lists.front().order = list.order;
  }
  if (is_one_kind && !lists.empty()) put_in_order(lists.front().rows);
  return lists;
}

// Frames end at the same times for all tags, so that these share them: where the longest list has
// its share of rows.
std::vector<Instant> cuts_of(std::span<const std::shared_ptr<const Learned>> lists) {
  const auto longest = std::max_element(
      lists.begin(), lists.end(),
      [](const auto& a, const auto& b) { return a->rows.size() < b->rows.size(); });
  const std::vector<Instant>& times = (*longest)->rows.times;
  const std::size_t count = (times.size() + Chunk::rows_max - 1) / Chunk::rows_max;
  std::vector<Instant> cuts;
  for (std::size_t i = 1; i < count; ++i)
    cuts.push_back(times[times.size() * i / count]);
  cuts.push_back(Instant::max());
  return cuts;
}

using Frames = std::map<std::pair<std::size_t, std::size_t>, std::vector<Chunk>>;

// By span of time, and then by how many chunks of the tag this span has already.
void cut(TagId tag, std::span<const std::shared_ptr<const Learned>> lists,
         const std::vector<Instant>& cuts, Frames& frames) {
  std::vector<std::size_t> seen(cuts.size(), 0);
  for (const auto& list : lists) {
    const std::vector<Instant>& times = list->rows.times;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      const auto until = std::lower_bound(times.begin(), times.end(), cuts[i]);
      const auto end =
          i + 1 == cuts.size() ? times.size() : static_cast<std::size_t>(until - times.begin());
      while (begin < end) {
        const std::size_t next = std::min(end, begin + Chunk::rows_max);
        frames[{i, seen[i]++}].push_back({tag, list, begin, next});
        begin = next;
      }
    }
  }
}

}  // namespace

std::vector<std::vector<TagId>> tags_together(Segments segments, std::size_t rows_max) {
  Sets sets;
  for (const auto& segment : segments) {
    std::map<std::uint64_t, std::uint32_t> first_of;  // by place of the frame
    segment->each_entry([&](const Entry& entry) {
      sets.add(entry.tag, entry.good + entry.other);
      const auto [at, is_new] = first_of.emplace(entry.at, entry.tag);
      if (!is_new) sets.join(at->second, entry.tag);
    });
  }
  std::vector<std::vector<TagId>> out;
  for (const auto& [root, tags] : sets.all()) {
    std::uint64_t rows = 0;
    out.emplace_back();
    for (const TagId tag : tags) {
      const bool is_full =
          rows + sets.rows(tag.value) > rows_max || out.back().size() == frame_tags_max;
      if (is_full && !out.back().empty()) {
        out.emplace_back();
        rows = 0;
      }
      out.back().push_back(tag);
      rows += sets.rows(tag.value);
    }
  }
  return out;
}

Result<std::vector<std::vector<Chunk>>> frames_in_order(Segments segments,
                                                        std::span<const TagId> tags) {
  std::vector<std::shared_ptr<const Learned>> lists;
  std::vector<std::size_t> ends;  // of each tag's lists
  for (const TagId tag : tags) {
    for (Learned& list : TRY(lists_of(segments, tag)))
      lists.push_back(std::make_shared<const Learned>(std::move(list)));
    ends.push_back(lists.size());
  }
  if (lists.empty()) return std::vector<std::vector<Chunk>>{};
  const std::vector<Instant> cuts = cuts_of(lists);
  Frames frames;
  for (std::size_t i = 0, begin = 0; i < tags.size(); begin = ends[i++])
    cut(tags[i], std::span(lists).subspan(begin, ends[i] - begin), cuts, frames);
  std::vector<std::vector<Chunk>> out;
  out.reserve(frames.size());
  for (auto& [place, chunks] : frames)
    out.push_back(std::move(chunks));
  return out;
}

}  // namespace millwright::keep
