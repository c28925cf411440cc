#include "math/aggregate/downsample.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace millwright::math {
namespace {

// Times as they are drawn: from the first row on, so that nanoseconds of this century keep their
// digits.
struct Plane {
  const Samples& rows;
  double time(std::size_t row) const {
    return static_cast<double>(rows.times[row] - rows.times.front());
  }
};

struct Spot {
  double time = 0, value = 0;
};

Spot mean(const Plane& plane, std::size_t from, std::size_t to) {
  Spot sum;
  for (std::size_t row = from; row < to; ++row) {
    sum.time += plane.time(row);
    sum.value += plane.rows.values[row];
  }
  const auto count = static_cast<double>(to - from);
  return {sum.time / count, sum.value / count};
}

std::size_t most_telling(const Plane& plane, std::size_t before, std::size_t from, std::size_t to,
                         Spot after) {
  const double time = plane.time(before);
  const double value = plane.rows.values[before];
  std::size_t best = from;
  double largest = -1;
  for (std::size_t row = from; row < to; ++row) {
    const double twice = std::abs((time - after.time) * (plane.rows.values[row] - value) -
                                  (time - plane.time(row)) * (after.value - value));
    if (twice > largest) {
      largest = twice;
      best = row;
    }
  }
  return best;
}

void widen(Pixel& pixel, const Sample& row) {
  if (row.value < pixel.lowest.value) pixel.lowest = row;
  if (row.value > pixel.highest.value) pixel.highest = row;
}

}  // namespace

Result<std::vector<std::size_t>> lttb(const Samples& rows, std::size_t points) {
  if (points < 2) return fail(Code::invalid, "a line needs at least two points");
  if (rows.values.size() != rows.size())
    return fail(Code::invalid, "the columns of the rows differ in length");
  std::vector<std::size_t> kept(std::min(points, rows.size()));
  if (points >= rows.size()) {
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    return kept;
  }
  const Plane plane{rows};
  kept.front() = 0;
  kept.back() = rows.size() - 1;
  const std::size_t buckets = points - 2;
  const double per_bucket = static_cast<double>(rows.size() - 2) / static_cast<double>(buckets);
  const auto edge = [&](std::size_t bucket) {
    return 1 + static_cast<std::size_t>(static_cast<double>(bucket) * per_bucket);
  };
  for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
    const bool is_last = bucket + 1 == buckets;
    const std::size_t next = edge(bucket + 1);
    const Spot after =
        mean(plane, is_last ? rows.size() - 1 : next, is_last ? rows.size() : edge(bucket + 2));
    kept[bucket + 1] = most_telling(plane, kept[bucket], edge(bucket), next, after);
  }
  return kept;
}

Result<Pixels> Pixels::open(std::int64_t start, std::int64_t end, std::size_t count) {
  if (start >= end) return fail(Code::invalid, "a chart ends after it starts");
  if (count == 0 || count > pixels_max)
    return fail(Code::invalid, "a chart has 1 to " + std::to_string(pixels_max) + " pixels");
  Pixels made;
  made.start_ = start;
  made.end_ = end;
  const auto columns = static_cast<std::int64_t>(count);
  made.width_ = std::max<std::int64_t>(1, (end - start - 1) / columns + 1);
  made.pixels_.resize(count);
  return made;
}

std::size_t Pixels::column(std::int64_t time) const {
  return static_cast<std::size_t>((time - start_) / width_);
}

void Pixels::add(const Samples& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Sample row = rows.at(i);
    if (outside(row.time)) continue;
    Pixel& pixel = pixels_[column(row.time)];
    if (severity(row.status) != Severity::good || !std::isfinite(row.value)) {
      ++pixel.other;
      continue;
    }
    if (pixel.good++ == 0) pixel.first = pixel.lowest = pixel.highest = row;
    pixel.last = row;
    widen(pixel, row);
  }
}

// A span with other than good rows does not tell which of them is its first or last good one.
bool Pixels::takes(const SpanSummary& summary) const {
  if (outside(summary.first.time) || outside(summary.last.time)) return false;
  if (column(summary.first.time) != column(summary.last.time)) return false;
  return summary.good > 0 && summary.uncertain == 0 && summary.bad == 0;
}

void Pixels::add(const SpanSummary& summary) {
  if (!takes(summary)) return;
  Pixel& pixel = pixels_[column(summary.first.time)];
  // Without its time an extreme is drawn within the span: it is the same pixel.
  const std::int64_t third = (summary.last.time - summary.first.time) / 3;
  const auto spot = [&](double value, std::optional<std::int64_t> told, std::int64_t within) {
    if (value == summary.first.value) return summary.first;
    if (!told && value == summary.last.value) return summary.last;
    return Sample{told.value_or(summary.first.time + within), value, status_good};
  };
  const Sample lowest = spot(summary.minimum, summary.minimum_at, third);
  const Sample highest = spot(summary.maximum, summary.maximum_at, 2 * third);
  if (pixel.good == 0) {
    pixel.first = summary.first;
    pixel.lowest = lowest;
    pixel.highest = highest;
  }
  pixel.good += summary.good;
  pixel.last = summary.last;
  widen(pixel, lowest);
  widen(pixel, highest);
}

std::vector<Sample> Pixels::rows() const {
  std::vector<Sample> drawn;
  for (const Pixel& pixel : pixels_) {
    if (pixel.good == 0) continue;
    std::array<Sample, 4> four = {pixel.first, pixel.lowest, pixel.highest, pixel.last};
    std::sort(four.begin(), four.end(),
              [](const Sample& a, const Sample& b) { return a.time < b.time; });
    for (const Sample& row : four)
      if (drawn.empty() || drawn.back().time != row.time) drawn.push_back(row);
  }
  return drawn;
}

}  // namespace millwright::math
