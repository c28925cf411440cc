#include "keep/history/aggregates.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/text.hpp"

namespace millwright::keep {
namespace {

using math::Aggregate;

constexpr std::size_t kinds_asked_max = 40;

bool says_time(Aggregate kind) {
  constexpr std::array<Aggregate, 6> all{
      Aggregate::minimum_actual_time,  Aggregate::maximum_actual_time,  Aggregate::start,
      Aggregate::minimum_actual_time2, Aggregate::maximum_actual_time2, Aggregate::end};
  return std::find(all.begin(), all.end(), kind) != all.end();
}

// Those that need no number.
bool suits_texts(Aggregate kind) {
  constexpr std::array<Aggregate, 8> all{Aggregate::count,         Aggregate::number_of_transitions,
                                         Aggregate::duration_good, Aggregate::duration_bad,
                                         Aggregate::percent_good,  Aggregate::percent_bad,
                                         Aggregate::worst_quality, Aggregate::worst_quality2};
  return std::find(all.begin(), all.end(), kind) != all.end();
}

Error unknown_aggregate(std::string_view name) {
  std::string known;
  for (int kind = 0; kind < math::aggregate_kinds; ++kind)
    known += std::string(math::to_text(static_cast<Aggregate>(kind))) + ", ";
  return fail(Code::invalid, "there is no aggregate '" + std::string(name) + "': there are " +
                                 known + std::string(increase_name));
}

Outcome read_kinds(const flow::Question& question, AggregatesAsked& asked) {
  for (const std::string_view part : split(question.parameter("aggregate"), ',')) {
    const std::string_view name = trimmed(part);
    const auto kind = math::to_aggregate(name);
    if (!kind && name != increase_name) return unknown_aggregate(name);
    if (!kind) asked.wants_increase = true;
    if (kind && std::find(asked.kinds.begin(), asked.kinds.end(), *kind) == asked.kinds.end())
      asked.kinds.push_back(*kind);
  }
  if (asked.kinds.size() > kinds_asked_max) return fail(Code::invalid, "too many aggregates");
  asked.counter.range = TRY(number_of(question, "counter_range", 0));
  asked.counter.largest_step = TRY(number_of(question, "largest_step", 0));
  return Done{};
}

Outcome read_top(const flow::Question& question, AggregatesAsked& asked) {
  asked.top = TRY(count_of(question, "top", 0));
  const std::string_view rank = question.parameter("rank");
  if (!rank.empty() && rank != "largest" && rank != "smallest")
    return fail(Code::invalid, "'rank' is '" + std::string(rank) + "': write largest or smallest");
  if (rank == "smallest") asked.rank = math::Rank::smallest;
  return Done{};
}

Outcome read_pieces(const flow::Question& question, const History& history,
                    const flow::LineContext& line, AggregatesAsked& asked) {
  Problems ignored;  // the plant file was found good when it was imported
  asked.pieces = TRY(pieces_of(question, Calendar::read(*line.plant, ignored)));
  const std::string_view states = question.parameter("states");
  if (!states.empty()) {
    const auto tag = line.catalogue.find(states);
    if (!tag)
      return fail(Code::not_found,
                  "'states' names '" + std::string(states) + "', and there is no such tag");
    const Span span{asked.pieces.front().from, asked.pieces.front().to};
    asked.pieces = TRY(pieces_of_states(history, tag->tag, span, line.clock.now()));
  }
  if (!question.parameter("step").empty()) {
    // The last piece may be shorter than the others: the standard's own cutting says so.
    std::vector<std::size_t> pieces(asked.pieces.size());
    std::iota(pieces.begin(), pieces.end(), std::size_t{0});
    asked.layers.push_back({TRY(math::Intervals::every(nanoseconds(asked.pieces.front().from),
                                                       nanoseconds(asked.pieces.back().to),
                                                       TRY(duration_of(question, "step")).count())),
                            std::move(pieces)});
  } else {
    asked.layers = TRY(layers_of(asked.pieces));
  }
  return Done{};
}

Outcome check_texts(const AggregatesAsked& asked) {
  for (const fact::TagFound& tag : asked.tags) {
    if (tag.kind != Kind::text) continue;
    if (asked.wants_increase || !std::all_of(asked.kinds.begin(), asked.kinds.end(), suits_texts))
      return fail(Code::invalid,
                  "'" + tag.path +
                      "' holds texts: of these there are Count, NumberOfTransitions, "
                      "DurationGood, DurationBad, PercentGood, PercentBad and WorstQuality");
  }
  return Done{};
}

AggregateColumn column_of(std::string_view name, std::size_t pieces) {
  AggregateColumn column{std::string(name)};
  column.values.resize(pieces, std::numeric_limits<double>::quiet_NaN());
  column.statuses.resize(pieces, math::status_bad_no_data);
  return column;
}

void put_values(const Folded& folded, const Layer& layer, const AggregatesAsked& asked,
                TagAggregates& out) {
  const std::size_t kinds = asked.kinds.size();
  for (std::size_t interval = 0; interval < layer.pieces.size(); ++interval) {
    const std::size_t piece = layer.pieces[interval];
    if (piece == Layer::none) continue;
    for (std::size_t k = 0; k < kinds; ++k) {
      const math::AggregateValue& value = folded.values[interval * kinds + k];
      out.columns[k].values[piece] = value.value;
      out.columns[k].statuses[piece] = value.status;
      if (says_time(asked.kinds[k])) out.columns[k].times[piece] = value.time;
    }
  }
}

void put_increases(const Folded& folded, const Layer& layer, AggregateColumn& out) {
  for (std::size_t interval = 0; interval < layer.pieces.size(); ++interval) {
    const std::size_t piece = layer.pieces[interval];
    if (piece == Layer::none) continue;
    const math::CounterIncrease& increase = folded.increases[interval];
    out.resets[piece] = increase.resets;
    out.rollovers[piece] = increase.rollovers;
    out.ignored[piece] = increase.ignored;
    if (increase.steps == 0) continue;
    out.values[piece] = increase.increase;
    out.statuses[piece] = math::add_bits(
        increase.ignored > 0 ? math::status_uncertain_data_sub_normal : math::status_good,
        math::bit_calculated);
  }
}

Result<TagAggregates> answer_tag(const History& history, const fact::TagFound& tag,
                                 const AggregatesAsked& asked) {
  const std::size_t pieces = asked.pieces.size();
  TagAggregates out{tag};
  for (const Aggregate kind : asked.kinds) {
    out.columns.push_back(column_of(math::to_text(kind), pieces));
    if (says_time(kind)) out.columns.back().times.resize(pieces);
  }
  if (asked.wants_increase) {
    AggregateColumn& column = out.columns.emplace_back(column_of(increase_name, pieces));
    column.resets.resize(pieces);
    column.rollovers.resize(pieces);
    column.ignored.resize(pieces);
  }
  FoldQuestion question{asked.kinds, std::nullopt, asked.settings.of(tag.kind)};
  if (asked.wants_increase) question.counter = asked.counter;
  for (const Layer& layer : asked.layers) {
    const Folded folded = TRY(fold(history, tag.tag, layer.intervals, question));
    put_values(folded, layer, asked, out);
    if (asked.wants_increase) put_increases(folded, layer, out.columns.back());
  }
  return out;
}

// The tags of which the first aggregate over the whole time is most.
Result<std::vector<double>> rank(const History& history, AggregatesAsked& asked) {
  AggregatesAsked whole = asked;
  whole.pieces = {{asked.pieces.front().from, asked.pieces.front().to}};
  for (const Piece& piece : asked.pieces) {
    whole.pieces[0].from = std::min(whole.pieces[0].from, piece.from);
    whole.pieces[0].to = std::max(whole.pieces[0].to, piece.to);
  }
  whole.layers = TRY(layers_of(whole.pieces));
  if (!whole.kinds.empty()) {
    whole.kinds.resize(1);
    whole.wants_increase = false;
  }
  std::vector<double> values;
  for (const fact::TagFound& tag : asked.tags)
    values.push_back(TRY(answer_tag(history, tag, whole)).columns.front().values.front());
  std::vector<fact::TagFound> tags;
  std::vector<double> ranks;
  for (const std::size_t place : math::top(values, asked.top, asked.rank)) {
    tags.push_back(asked.tags[place]);
    ranks.push_back(values[place]);
  }
  asked.tags = std::move(tags);
  return ranks;
}

}  // namespace

Result<AggregatesAsked> read_aggregates(const flow::Question& question, const History& history,
                                        const flow::LineContext& line) {
  AggregatesAsked asked;
  TRY(read_kinds(question, asked));
  asked.tags = TRY(tags_of(question, line.catalogue));
  TRY(check_texts(asked));
  asked.settings = TRY(settings_of(question, line.clock.now()));
  TRY(read_top(question, asked));
  TRY(read_pieces(question, history, line, asked));
  asked.is_summed = TRY(truth_of(question, "sum", false));
  const std::size_t columns = asked.kinds.size() + (asked.wants_increase ? 1 : 0);
  const std::size_t values = asked.pieces.size() * asked.tags.size() * columns;
  if (values > aggregate_values_max)
    return fail(Code::invalid, std::to_string(asked.pieces.size()) + " pieces of time of " +
                                   std::to_string(asked.tags.size()) + " tags are more than " +
                                   std::to_string(aggregate_values_max) +
                                   " values: ask for longer pieces, fewer tags or a shorter time");
  return asked;
}

Result<std::vector<TagAggregates>> answer_aggregates(const History& history,
                                                     AggregatesAsked& asked) {
  if (asked.pieces.empty()) asked.top = 0;
  std::vector<double> ranks;
  if (asked.top > 0) ranks = TRY(rank(history, asked));
  const std::vector<Aggregate> kinds = asked.kinds;
  if (asked.is_summed) asked.kinds = TRY(kinds_to_sum(kinds));
  std::vector<TagAggregates> out;
  for (const fact::TagFound& tag : asked.tags) {
    out.push_back(TRY(answer_tag(history, tag, asked)));
    if (!ranks.empty()) out.back().rank = ranks[out.size() - 1];
  }
  if (asked.is_summed) sum_by_name(asked.pieces, out, kinds);
  return out;
}

}  // namespace millwright::keep
