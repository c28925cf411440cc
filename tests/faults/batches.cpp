#include "batches.hpp"

#include <map>
#include <random>

namespace millwright::faults {
namespace {

constexpr std::uint32_t tags = 5, tags_of_first_group = 3;
const Instant start = instant(1'763'769'600'000'000'000);

bool has(std::uint64_t number, std::uint32_t tag) {
  return (number * 31 + tag * 17) % 7 < 4;
}
std::uint64_t rows_in(std::uint64_t number, std::uint32_t tag) {
  return has(number, tag) ? 1 + (number * 13 + tag * 5) % (number % 20 == 0 ? 300 : 12) : 0;
}
Instant first_time(std::uint64_t number) {
  const auto day = static_cast<std::int64_t>(number * 7 % 10 < 7 ? number / 20 : number % 4);
  return start + day * 24h + static_cast<std::int64_t>(number) * 60s;
}

keep::Handover handover(std::uint64_t number, std::uint32_t tag) {
  auto list = std::make_shared<keep::Learned>();
  list->first = list->last = {number};
  list->rows.kind = tag == 2 ? Kind::text : Kind::integer;
  for (std::uint64_t row = 0; row < rows_in(number, tag); ++row)
    list->rows.add(first_time(number) + static_cast<std::int64_t>(row) * 1ms,
                   Scalar::of(static_cast<std::int64_t>(number)),
                   row % 5 == 4 ? quality::bad : quality::good, std::to_string(number));
  const Instant newest = list->rows.times.back();
  return {{tag}, {number}, newest, keep::make_chunks({tag}, list, Instant::min())};
}

}  // namespace

Outcome write_batch(keep::SegmentStore& store, std::uint64_t number) {
  std::vector<keep::GroupHandover> groups(2);
  for (std::uint32_t tag = 0; tag < tags; ++tag) {
    if (has(number, tag))
      groups[tag < tags_of_first_group ? 0 : 1].push_back(handover(number, tag));
  }
  for (const keep::GroupHandover& group : groups)
    TRY(store.add(group));
  return store.commit();
}

SimulatedStore::SimulatedStore(MemoryDisk& disk, const MemoryFiles::Fault& fault,
                               const MemoryFiles::Fault& reading)
    : files_(disk, fault, reading), sqlite_(files_) {
  const keep::SegmentStore::Settings small{3000, 2};
  auto opened =
      keep::SegmentStore::open(folder, small, std::make_unique<MemoryFiles>(disk, fault, reading));
  if (opened) {
    store_ = std::move(opened).value();
  } else {
    trouble_ = opened.error().what;
  }
}

namespace {

using Found = std::map<std::uint64_t, std::uint64_t>;  // rows, by batch

std::string read_tag(const keep::SegmentStore& store, TagId tag, Found& found) {
  std::map<Instant, int> times;
  for (const auto& one : store.find(tag, Instant::min(), Instant::max())) {
    const auto column = one.segment->column(one.entry);
    if (!column) return column.error().what;
    const auto rows = column->all();
    if (!rows) return one.segment->damage(one.entry, rows.error()).what;
    for (std::size_t row = 0; row < rows->size(); ++row) {
      const bool is_text = rows->kind == Kind::text;
      const std::uint64_t number =
          is_text ? std::stoull(rows->texts[row]) : rows->values[row].natural();
      if (++times[rows->times[row]] > 1) return "a row is there twice";
      ++found[number];
      const auto place = static_cast<std::size_t>((rows->times[row] - first_time(number)) / 1ms);
      const Quality expected = place % 5 == 4 ? quality::bad : quality::good;
      if (place >= rows_in(number, tag.value) || rows->quality(row) != expected)
        return "a row of batch " + std::to_string(number) + " is not as it was";
    }
  }
  return {};
}

bool is_whole(std::uint64_t number, const std::vector<Found>& found) {
  for (std::uint32_t tag = 0; tag < tags; ++tag) {
    const auto rows = found[tag].find(number);
    if ((rows == found[tag].end() ? 0 : rows->second) != rows_in(number, tag)) return false;
  }
  return true;
}
bool is_absent(std::uint64_t number, const std::vector<Found>& found) {
  for (const Found& of_tag : found)
    if (of_tag.count(number) > 0) return false;
  return true;
}

}  // namespace

std::string wrong_with(keep::SegmentStore& store, const Written& written) {
  std::vector<Found> found(tags);
  for (std::uint32_t tag = 0; tag < tags; ++tag) {
    if (std::string wrong = read_tag(store, {tag}, found[tag]); !wrong.empty())
      return "tag " + std::to_string(tag) + ": " + wrong;
  }
  std::map<std::uint32_t, std::uint64_t> stored;
  for (std::uint64_t number = 1; number <= written.offered; ++number) {
    const bool is_there = is_whole(number, found);
    if (number <= written.acknowledged && !is_there)
      return "batch " + std::to_string(number) + " was acknowledged and is not there";
    if (!is_there && !is_absent(number, found))
      return "half of batch " + std::to_string(number) + " is there";
    for (std::uint32_t tag = 0; tag < tags && is_there; ++tag)
      if (has(number, tag)) stored[tag] = number;
  }
  if (!is_absent(written.offered + 1, found)) return "a batch is there that never was";
  const auto states = store.tag_states();
  if (!states) return states.error().what;
  for (const auto& state : *states) {
    if (state.stored.value != stored[state.tag.value])
      return "tag " + std::to_string(state.tag.value) + " says that it is stored up to " +
             std::to_string(state.stored.value) + ", and it is up to " +
             std::to_string(stored[state.tag.value]);
    stored.erase(state.tag.value);
  }
  return stored.empty() ? "" : "the catalogue lacks a tag";
}

}  // namespace millwright::faults
