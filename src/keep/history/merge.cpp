#include "keep/history/merge.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace millwright::keep {
namespace {

// Takes rows, one more than the limit.
class Collector final : public Listener {
 public:
  explicit Collector(std::size_t limit) : limit_(limit) {}
  Result<bool> take(const Rows& rows) override {
    pieces.push_back(rows);
    count += rows.size();
    return count <= limit_;
  }
  std::vector<Rows> pieces;
  std::size_t count = 0;

 private:
  std::size_t limit_;
};

std::size_t bucket_of(Instant at, Span span, std::size_t count) {
  __extension__ using Wide = unsigned __int128;
  const auto into = static_cast<std::uint64_t>(nanoseconds(at)) -
                    static_cast<std::uint64_t>(nanoseconds(span.from));
  const auto whole = static_cast<std::uint64_t>(nanoseconds(span.to)) -
                     static_cast<std::uint64_t>(nanoseconds(span.from));
  return static_cast<std::size_t>(static_cast<Wide>(into) * count / whole);
}

// The first time that lies in a later bucket.
Instant end_of_bucket(std::size_t bucket, Span span, std::size_t count) {
  __extension__ using Wide = unsigned __int128;
  const auto whole = static_cast<std::uint64_t>(nanoseconds(span.to)) -
                     static_cast<std::uint64_t>(nanoseconds(span.from));
  const auto into =
      static_cast<std::uint64_t>((static_cast<Wide>(whole) * (bucket + 1) + count - 1) / count);
  return instant(
      static_cast<std::int64_t>(static_cast<std::uint64_t>(nanoseconds(span.from)) + into));
}

// Good finite numbers, which rows mostly are, by columns. False: they are not that.
bool add_numbers(const Rows& rows, std::size_t begin, std::size_t end, Statistics& to) {
  const bool is_number = rows.kind == Kind::number || rows.kind == Kind::single;
  if (!is_number || !rows.qualities.empty() || begin == end) return false;
  double sum = 0, odd = 0;
  double min = rows.values[begin].number(), max = min;
  for (std::size_t row = begin; row < end; ++row) {
    const double value = rows.values[row].number();
    sum += value;
    odd += value - value;  // not nought when one is not finite
    min = value < min ? value : min;
    max = value > max ? value : max;
  }
  if (odd != 0) return false;
  to.add({end - begin, 0, end - begin, min, max, sum});
  return true;
}

// Counts rows into equal spans of time; what lies in one of them by its statistics.
class BucketFiller final : public Listener {
 public:
  BucketFiller(Span span, std::vector<Statistics>& buckets) : span_(span), buckets_(buckets) {}

  bool take_chunk(const Entry& chunk) override {
    return take(instant(chunk.from), instant(chunk.to), chunk.statistics());
  }
  bool take_vector(const math::Statistics& of, Kind kind) override {
    // Good rows of no finite number are counted by who sees the rows.
    if (kind != Kind::text && of.numbers != of.good) return false;
    Statistics some;
    some.numbers = of.numbers;
    some.count = of.good;
    some.bad = of.uncertain + of.bad;
    some.sum = of.sum;
    if (of.numbers > 0) {
      some.min = of.min;
      some.max = of.max;
    }
    return take(instant(of.from), instant(of.until), some);
  }
  Result<bool> take(const Rows& rows) override {
    std::size_t row = 0;
    while (row < rows.size()) {
      const std::size_t bucket = bucket_of(rows.times[row], span_, buckets_.size());
      const Instant end = std::min(span_.to, end_of_bucket(bucket, span_, buckets_.size()));
      const auto first = rows.times.begin() + static_cast<std::ptrdiff_t>(row);
      const std::size_t until = static_cast<std::size_t>(
          std::lower_bound(first, rows.times.end(), end) - rows.times.begin());
      if (!add_numbers(rows, row, until, buckets_[bucket]))
        for (std::size_t i = row; i < until; ++i)
          buckets_[bucket].add(rows, i);
      row = until;
    }
    return true;
  }

 private:
  bool take(Instant from, Instant to, const Statistics& some) {
    const std::size_t bucket = bucket_of(from, span_, buckets_.size());
    if (to >= end_of_bucket(bucket, span_, buckets_.size())) return false;
    buckets_[bucket].add(some);
    return true;
  }
  Span span_;
  std::vector<Statistics>& buckets_;
};

}  // namespace

Result<flow::Samples> read_raw(Cursor cursor, std::size_t limit) {
  Collector collector(limit);
  TRY(cursor.tell_all(collector));
  Rows all = joined(collector.pieces, limit);
  flow::Samples samples;
  samples.kind = all.kind;
  samples.has_more = collector.count > limit;
  samples.times = std::move(all.times);
  samples.values = std::move(all.values);
  samples.qualities = std::move(all.qualities);
  samples.qualities.resize(samples.times.size(), quality::good);
  samples.texts = std::move(all.texts);
  return samples;
}

Result<flow::Buckets> read_buckets(Cursor cursor, Span span, std::size_t count) {
  std::vector<Statistics> buckets(count);
  BucketFiller filler(span, buckets);
  TRY(cursor.tell_all(filler));
  flow::Buckets out;
  for (const Statistics& bucket : buckets) {
    out.min.push_back(bucket.min);
    out.max.push_back(bucket.max);
    out.mean.push_back(bucket.numbers > 0 ? bucket.sum / static_cast<double>(bucket.numbers)
                                          : std::numeric_limits<double>::quiet_NaN());
    out.count.push_back(bucket.count);
    out.bad.push_back(bucket.bad);
  }
  return out;
}

}  // namespace millwright::keep
