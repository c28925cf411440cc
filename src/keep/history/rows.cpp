#include "keep/history/rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include "math/codec/limits.hpp"

namespace millwright::keep {
namespace {

std::string text_of(const Rows& rows, std::size_t row) {
  if (rows.kind == Kind::text) return rows.texts[row];
  if (rows.kind == Kind::integer) return std::to_string(rows.values[row].integer());
  if (rows.kind == Kind::natural) return std::to_string(rows.values[row].natural());
  if (rows.kind == Kind::boolean) return rows.values[row].boolean() ? "true" : "false";
  std::array<char, 32> text{};
  const double number = rows.values[row].number();
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

// Of the first rows of them.
Kind common_kind(std::span<const Rows> pieces, std::size_t limit) {
  std::optional<Kind> kind;
  for (const Rows& rows : pieces) {
    if (rows.size() == 0 || limit == 0) continue;
    limit -= std::min(limit, rows.size());
    if (rows.kind == Kind::text) return Kind::text;
    kind = !kind || *kind == rows.kind ? rows.kind : Kind::number;
  }
  return kind.value_or(Kind::number);
}

void add_standing(Rows& to, const Rows& from) {
  for (std::size_t row = 0; row < from.size(); ++row) {
    if (!from.is_replaced(row)) to.add(from, row);
  }
}

// Lists of one kind.
Rows standing_of_kind(std::span<const Rows* const> lists) {
  Rows all;
  all.kind = lists.front()->kind;
  for (const Rows* rows : lists)
    add_standing(all, *rows);
  put_in_order(all);
  if (all.replaced.empty()) return all;
  Rows standing;
  standing.kind = all.kind;
  add_standing(standing, all);
  return standing;
}

std::vector<Rows> standing_of_kinds(std::span<const Rows* const> lists) {
  struct Place {
    const Rows* rows;
    std::size_t row;
    Instant at() const { return rows->times[row]; }
  };
  std::vector<Place> places;  // in the order in which they were learned
  for (const Rows* rows : lists) {
    for (std::size_t row = 0; row < rows->size(); ++row) {
      if (!rows->is_replaced(row)) places.push_back({rows, row});
    }
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const Place& a, const Place& b) { return a.at() < b.at(); });
  std::vector<Rows> pieces;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i + 1 < places.size() && places[i + 1].at() == places[i].at()) continue;
    const Kind kind = places[i].rows->kind;
    if (pieces.empty() || pieces.back().kind != kind) pieces.emplace_back().kind = kind;
    pieces.back().add(*places[i].rows, places[i].row);
  }
  return pieces;
}

}  // namespace

bool Rows::is_good(std::size_t row) const {
  return quality(row).is_good() &&
         (kind == Kind::text || std::isfinite(as_number(kind, values[row])));
}

bool Rows::is_equal(std::size_t a, std::size_t b) const {
  if (quality(a) != quality(b)) return false;
  return kind == Kind::text ? texts[a] == texts[b] : values[a] == values[b];
}

void Rows::add_quality(Quality quality) {
  if (qualities.empty() && quality == quality::good) return;
  qualities.resize(times.size() - 1, quality::good);
  qualities.push_back(quality);
}

void Rows::add(Instant happened, Scalar value, Quality quality, std::string_view text) {
  times.push_back(happened);
  values.push_back(kind == Kind::text ? Scalar{} : value);
  add_quality(quality);
  if (kind == Kind::text) texts.emplace_back(text);
}

void Rows::add(const Rows& from, std::size_t row) {
  if (kind == Kind::text) return add(from.times[row], {}, from.quality(row), text_of(from, row));
  const Scalar value =
      kind == from.kind ? from.values[row] : Scalar::of(as_number(from.kind, from.values[row]));
  add(from.times[row], value, from.quality(row), {});
}

void Rows::add(const Readings& from, const Run& run) {
  const std::size_t end = std::size_t{run.first} + run.rows;
  if (kind == Kind::text) {
    for (std::size_t row = run.first; row < end; ++row)
      add(from.happened(run, row), {}, from.quality(row),
          from.text(row).substr(0, math::text_bytes_max));
    return;
  }
  const auto append = [](auto& column, const auto& more) {
    column.insert(column.end(), more.begin(), more.end());
  };
  append(times, from.times(run));
  append(values, from.values(run));
  const auto more =
      from.qualities().empty() ? from.qualities() : from.qualities().subspan(run.first, run.rows);
  const bool is_good =
      std::all_of(more.begin(), more.end(), [](Quality one) { return one == quality::good; });
  if (is_good && qualities.empty()) return;
  qualities.resize(times.size() - run.rows, quality::good);
  append(qualities, more);
  qualities.resize(times.size(), quality::good);
}

void Statistics::add(const Rows& rows, std::size_t row) {
  if (rows.is_replaced(row)) return;
  if (!rows.is_good(row)) {
    ++bad;
    return;
  }
  ++count;
  if (rows.kind == Kind::text) return;
  ++numbers;
  const double number = as_number(rows.kind, rows.values[row]);
  min = std::fmin(min, number);
  max = std::fmax(max, number);
  sum += number;
}

void Statistics::add(const Statistics& other) {
  count += other.count;
  bad += other.bad;
  numbers += other.numbers;
  min = std::fmin(min, other.min);
  max = std::fmax(max, other.max);
  sum += other.sum;
}

Statistics statistics_of(const Rows& rows) {
  Statistics all;
  for (std::size_t row = 0; row < rows.size(); ++row)
    all.add(rows, row);
  return all;
}

bool is_sorted(const Rows& rows) {
  return std::adjacent_find(rows.times.begin(), rows.times.end(), std::greater_equal<>()) ==
         rows.times.end();
}

std::size_t put_in_order(Rows& rows) {
  if (is_sorted(rows)) return 0;
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return rows.times[a] < rows.times[b]; });
  Rows out;
  out.kind = rows.kind;
  std::vector<std::uint8_t> marks;
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::size_t standing = i;  // the last row of this time
    while (standing + 1 < order.size() && rows.times[order[standing + 1]] == rows.times[order[i]])
      ++standing;
    for (; i < standing; ++i) {
      if (rows.is_replaced(order[i]) || !rows.is_equal(order[i], order[standing])) {
        out.add(rows, order[i]);
        marks.push_back(1);
      }
    }
    out.add(rows, order[standing]);
    marks.push_back(rows.is_replaced(order[standing]) ? 1 : 0);
  }
  const auto marked = static_cast<std::size_t>(std::count(marks.begin(), marks.end(), 1));
  if (marked > 0) out.replaced = std::move(marks);
  rows = std::move(out);
  return marked;
}

std::vector<Rows> standing_rows(std::span<const Rows* const> lists) {
  const bool is_one_kind = std::all_of(lists.begin(), lists.end(), [&](const Rows* rows) {
    return rows->kind == lists.front()->kind;
  });
  if (!is_one_kind) return standing_of_kinds(lists);
  std::vector<Rows> pieces;
  pieces.push_back(standing_of_kind(lists));
  return pieces;
}

Rows joined(std::span<const Rows> pieces, std::size_t limit) {
  Rows all;
  all.kind = common_kind(pieces, limit);
  for (const Rows& rows : pieces) {
    for (std::size_t row = 0; row < rows.size() && all.size() < limit; ++row)
      all.add(rows, row);
  }
  return all;
}

}  // namespace millwright::keep
