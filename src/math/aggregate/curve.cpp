#include "math/aggregate/curve.hpp"

#include <algorithm>

namespace millwright::math {
namespace {

constexpr StatusCode sub_normal = add_bits(status_uncertain_data_sub_normal, bit_interpolated);
constexpr StatusCode good_between = add_bits(status_good, bit_interpolated);

bool good(const Sample& row) {
  return severity(row.status) == Severity::good;
}

double on_line(const Sample& before, const Sample& after, std::int64_t time) {
  const auto part = static_cast<double>(time - before.time);
  const auto whole = static_cast<double>(after.time - before.time);
  return before.value + (after.value - before.value) * (part / whole);
}

Bound raw_bound(const Sample& row) {
  return {row.value, row.status};
}

// What the piece is worth to the curve, and how good it is.
Severity quality(const Curve& curve, const Piece& piece) {
  if (piece.before == nullptr || !curve.usable(*piece.before)) return Severity::bad;
  if (curve.between == Between::stepped) return severity(piece.before->status);
  const bool both = piece.after != nullptr && good(*piece.before) && good(*piece.after);
  return both ? Severity::good : Severity::uncertain;
}

void hold(Tally& tally, const Curve& curve, const Piece& piece) {
  const bool began_here = piece.before != nullptr && piece.before->time >= tally.low;
  Severity what = severity(tally.low_bound.status);
  double value = tally.low_bound.value;
  if (began_here) {
    what = curve.usable(*piece.before) ? severity(piece.before->status) : Severity::bad;
    value = piece.before->value;
  }
  tally.held.add(what, piece.to - piece.from);
  if (what == Severity::good && value == 0) tally.held_zero += piece.to - piece.from;
}

}  // namespace

Bound Curve::simple(const Sample* before, const Sample* after, std::int64_t time) const {
  if (after != nullptr && after->time == time) before = after;
  if (before == nullptr || !usable(*before)) return {};
  if (before->time == time) return raw_bound(*before);
  const StatusCode held = good(*before) ? good_between : sub_normal;
  if (between == Between::stepped) return {before->value, held};
  if (after == nullptr || !usable(*after)) return {before->value, sub_normal};
  return {on_line(*before, *after, time), good(*after) ? held : sub_normal};
}

void add_simple(Tally& tally, const Curve& curve, const Piece& piece, const Needs& needs) {
  if (piece.to <= piece.from) return;
  if (needs.held) hold(tally, curve, piece);
  if (!needs.curve) return;
  const Severity what = quality(curve, piece);
  tally.curve.add(what, piece.to - piece.from);
  if (what == Severity::bad) return;
  const auto length = static_cast<double>(piece.to - piece.from);
  const bool line =
      curve.between == Between::sloped && piece.after != nullptr && curve.usable(*piece.after);
  if (!line) {
    tally.integral += piece.before->value * length;
    return;
  }
  const double left = on_line(*piece.before, *piece.after, piece.from);
  const double right = on_line(*piece.before, *piece.after, piece.to);
  tally.integral += (left + right) / 2 * length;
}

void add_line(Tally& tally, const Anchors& anchors, const Sample& next) {
  const bool clean = !anchors.dirty && good(anchors.last) && good(next);
  const auto bound = [&](std::int64_t time, Bound& kept) {
    if (time == next.time) {
      kept = raw_bound(next);
    } else if (anchors.count > 0 && time > anchors.last.time && time < next.time) {
      kept = {on_line(anchors.last, next, time), clean ? good_between : sub_normal};
    }
  };
  bound(tally.low, tally.interpolated_low);
  bound(tally.high, tally.interpolated_high);
  if (anchors.count == 0) return;
  const std::int64_t from = std::max(tally.low, anchors.last.time);
  const std::int64_t to = std::min(tally.high, next.time);
  if (to <= from) return;
  const double middle = (on_line(anchors.last, next, from) + on_line(anchors.last, next, to)) / 2;
  tally.interpolated_integral += middle * static_cast<double>(to - from);
  tally.interpolated_length += to - from;
  tally.interpolated_clean = tally.interpolated_clean && clean;
}

void add_step(Tally& tally, const Anchors& anchors, std::int64_t from, std::int64_t to) {
  if (anchors.count == 0 || to <= from) return;
  tally.interpolated_integral += anchors.last.value * static_cast<double>(to - from);
  tally.interpolated_length += to - from;
  tally.interpolated_clean = tally.interpolated_clean && !anchors.dirty && good(anchors.last);
}

void add_extrapolated(Tally& tally, const Anchors& anchors, bool sloped, std::int64_t from) {
  if (anchors.count == 0) return;
  from = std::max({tally.low, anchors.last.time, from});
  if (tally.low > anchors.last.time)
    tally.interpolated_low = extrapolated_bound(anchors, sloped, tally.low);
  if (tally.high > anchors.last.time)
    tally.interpolated_high = extrapolated_bound(anchors, sloped, tally.high);
  if (tally.high <= from) return;
  const double left = extrapolated_bound(anchors, sloped, from).value;
  const double right = extrapolated_bound(anchors, sloped, tally.high).value;
  tally.interpolated_integral += (left + right) / 2 * static_cast<double>(tally.high - from);
  tally.interpolated_length += tally.high - from;
  tally.interpolated_clean = false;
}

Bound held_bound(const Anchors& anchors, std::int64_t time) {
  if (anchors.count == 0) return {};
  if (anchors.last.time == time) return raw_bound(anchors.last);
  const bool clean = !anchors.dirty && good(anchors.last);
  return {anchors.last.value, clean ? good_between : sub_normal};
}

Bound extrapolated_bound(const Anchors& anchors, bool sloped, std::int64_t time) {
  if (anchors.count == 0) return {};
  if (anchors.last.time == time) return raw_bound(anchors.last);
  if (!sloped || anchors.count < 2) return {anchors.last.value, sub_normal};
  return {on_line(anchors.second, anchors.last, time), sub_normal};
}

}  // namespace millwright::math
