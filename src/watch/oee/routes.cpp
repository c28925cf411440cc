// GET /api/v1/oee, /api/v1/losses and /api/v1/cycles: the past, from what the stage has shown.
#include <algorithm>
#include <charconv>
#include <functional>

#include "base/csv.hpp"
#include "model/described_json.hpp"
#include "watch/oee/answers.hpp"
#include "watch/oee/board.hpp"

namespace millwright::watch::oee {
namespace {

constexpr std::size_t rows_max = 20'000;  // of an answer
constexpr Duration span_unless_told = 24h;
constexpr std::size_t cycles_unless_told = 50, cycles_max = 200;

enum class Each : std::uint8_t { hour, shift, day, all };
constexpr std::array<std::string_view, 4> each_words{"hour", "shift", "day", "all"};

Result<Each> read_each(std::string_view text) {
  if (text.empty()) return Each::shift;
  const auto found = std::find(each_words.begin(), each_words.end(), text);
  if (found == each_words.end())
    return fail(Code::invalid,
                "each '" + std::string(text) + "' is not known: hour, shift, day or all");
  return static_cast<Each>(found - each_words.begin());
}

Result<TimeSpan> read_span(const flow::Question& question, Instant now) {
  TimeSpan asked{now - span_unless_told, now};
  if (!question.parameter("to").empty()) asked.until = TRY(to_instant(question.parameter("to")));
  asked.from = question.parameter("from").empty() ? asked.until - span_unless_told
                                                  : TRY(to_instant(question.parameter("from")));
  if (asked.from > asked.until)
    return fail(Code::invalid, "'from' is after 'to': give the earlier time as 'from'");
  return asked;
}

// What a path names.
struct Subject {
  Level level;
  std::string path, title;
  std::vector<const Shown::One*> machines;
  const Flow* flow = nullptr;  // of a group
};

Subject machine_subject(const Shown::One& machine) {
  return {Level::machine, machine.path, machine.title, {&machine}, nullptr};
}

Result<Subject> find_subject(const Shown& shown, std::string_view path) {
  for (const Shown::One& machine : shown.machines)
    if (machine.path == path) return machine_subject(machine);
  for (const Shown::Group& group : *shown.groups) {
    if (group.path != path) continue;
    Subject subject{group.level, group.path, group.title, {}, &group.flow};
    for (const std::size_t machine : group.machines)
      subject.machines.push_back(&shown.machines[machine]);
    return subject;
  }
  return fail(Code::not_found, "no machine, line or area '" + std::string(path) +
                                   "' whose OEE is kept: a machine needs the sections 'state' "
                                   "and 'count' in the plant file");
}

Sums sums_of(const Shown& shown, const Subject& subject, std::size_t first, std::size_t last) {
  std::vector<Sums> sums;
  std::vector<std::string> titles;
  for (const Shown::One* machine : subject.machines) {
    Sums& sum = sums.emplace_back();
    for (std::size_t slot = first; slot < last; ++slot)
      sum += shown.sums(*machine, slot);
    titles.push_back(machine->title);
  }
  return subject.level == Level::machine ? sums.front() : together(sums, titles);
}

// Whether a slot goes on with the row of the one before it.
bool goes_on(const Shown::Grid& grid, std::size_t slot, Each each) {
  const std::uint32_t mine = grid.shift_of[slot], before = grid.shift_of[slot - 1];
  switch (each) {
    case Each::hour:
      return false;
    case Each::shift:
      return mine == before;
    case Each::day:
      return grid.shifts[mine].day == grid.shifts[before].day;
    case Each::all:
      return true;
  }
  return false;
}

SpanRow row_of(const Shown& shown, const Subject& subject, std::size_t first, std::size_t last) {
  OeeRow measured;
  fill(measured, sums_of(shown, subject, first, last), shown.reasons);
  if (subject.flow != nullptr)
    fill_finished(measured, *subject.flow,
                  finished_of(*subject.flow, {first, last},
                              [&](std::size_t machine, std::size_t slot) -> const Sums& {
                                return shown.sums(*subject.machines[machine], slot);
                              }));
  const Shown::Grid& grid = *shown.grid;
  SpanRow row;
  row.path = subject.path;
  row.level = subject.level;
  row.title = subject.title;
  row.from = grid.spans[first].from;
  row.to = grid.spans[last - 1].until;
  if (grid.shift_of[first] == grid.shift_of[last - 1])
    row.shift = grid.shifts[grid.shift_of[first]].name;
  row.availability = measured.availability;
  row.performance = measured.performance;
  row.quality = measured.quality;
  row.oee = measured.oee;
  row.coverage = measured.coverage;
  row.missing = measured.missing;
  row.busy = measured.busy;
  row.running = measured.running;
  row.planned_stop = measured.planned_stop;
  row.no_data = measured.no_data;
  row.good = measured.good;
  row.scrap = measured.scrap;
  row.uncertain = measured.uncertain;
  if (shown.has_target) row.plan = measured.plan;
  row.loss = measured.loss;
  row.loss_time = measured.loss_time;
  return row;
}

// Slots count whole: those that begin in the asked span and have begun.
std::pair<std::size_t, std::size_t> slots_of(const Shown& shown, TimeSpan asked) {
  auto [first, last] = shown.grid->overlapping({asked.from, std::min(asked.until, shown.now)});
  while (first < last && shown.grid->spans[first].from < asked.from)
    ++first;
  return {first, last};
}

Result<SpanRows> rows_of(const Shown& shown, const flow::Question& question) {
  const Each each = TRY(read_each(question.parameter("each")));
  const auto [first, last] = slots_of(shown, TRY(read_span(question, shown.now)));
  std::vector<Subject> subjects;
  if (question.parameter("path").empty()) {
    for (const Shown::One& machine : shown.machines)
      subjects.push_back(machine_subject(machine));
  } else {
    subjects.push_back(TRY(find_subject(shown, question.parameter("path"))));
  }
  SpanRows found;
  std::vector<SpanRow>& rows = found.rows;
  for (const Subject& subject : subjects) {
    for (std::size_t slot = first; slot < last;) {
      std::size_t end = slot + 1;
      while (end < last && goes_on(*shown.grid, end, each))
        ++end;
      if (rows.size() >= rows_max)
        return fail(Code::invalid, "more than " + std::to_string(rows_max) +
                                       " rows: ask for a shorter time, one path or each=day");
      rows.push_back(row_of(shown, subject, slot, end));
      slot = end;
    }
  }
  return found;
}

std::string csv_of(const std::optional<double>& value) {
  std::string text;
  if (value) JsonWriter(text).value(*value);
  return text;
}
std::string csv_of(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : "";
}

std::string as_csv(const std::vector<SpanRow>& rows) {
  std::string out =
      "path,level,from,to,shift,availability,performance,quality,oee,coverage,busy,running,"
      "planned_stop,no_data,good,scrap,plan,loss,loss_time,missing\r\n";
  for (const SpanRow& row : rows) {
    std::string missing;
    for (const std::string& what : row.missing)
      missing += (missing.empty() ? "" : "; ") + what;
    out += csv_field(row.path) + ',' + std::string(word(row.level)) + ',' + to_text(row.from) +
           ',' + to_text(row.to) + ',' + csv_field(row.shift);
    for (const auto& value : {row.availability, row.performance, row.quality, row.oee, row.coverage,
                              std::optional(row.busy), std::optional(row.running),
                              std::optional(row.planned_stop), std::optional(row.no_data)})
      out += ',' + csv_of(value);
    out += ',' + csv_of(row.good) + ',' + csv_of(row.scrap) + ',' + csv_of(row.plan) + ',' +
           csv_field(row.loss) + ',' + csv_of(std::optional(row.loss_time)) + ',' +
           csv_field(missing) + "\r\n";
  }
  return out;
}

Result<flow::Answer> answer_oee(const Shown& shown, const flow::Question& question) {
  const std::string_view format = question.parameter("format");
  if (!format.empty() && format != "json" && format != "csv")
    return fail(Code::invalid, "format '" + std::string(format) + "' is not known: json or csv");
  const SpanRows found = TRY(rows_of(shown, question));
  flow::Answer answer;
  const bool is_csv = format == "csv";
  if (is_csv) answer.content_type = "text/csv; charset=utf-8";
  answer.body = is_csv ? as_csv(found.rows) : to_json(found);
  return answer;
}

constexpr std::array<std::string_view, 3> kind_of_loss_words{"availability", "performance",
                                                             "quality"};

Result<flow::Answer> answer_losses(const Shown& shown, const flow::Question& question) {
  const auto [first, last] = slots_of(shown, TRY(read_span(question, shown.now)));
  const std::string_view path = question.parameter("path");
  const Subject subject = TRY(find_subject(shown, path.empty() ? shown.plant_path : path));
  std::vector<LossRow> rows;
  for (const Loss& loss : losses_of(sums_of(shown, subject, first, last)))
    rows.push_back({in_words(loss, shown.reasons),
                    std::string(kind_of_loss_words[static_cast<std::size_t>(loss.kind)]),
                    loss.reason, seconds(loss.time), loss.stops, loss.share});
  flow::Answer answer;
  JsonWriter out(answer.body);
  write_json(out, rows);
  return answer;
}

Result<flow::Answer> answer_cycles(const Shown& shown, const flow::Question& question) {
  const std::string_view path = question.parameter("machine");
  const auto machine = std::find_if(shown.machines.begin(), shown.machines.end(),
                                    [&](const Shown::One& one) { return one.path == path; });
  if (machine == shown.machines.end())
    return fail(Code::not_found, "no machine '" + std::string(path) + "' whose cycles are kept");
  std::size_t count = cycles_unless_told;
  if (const std::string_view text = question.parameter("count"); !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size() || count == 0 ||
        count > cycles_max)
      return fail(Code::invalid, "'count' is '" + std::string(text) + "': give 1 to " +
                                     std::to_string(cycles_max));
  }
  const std::vector<Cycle>& all = *machine->cycles;
  std::vector<Cycle> newest(all.begin(),
                            all.begin() + static_cast<std::ptrdiff_t>(std::min(count, all.size())));
  std::reverse(newest.begin(), newest.end());
  flow::Answer answer;
  answer.body = to_json(Cycles{machine->path, machine->ideal, std::move(newest)});
  return answer;
}

using Answering = Result<flow::Answer> (*)(const Shown&, const flow::Question&);

flow::Route route_of(const std::shared_ptr<const Board>& board, std::string path, std::string help,
                     Answering answering) {
  flow::Route route;
  route.path = std::move(path);
  route.help = std::move(help);
  route.answer = [board, answering](const flow::Question& question) -> Result<flow::Answer> {
    const std::shared_ptr<const Shown> shown = board->get();
    if (shown == nullptr) return fail(Code::offline, "the figures are not there yet: ask again");
    return answering(*shown, question);
  };
  return route;
}

}  // namespace

