#include <array>

#include "math/aggregate/aggregate.hpp"

namespace millwright::math {
namespace {

constexpr std::array<std::string_view, aggregate_kinds> names = {"Interpolative",
                                                                 "Average",
                                                                 "TimeAverage",
                                                                 "TimeAverage2",
                                                                 "Total",
                                                                 "Total2",
                                                                 "Minimum",
                                                                 "Maximum",
                                                                 "MinimumActualTime",
                                                                 "MaximumActualTime",
                                                                 "Range",
                                                                 "Minimum2",
                                                                 "Maximum2",
                                                                 "MinimumActualTime2",
                                                                 "MaximumActualTime2",
                                                                 "Range2",
                                                                 "Count",
                                                                 "DurationInStateZero",
                                                                 "DurationInStateNonZero",
                                                                 "NumberOfTransitions",
                                                                 "Start",
                                                                 "End",
                                                                 "Delta",
                                                                 "StartBound",
                                                                 "EndBound",
                                                                 "DeltaBounds",
                                                                 "DurationGood",
                                                                 "DurationBad",
                                                                 "PercentGood",
                                                                 "PercentBad",
                                                                 "WorstQuality",
                                                                 "WorstQuality2",
                                                                 "StandardDeviationSample",
                                                                 "VarianceSample",
                                                                 "StandardDeviationPopulation",
                                                                 "VariancePopulation"};
static_assert(static_cast<int>(Aggregate::variance_population) + 1 == aggregate_kinds);

std::string code_text(StatusCode code) {
  switch (plain(code)) {
    case status_good:
      return "Good";
    case status_uncertain:
      return "Uncertain";
    case status_uncertain_data_sub_normal:
      return "UncertainDataSubNormal";
    case status_bad:
      return "Bad";
    case status_bad_no_data:
      return "BadNoData";
    default:
      break;
  }
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text = "0x";
  for (int shift = 28; shift >= 0; shift -= 4)
    text += digits[(plain(code) >> static_cast<unsigned>(shift)) & 0xFU];
  return text;
}

}  // namespace

std::string_view to_text(Aggregate kind) {
  return names[static_cast<std::size_t>(kind)];
}

std::optional<Aggregate> to_aggregate(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<Aggregate>(i);
  return std::nullopt;
}

std::string status_text(StatusCode code) {
  std::string text = code_text(code);
  if ((code & bit_calculated) != 0) text += ", Calculated";
  if ((code & bit_interpolated) != 0) text += ", Interpolated";
  if ((code & bit_partial) != 0) text += ", Partial";
  if ((code & bit_extra_data) != 0) text += ", ExtraData";
  if ((code & bit_multiple_values) != 0) text += ", MultipleValues";
  return text;
}

}  // namespace millwright::math
