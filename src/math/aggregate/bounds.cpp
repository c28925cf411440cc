#include "math/aggregate/bounds.hpp"

#include <algorithm>

#include "math/aggregate/curve.hpp"

namespace millwright::math {
namespace {

bool usable(const Samples& rows, std::size_t row, const AggregateSettings& settings) {
  return Curve{settings.between, settings.treat_uncertain_as_bad}.usable(cleaned(rows.at(row)));
}

}  // namespace

std::optional<std::size_t> bound_before(const Samples& rows, std::int64_t from,
                                        const AggregateSettings& settings) {
  const auto first_inside = std::lower_bound(rows.times.begin(), rows.times.end(), from);
  const bool two = settings.between == Between::sloped && settings.use_sloped_extrapolation;
  int missing = two ? 2 : 1;
  for (auto row = static_cast<std::size_t>(first_inside - rows.times.begin()); row-- > 0;) {
    if (usable(rows, row, settings)) --missing;
    if (missing == 0) return row;
  }
  return std::nullopt;
}

std::optional<std::size_t> bound_after(const Samples& rows, std::int64_t to,
                                       const AggregateSettings& settings) {
  const auto first_after = std::lower_bound(rows.times.begin(), rows.times.end(), to);
  for (auto row = static_cast<std::size_t>(first_after - rows.times.begin()); row < rows.size();
       ++row)
    if (usable(rows, row, settings)) return row + 1;
  return std::nullopt;
}

Result<AggregateValue> value_at(const Samples& rows, std::int64_t time, Bounds bounds,
                                const AggregateSettings& settings) {
  const Aggregate kind =
      bounds == Bounds::simple ? Aggregate::start_bound : Aggregate::interpolative;
  const Intervals moment = TRY(Intervals::every(time, time + settings.resolution, 0));
  AggregateValue value = TRY(aggregate(kind, rows, moment, settings))[0];
  value.status &= ~bit_partial;
  if ((value.status & historian_bits) == 0) value.status &= ~info_type_data_value;
  return value;
}

}  // namespace millwright::math
