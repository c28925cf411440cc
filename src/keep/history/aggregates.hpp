#pragma once

#include <string>
#include <vector>

#include "flow/room.hpp"
#include "keep/history/fold.hpp"
#include "keep/history/when.hpp"
#include "math/aggregate/top.hpp"

namespace millwright::keep {

// One aggregate of one tag: columns with a value for each piece of time.
struct AggregateColumn {
  std::string name;
  std::vector<double> values{};  // not a number: there is none
  std::vector<math::StatusCode> statuses{};
  std::vector<std::int64_t> times{};                            // of kinds that say one
  std::vector<std::uint64_t> resets{}, rollovers{}, ignored{};  // of Increase
};

struct TagAggregates {
  fact::TagFound tag;
  double rank = 0;  // when tags are ranked
  std::vector<AggregateColumn> columns{};
};

struct AggregatesAsked {
  std::vector<fact::TagFound> tags{};
  std::vector<math::Aggregate> kinds{};
  bool wants_increase = false;
  math::CounterSettings counter{};
  AskedSettings settings{};
  std::vector<Piece> pieces{};
  std::vector<Layer> layers{};
  bool is_summed = false;  // pieces of one name become one
  std::size_t top = 0;     // 0: all tags
  math::Rank rank = math::Rank::largest;
};

inline constexpr std::string_view increase_name = "Increase";
// Of pieces x tags x aggregates.
inline constexpr std::size_t aggregate_values_max = 200'000;

// Errors: invalid, not_found.
Result<AggregatesAsked> read_aggregates(const flow::Question& question, const History& history,
                                        const flow::LineContext& line);
// Errors: invalid, corrupt.
Result<std::vector<TagAggregates>> answer_aggregates(const History& history,
                                                     AggregatesAsked& asked);

// Makes of pieces of one name one column entry each, in the order in which names appear first; the
// pieces become those of the names. Shape: kinds are what kinds_to_sum() was asked.
void sum_by_name(std::vector<Piece>& pieces, std::vector<TagAggregates>& tags,
                 const std::vector<math::Aggregate>& kinds);
// What has to be calculated for that. Errors: invalid for kinds that cannot be added up.
Result<std::vector<math::Aggregate>> kinds_to_sum(const std::vector<math::Aggregate>& kinds);

}  // namespace millwright::keep
