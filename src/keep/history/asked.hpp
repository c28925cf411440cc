#pragma once

#include <string_view>
#include <vector>

#include "flow/catalogue.hpp"
#include "flow/route.hpp"
#include "keep/history/cursor.hpp"
#include "math/aggregate/aggregate.hpp"

namespace millwright::keep {

// What questions about the past have in common. Errors: invalid, with what to write instead.
inline constexpr std::size_t tags_asked_max = 1'000;

// RFC 3339, or milliseconds since 1970.
Result<Instant> to_time(std::string_view text, std::string_view name);
Result<Instant> time_of(const flow::Question& question, std::string_view name);
Result<Span> span_of(const flow::Question& question);  // `from` and `to`, which lies after it
Result<std::size_t> count_of(const flow::Question& question, std::string_view name,
                             std::size_t otherwise);
Result<double> number_of(const flow::Question& question, std::string_view name, double otherwise);
Result<bool> truth_of(const flow::Question& question, std::string_view name, bool otherwise);
Result<Duration> duration_of(const flow::Question& question, std::string_view name);
// Whether `format` says CSV.
Result<bool> wants_csv(const flow::Question& question);

// The tags of the parameter `tag`: paths and patterns with stars, with commas between, each once.
// Errors: not_found.
Result<std::vector<fact::TagFound>> tags_of(const flow::Question& question,
                                            const flow::Catalogue& catalogue);

// The configuration of aggregates, but for whether a tag's values hold: that its kind says where
// `stepped` is absent.
struct AskedSettings {
  math::AggregateSettings settings{};
  bool is_stepped_told = false;
  math::AggregateSettings of(Kind kind) const;
};
Result<AskedSettings> settings_of(const flow::Question& question, Instant now);
std::vector<flow::Parameter> settings_parameters();

inline double milliseconds(Instant at) {
  return static_cast<double>(nanoseconds(at)) / 1e6;
}
// A field of RFC 4180. A text that a spreadsheet would take for a formula is led by an apostrophe.
std::string csv_text(std::string_view text);

}  // namespace millwright::keep
