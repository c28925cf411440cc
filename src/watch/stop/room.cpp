#include <algorithm>

#include "base/csv.hpp"
#include "flow/form.hpp"
#include "model/calendar.hpp"
#include "model/described_json.hpp"
#include "watch/stop/answers.hpp"
#include "watch/stop/stop.hpp"

namespace millwright::watch::stop {
namespace {

using SharedBoard = std::shared_ptr<const Board>;

constexpr std::size_t rows_max = 50'000;  // of an answer
constexpr Duration span_unless_told = 24h;
constexpr std::size_t note_bytes_max = 1000;

struct Asked {
  Instant from{}, to{};
  std::string_view machine;
  bool is_csv = false;
};

Result<Asked> read_question(const flow::Question& question, Instant now) {
  Asked asked{now - span_unless_told, now, question.parameter("machine"), false};
  if (!question.parameter("to").empty()) asked.to = TRY(to_instant(question.parameter("to")));
  asked.from = question.parameter("from").empty() ? asked.to - span_unless_told
                                                  : TRY(to_instant(question.parameter("from")));
  if (asked.from > asked.to)
    return fail(Code::invalid, "'from' is after 'to': give the earlier time as 'from'");
  const std::string_view format = question.parameter("format");
  if (!format.empty() && format != "json" && format != "csv")
    return fail(Code::invalid, "format '" + std::string(format) + "' is not known: json or csv");
  asked.is_csv = format == "csv";
  return asked;
}

Result<std::vector<StopRow>> find(const Board::Shown& shown, const Asked& asked) {
  if (!asked.machine.empty() && shown.of_machine.find(asked.machine) == shown.of_machine.end())
    return fail(Code::not_found,
                "the plant file has no machine '" + std::string(asked.machine) + "'");
  std::vector<StopRow> rows;
  for (const auto& [path, board] : shown.of_machine) {
    if (!asked.machine.empty() && asked.machine != path) continue;
    for (const Board::Rows& part : {board.older, board.recent}) {
      if (part == nullptr) continue;
      for (const StopRow& row : *part)
        if (row.from <= asked.to && (!row.to || *row.to > asked.from)) rows.push_back(row);
    }
    if (rows.size() > rows_max)
      return fail(Code::invalid, "more than " + std::to_string(rows_max) +
                                     " stops: ask for a shorter time or one machine");
  }
  return rows;
}

std::string as_csv(const std::vector<StopRow>& rows) {
  std::string out =
      "machine,from,to,state,why,reason,reason_title,note,who,needs_reason,is_withdrawn\r\n";
  for (const StopRow& row : rows)
    out += csv_field(row.machine) + ',' + to_text(row.from) + ',' +
           (row.to ? to_text(*row.to) : std::string()) + ',' + std::string(word(row.state)) + ',' +
           csv_field(row.why) + ',' + csv_field(row.reason) + ',' + csv_field(row.reason_title) +
           ',' + csv_field(row.note) + ',' + csv_field(row.who) + ',' +
           (row.needs_reason ? "true" : "false") + ',' + (row.is_withdrawn ? "true" : "false") +
           "\r\n";
  return out;
}

flow::Route stops_route(const SharedBoard& board) {
  flow::Route route;
  route.path = "/api/v1/stops";
  route.help = "Stops of machines with their reasons; 35 days are kept.";
  route.parameters = {{"from", "RFC 3339; a day before `to` when absent"},
                      {"to", "RFC 3339; now when absent"},
                      {"machine", "path of one machine; all when absent"},
                      {"format", "json (when absent) or csv"}};
  route.answer_schema = [](JsonWriter& out) {
    write_schema<std::vector<StopRow>>(out, SchemaFor::api);
  };
  route.answer = [board](const flow::Question& question) -> Result<flow::Answer> {
    const auto shown = board->get();
    const Asked asked = TRY(read_question(question, shown->now));
    const auto rows = TRY(find(*shown, asked));
    flow::Answer answer;
    answer.body = asked.is_csv ? as_csv(rows) : to_json(rows);
    if (asked.is_csv) answer.content_type = "text/csv; charset=utf-8";
    return answer;
  };
  return route;
}

// What is wrong with the reason; empty: nothing. `title` becomes its title.
std::string wrong_reason(const Plant& plant, const ExplainForm& form, std::string& title) {
  if (form.reason.empty()) return "";
  std::string known;
  for (const Reason& reason : reasons_of(plant, "reasons")) {
    if (!applies(reason, plant, form.machine)) continue;
    if (reason.name == form.reason) {
      title = reason.title.empty() ? reason.name : reason.title;
      return "";
    }
    known += (known.empty() ? "" : ", ") + reason.name;
  }
  if (known.empty())
    return "the plant file has no reasons for " + form.machine + ": add some under 'reasons:'";
  return "'" + form.reason + "' is no reason of " + form.machine + ": the reasons are " + known;
}

// The stop that holds that time, among those that are listed.
const StopRow* stop_at(const Board::OfMachine& machine, Instant at) {
  for (const Board::Rows& part : {machine.recent, machine.older}) {
    if (part == nullptr) continue;
    for (const StopRow& row : *part)
      if (row.from <= at && (!row.to || at < *row.to)) return &row;
  }
  return nullptr;
}

void explain(const SharedBoard& board, const flow::LineContext& line,
             const flow::Question& question, const flow::Reply& reply) {
  Result<ExplainForm> form = flow::read_form<ExplainForm>(question);
  if (!form) return reply(form.error());
  const auto machine = line.catalogue.find_machine(form->machine);
  const auto shown = board->get();
  const auto stops = shown->of_machine.find(form->machine);
  if (!machine || stops == shown->of_machine.end())
    return reply(fail(Code::not_found, "there is no machine '" + form->machine + "'"));
  const Result<Instant> said = flow::said_at(form->at, line.clock.now());
  if (!said) return reply(said.error());
  std::string title;
  const std::string wrong = wrong_reason(*line.plant, *form, title);
  if (!wrong.empty()) return reply(fail(Code::invalid, wrong));
  if (form->note.size() > note_bytes_max)
    return reply(fail(Code::invalid, "'note' has at most 1000 characters"));
  const StopRow* stop = stop_at(stops->second, form->from);
  if (stop == nullptr)
    return reply(flow::conflict(form->machine + " has no stop at " + to_text(form->from) +
                                ": late data may have moved it, look at the list again"));
  const bool is_known =
      !form->key.empty() && shown->keys != nullptr && shown->keys->contains(form->key);
  StopRow row = *stop;
  if (!is_known) {
    row.reason = form->reason;
    row.reason_title = title;
    row.note = form->note;
    row.who = question.who;
    row.needs_reason = row.needs_reason && form->reason.empty();
  }
  flow::Answer answer;
  answer.body = to_json(row);
  if (is_known) return reply(std::move(answer));
  flow::keep_then_reply(line.inbox,
                        fact::Stop(fact::StopExplained{*machine, stop->from, form->reason,
                                                       form->note, question.who, form->key}),
                        *said, std::move(answer), reply);
}

flow::Route explain_route(const SharedBoard& board, const flow::LineContext& line) {
  flow::Route route;
  route.method = flow::Method::post;
  route.path = "/api/v1/stops/explain";
  route.permission = flow::Permission::write;
  route.help =
      "Says why a machine stood; an empty reason takes it back. 409 when there is no such stop.";
  route.answer_schema = [](JsonWriter& out) { write_schema<StopRow>(out, SchemaFor::api); };
  route.begin = [board, line](const flow::Question& question, const flow::Reply& reply) {
    explain(board, line, question, reply);
  };
  return route;
}

}  // namespace

std::vector<flow::Route> routes(const SharedBoard& board, const flow::LineContext& context) {
  return {stops_route(board), explain_route(board, context), work_route(context)};
}

flow::Room room() {
  auto board = std::make_shared<Board>();
  flow::Room room;
  room.name = "watch/stop";
  room.sections = sections();
  room.stage = [board](const flow::Directory& directory) { return make_stage(directory, board); };
  room.line_routes = [board](const flow::LineContext& context) { return routes(board, context); };
  room.views = {{"stops", "Open stops, and those of two days that need a reason or have one.",
                 [](JsonWriter& out) { write_schema<StopRow>(out, SchemaFor::api); }}};
  return room;
}

}  // namespace millwright::watch::stop
