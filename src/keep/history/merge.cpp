#include "keep/history/merge.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace millwright::keep {
namespace {

using Cluster = std::span<Part>;

// Calls `each` for groups of parts that overlap in time, in order, until it says false.
Outcome each_cluster(std::vector<Part>& parts, const std::function<Result<bool>(Cluster)>& each) {
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return a.from != b.from ? a.from < b.from : a.learned < b.learned;
  });
  for (std::size_t begin = 0; begin < parts.size();) {
    std::size_t end = begin + 1;
    Instant until = parts[begin].to;
    while (end < parts.size() && parts[end].from <= until)
      until = std::max(until, parts[end++].to);
    if (!TRY(each(Cluster(parts).subspan(begin, end - begin)))) return Done{};
    begin = end;
  }
  return Done{};
}

Result<std::vector<Rows>> rows_of(Cluster cluster) {
  std::sort(cluster.begin(), cluster.end(),
            [](const Part& a, const Part& b) { return a.learned < b.learned; });
  std::vector<const Rows*> lists;
  for (Part& part : cluster) {
    if (part.rows == nullptr) {
      const FrameColumn column = TRY(part.stored.segment->column(part.stored.entry));
      part.rows = std::make_shared<const Rows>(TRY(column.all()));
    }
    lists.push_back(part.rows.get());
  }
  std::vector<Rows> pieces = standing_rows(lists);
  for (Part& part : cluster)
    part.rows.reset();
  return pieces;
}

void add(flow::Samples& samples, Rows& rows, std::size_t row) {
  samples.times.push_back(rows.times[row]);
  samples.values.push_back(rows.values[row]);
  samples.qualities.push_back(rows.quality(row));
  if (rows.kind == Kind::text) samples.texts.push_back(std::move(rows.texts[row]));
}

Rows within(const Rows& rows, Span span) {
  Rows part;
  part.kind = rows.kind;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows.times[row] >= span.from && rows.times[row] < span.to) part.add(rows, row);
  }
  return part;
}

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

// Rows in order of time; bucket by bucket.
void add_rows(const Rows& rows, Span span, std::vector<Statistics>& buckets) {
  const auto first = std::lower_bound(rows.times.begin(), rows.times.end(), span.from);
  auto row = static_cast<std::size_t>(first - rows.times.begin());
  while (row < rows.size() && rows.times[row] < span.to) {
    const std::size_t bucket = bucket_of(rows.times[row], span, buckets.size());
    const Instant end = std::min(span.to, end_of_bucket(bucket, span, buckets.size()));
    for (; row < rows.size() && rows.times[row] < end; ++row)
      buckets[bucket].add(rows, row);
  }
}

// Vectors that lie in one bucket by their statistics, the others row by row.
Outcome add_column(const FrameColumn& column, Span span, std::vector<Statistics>& buckets) {
  for (std::size_t vector = 0; vector < column.vectors(); ++vector) {
    const FrameColumn::Piece& piece = column.piece(vector);
    if (piece.to < span.from || piece.from >= span.to) continue;
    if (piece.from >= span.from && piece.to < span.to) {
      const std::size_t bucket = bucket_of(piece.from, span, buckets.size());
      if (bucket == bucket_of(piece.to, span, buckets.size())) {
        buckets[bucket].add(piece.statistics);
        continue;
      }
    }
    add_rows(TRY(column.rows(vector)), span, buckets);
  }
  return Done{};
}

}  // namespace

Result<flow::Samples> read_raw(std::vector<Part> parts, Span span, std::size_t limit) {
  std::vector<Rows> pieces;
  std::size_t count = 0;
  TRY(each_cluster(parts, [&](Cluster cluster) -> Result<bool> {
    for (const Rows& rows : TRY(rows_of(cluster))) {
      pieces.push_back(within(rows, span));
      count += pieces.back().size();
    }
    return count <= limit;
  }));
  Rows all = joined(pieces, limit);
  flow::Samples samples;
  samples.kind = all.kind;
  samples.has_more = count > limit;
  for (std::size_t row = 0; row < all.size(); ++row)
    add(samples, all, row);
  return samples;
}

Result<flow::Buckets> read_buckets(std::vector<Part> parts, Span span, std::size_t count) {
  std::vector<Statistics> buckets(count);
  TRY(each_cluster(parts, [&](Cluster cluster) -> Result<bool> {
    const Part& part = cluster.front();
    if (cluster.size() == 1 && part.from >= span.from && part.to < span.to) {
      const std::size_t bucket = bucket_of(part.from, span, count);
      if (bucket == bucket_of(part.to, span, count))
        return buckets[bucket].add(part.statistics), true;
    }
    if (cluster.size() > 1) {
      for (const Rows& rows : TRY(rows_of(cluster)))
        add_rows(rows, span, buckets);
    } else if (part.rows != nullptr) {
      add_rows(*part.rows, span, buckets);
    } else {
      TRY(add_column(TRY(part.stored.segment->column(part.stored.entry)), span, buckets));
    }
    return true;
  }));
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
