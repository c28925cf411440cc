#pragma once

#include "math/aggregate/tally.hpp"

namespace millwright::math {

// How rows become a curve.
struct Curve {
  Between between = Between::sloped;
  bool treat_uncertain_as_bad = true;

  bool usable(const Sample& row) const {
    const Severity what = severity(row.status);
    return what == Severity::good || (what == Severity::uncertain && !treat_uncertain_as_bad);
  }

  // The simple bound at a time between two neighbouring rows, whatever they are; a null pointer
  // where there is none. Source: OPC 10000-13 3.1.9.
  Bound simple(const Sample* before, const Sample* after, std::int64_t time) const;
};

// What the interpolated curve knows when it draws on: the last usable rows, and whether an unusable
// one came since. Source: OPC 10000-13 3.1.8.
struct Anchors {
  Sample last, second;
  int count = 0;  // 0, 1, 2
  bool dirty = false;
  void take(const Sample& row) {
    second = last;
    last = row;
    count = count < 2 ? count + 1 : 2;
    dirty = false;
  }
};

// Accounts the time from..to of the curve with simple bounds, which lies in the interval and
// between the two neighbouring rows.
struct Piece {
  const Sample* before;
  const Sample* after;
  std::int64_t from, to;
};
void add_simple(Tally& tally, const Curve& curve, const Piece& piece, const Needs& needs);

// Accounts what of the interval lies between the last usable row and the next one, on a line.
void add_line(Tally& tally, const Anchors& anchors, const Sample& next);
// The same for from..to where the last usable value holds.
void add_step(Tally& tally, const Anchors& anchors, std::int64_t from, std::int64_t to);
// The same where no usable row follows.
void add_extrapolated(Tally& tally, const Anchors& anchors, bool sloped, std::int64_t from);

Bound held_bound(const Anchors& anchors, std::int64_t time);
Bound extrapolated_bound(const Anchors& anchors, bool sloped, std::int64_t time);

}  // namespace millwright::math
