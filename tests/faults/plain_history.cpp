#include "plain_history.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace millwright::faults {
namespace {

std::string text_of(const Row& row) {
  if (row.kind == Kind::text) return row.text;
  if (row.kind == Kind::integer) return std::to_string(row.value.integer());
  if (row.kind == Kind::natural) return std::to_string(row.value.natural());
  if (row.kind == Kind::boolean) return row.value.boolean() ? "true" : "false";
  std::array<char, 32> digits{};
  const double number = row.value.number();
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

void add(flow::Samples& samples, const Row& row) {
  samples.times.push_back(row.at);
  samples.qualities.push_back(row.quality);
  if (samples.kind == Kind::text) {
    samples.values.push_back({});
    samples.texts.push_back(text_of(row));
  } else if (samples.kind == row.kind) {
    samples.values.push_back(row.value);
  } else {
    samples.values.push_back(Scalar::of(as_number(row.kind, row.value)));
  }
}

void add(PlainHistory::Bucket& bucket, const Row& row) {
  const bool is_text = row.kind == Kind::text;
  const double number = is_text ? 0 : as_number(row.kind, row.value);
  if (!row.quality.is_good() || !std::isfinite(number)) {
    ++bucket.bad;
    return;
  }
  ++bucket.count;
  if (is_text) return;
  bucket.min = bucket.numbers == 0 ? number : std::min(bucket.min, number);
  bucket.max = bucket.numbers == 0 ? number : std::max(bucket.max, number);
  bucket.sum += static_cast<long double>(number);
  bucket.magnitude += std::abs(static_cast<long double>(number));
  ++bucket.numbers;
}

}  // namespace

void PlainHistory::hear(TagId tag, const Row& row) {
  rows_[tag][row.at] = row;
}

flow::Samples PlainHistory::raw(TagId tag, Instant from, Instant to, std::size_t limit) const {
  flow::Samples samples;
  const auto found = rows_.find(tag);
  if (found == rows_.end()) return samples;
  std::vector<const Row*> taken;
  for (auto at = found->second.lower_bound(from); at != found->second.lower_bound(to); ++at)
    taken.push_back(&at->second);
  samples.has_more = taken.size() > limit;
  taken.resize(std::min(taken.size(), limit));
  for (const Row* const row : taken) {
    const bool is_first = row == taken.front();
    if (is_first) samples.kind = row->kind;
    if (row->kind == samples.kind || samples.kind == Kind::text) continue;
    samples.kind = row->kind == Kind::text ? Kind::text : Kind::number;
  }
  for (const Row* const row : taken)
    add(samples, *row);
  return samples;
}

std::vector<PlainHistory::Bucket> PlainHistory::buckets(TagId tag, Instant from, Instant to,
                                                        std::size_t count) const {
  __extension__ using Wide = __int128;
  std::vector<Bucket> buckets(count);
  const auto found = rows_.find(tag);
  if (found == rows_.end()) return buckets;
  const Wide whole = Wide{nanoseconds(to)} - nanoseconds(from);
  for (auto at = found->second.lower_bound(from); at != found->second.lower_bound(to); ++at) {
    const Wide into = Wide{nanoseconds(at->first)} - nanoseconds(from);
    add(buckets[static_cast<std::size_t>(into * static_cast<Wide>(count) / whole)], at->second);
  }
  return buckets;
}

const Row* PlainHistory::last(TagId tag) const {
  const auto found = rows_.find(tag);
  return found == rows_.end() ? nullptr : &found->second.rbegin()->second;
}

}  // namespace millwright::faults