std::vector<flow::Route> routes(const std::shared_ptr<const Board>& board) {
  const flow::Parameter from{"from", "RFC 3339; a day before `to` when absent", false};
  const flow::Parameter to{"to", "RFC 3339; now when absent", false};
  flow::Route oee =
      route_of(board, "/api/v1/oee", "OEE and what it is made of, over time.", answer_oee);
  oee.parameters = {
      from,
      to,
      {"path", "of a machine, line, area or the plant; every machine when absent", false},
      {"each", "hour, shift (when absent), day or all", false},
      {"format", "json (when absent) or csv", false}};
  oee.answer_schema = [](JsonWriter& out) { write_schema<SpanRows>(out, SchemaFor::api); };
  flow::Route losses =
      route_of(board, "/api/v1/losses", "Where the time went, largest first.", answer_losses);
  losses.parameters = {
      from, to, {"path", "of a machine, line or area; the plant when absent", false}};
  losses.answer_schema = [](JsonWriter& out) {
    write_schema<std::vector<LossRow>>(out, SchemaFor::api);
  };
  flow::Route cycles =
      route_of(board, "/api/v1/cycles", "The newest cycles of a machine.", answer_cycles);
  cycles.parameters = {{"machine", "its path", true},
                       {"count", "how many, up to 200; 50 when absent", false}};
  cycles.answer_schema = [](JsonWriter& out) { write_schema<Cycles>(out, SchemaFor::api); };
  return {std::move(oee), std::move(losses), std::move(cycles)};
}

}  // namespace millwright::watch::oee
