// Aggregates of all pieces of time that have one name, taken together.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "keep/history/aggregates.hpp"

namespace millwright::keep {
namespace {

using math::Aggregate;

enum class Way : std::uint8_t { none, add, least, greatest, by_rows, by_length };

Way way_of(Aggregate kind) {
  switch (kind) {
    case Aggregate::total:
    case Aggregate::total2:
    case Aggregate::count:
    case Aggregate::duration_in_state_zero:
    case Aggregate::duration_in_state_non_zero:
    case Aggregate::number_of_transitions:
    case Aggregate::delta:
    case Aggregate::delta_bounds:
    case Aggregate::duration_good:
    case Aggregate::duration_bad:
      return Way::add;
    case Aggregate::minimum:
    case Aggregate::minimum2:
      return Way::least;
    case Aggregate::maximum:
    case Aggregate::maximum2:
      return Way::greatest;
    case Aggregate::average:
      return Way::by_rows;
    case Aggregate::time_average:
    case Aggregate::time_average2:
    case Aggregate::percent_good:
    case Aggregate::percent_bad:
      return Way::by_length;
    default:
      return Way::none;
  }
}

// What a mean is of: how many rows, or how long.
std::optional<Aggregate> beside(Aggregate kind) {
  if (kind == Aggregate::average) return Aggregate::count;
  if (kind == Aggregate::time_average) return Aggregate::total;
  if (kind == Aggregate::time_average2) return Aggregate::total2;
  return std::nullopt;
}

const AggregateColumn* find(const TagAggregates& tag, Aggregate kind) {
  const auto found = std::find_if(
      tag.columns.begin(), tag.columns.end(),
      [&](const AggregateColumn& column) { return column.name == math::to_text(kind); });
  return found == tag.columns.end() ? nullptr : &*found;
}

// Of which weight a piece is in the mean of its name.
double weight_of(const TagAggregates& tag, Aggregate kind, const Piece& piece, std::size_t i) {
  const auto other = beside(kind);
  const double length = seconds(piece.to - piece.from);
  if (!other) return length;
  const double of = find(tag, *other)->values[i];
  if (kind == Aggregate::average) return of;
  const double mean = find(tag, kind)->values[i];
  return mean == 0 ? length : of / mean;
}

struct Sum {
  double value = std::numeric_limits<double>::quiet_NaN();
  double weight = 0;
  bool has_good = false, has_other = false;

  void add(Way way, double more, double more_weight) {
    if (std::isnan(more)) return;
    if (std::isnan(value)) value = way == Way::least || way == Way::greatest ? more : 0;
    if (way == Way::add) value += more;
    if (way == Way::least) value = std::min(value, more);
    if (way == Way::greatest) value = std::max(value, more);
    if (way != Way::by_rows && way != Way::by_length) return;
    value += more * more_weight;
    weight += more_weight;
  }
  double done(Way way) const {
    const bool is_mean = way == Way::by_rows || way == Way::by_length;
    return is_mean ? value / weight : value;
  }
  math::StatusCode status() const {
    if (std::isnan(value)) return math::status_bad_no_data;
    return math::add_bits(has_other ? math::status_uncertain_data_sub_normal : math::status_good,
                          math::bit_calculated);
  }
};

using Groups = std::vector<std::size_t>;  // the group of each piece

AggregateColumn summed(const TagAggregates& tag, Aggregate kind, const std::vector<Piece>& pieces,
                       const Groups& groups, std::size_t count) {
  const AggregateColumn& column = *find(tag, kind);
  const Way way = way_of(kind);
  std::vector<Sum> sums(count);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    Sum& sum = sums[groups[i]];
    sum.has_other = sum.has_other || math::severity(column.statuses[i]) != math::Severity::good;
    sum.add(way, column.values[i], weight_of(tag, kind, pieces[i], i));
  }
  AggregateColumn out{column.name};
  for (const Sum& sum : sums) {
    out.values.push_back(sum.done(way));
    out.statuses.push_back(sum.status());
  }
  return out;
}

AggregateColumn summed_increase(const AggregateColumn& column, const Groups& groups,
                                std::size_t count) {
  std::vector<Sum> sums(count);
  AggregateColumn out{column.name};
  out.resets.resize(count);
  out.rollovers.resize(count);
  out.ignored.resize(count);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Sum& sum = sums[groups[i]];
    sum.has_other = sum.has_other || math::severity(column.statuses[i]) != math::Severity::good;
    sum.add(Way::add, column.values[i], 0);
    out.resets[groups[i]] += column.resets[i];
    out.rollovers[groups[i]] += column.rollovers[i];
    out.ignored[groups[i]] += column.ignored[i];
  }
  for (const Sum& sum : sums) {
    out.values.push_back(sum.value);
    out.statuses.push_back(sum.status());
  }
  return out;
}

}  // namespace

Result<std::vector<Aggregate>> kinds_to_sum(const std::vector<Aggregate>& kinds) {
  std::vector<Aggregate> all = kinds;
  for (const Aggregate kind : kinds) {
    if (way_of(kind) == Way::none)
      return fail(
          Code::invalid,
          "'sum' cannot add up " + std::string(math::to_text(kind)) +
              ": it can Average, TimeAverage, TimeAverage2, Total, Total2, Minimum, "
              "Minimum2, Maximum, Maximum2, Count, Delta, DeltaBounds, NumberOfTransitions, "
              "Duration…, Percent… and Increase");
    const auto other = beside(kind);
    if (other && std::find(all.begin(), all.end(), *other) == all.end()) all.push_back(*other);
  }
  return all;
}

void sum_by_name(std::vector<Piece>& pieces, std::vector<TagAggregates>& tags,
                 const std::vector<Aggregate>& kinds) {
  std::map<std::string, std::size_t> group_of;
  std::vector<Piece> names;
  Groups groups;
  for (const Piece& piece : pieces) {
    const auto [at, is_new] = group_of.emplace(piece.name, names.size());
    if (is_new) names.push_back(piece);
    Piece& name = names[at->second];
    name.from = std::min(name.from, piece.from);
    name.to = std::max(name.to, piece.to);
    groups.push_back(at->second);
  }
  for (TagAggregates& tag : tags) {
    std::vector<AggregateColumn> columns;
    for (const Aggregate kind : kinds)
      columns.push_back(summed(tag, kind, pieces, groups, names.size()));
    if (tag.columns.back().name == increase_name)
      columns.push_back(summed_increase(tag.columns.back(), groups, names.size()));
    tag.columns = std::move(columns);
  }
  pieces = std::move(names);
}

}  // namespace millwright::keep
