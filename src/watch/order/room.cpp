#include "base/csv.hpp"
#include "model/described_json.hpp"
#include "watch/order/answers.hpp"
#include "watch/order/board.hpp"
#include "watch/order/sections.hpp"

namespace millwright::watch::order {
namespace {

constexpr std::size_t runs_max = 50'000;  // of an answer
constexpr Duration span_unless_told = 24h;

enum class Format { json, csv };

Result<Format> format_of(const flow::Question& question) {
  const std::string_view format = question.parameter("format");
  if (format.empty() || format == "json") return Format::json;
  if (format == "csv") return Format::csv;
  return fail(Code::invalid, "format '" + std::string(format) + "' is not known: json or csv");
}

flow::Answer csv_answer(std::string body) {
  flow::Answer answer;
  answer.content_type = "text/csv; charset=utf-8";
  answer.body = std::move(body);
  return answer;
}

std::string text_of(const std::optional<Instant>& at) {
  return at ? to_text(*at) : std::string();
}

bool is_open(OrderState state) {
  return state != OrderState::done && state != OrderState::closed;
}

// The orders whose state is asked for: a word, "open", or all.
Result<std::vector<OrderRow>> find_orders(const Orders& orders, std::string_view state) {
  bool is_known = state.empty() || state == "open";
  for (const std::string_view known : order_state_words)
    is_known = is_known || state == known;
  if (!is_known)
    return fail(Code::invalid,
                "state '" + std::string(state) +
                    "' is not known: released, started, paused, done, closed or open");
  std::vector<OrderRow> rows;
  for (const auto& [number, row] : orders.orders) {
    const bool is_asked =
        state.empty() || (state == "open" && is_open(row->state)) || word(row->state) == state;
    if (is_asked) rows.push_back(*row);
  }
  return rows;
}

std::string joined(const std::vector<std::string>& paths) {
  std::string out;
  for (const std::string& path : paths)
    out += (out.empty() ? "" : " ") + path;
  return out;
}

std::string orders_csv(const std::vector<OrderRow>& rows) {
  std::string out =
      "order,product,quantity,due,machines,note,state,released,started,done,good,scrap,made_at,how,"
      "who\r\n";
  for (const OrderRow& row : rows) {
    out += csv_field(row.order) + ',' + csv_field(row.product) + ',' +
           (row.quantity == 0 ? "" : std::to_string(row.quantity)) + ',' + text_of(row.due) + ',' +
           csv_field(joined(row.machines)) + ',' + csv_field(row.note) + ',' +
           std::string(word(row.state)) + ',' + text_of(row.released) + ',' + text_of(row.started) +
           ',' + text_of(row.done) + ',' + std::to_string(row.good) + ',' +
           std::to_string(row.scrap) + ',' + csv_field(joined(row.made_at)) + ',' +
           std::string(word(row.how)) + ',' + csv_field(row.who) + "\r\n";
  }
  return out;
}

flow::Route orders_route(const std::shared_ptr<const Board>& board) {
  flow::Route route;
  route.path = "/api/v1/orders";
  route.help = "The orders: open ones, and those of the last 35 days.";
  route.parameters = {{"state", "released, started, paused, done, closed or open; all when absent"},
                      {"format", "json (when absent) or csv"}};
  route.answer_schema = [](JsonWriter& out) { write_schema<OrderRows>(out, SchemaFor::api); };
  route.answer = [board](const flow::Question& question) -> Result<flow::Answer> {
    const Format format = TRY(format_of(question));
    OrderRows found{TRY(find_orders(*board->get(), question.parameter("state")))};
    if (format == Format::csv) return csv_answer(orders_csv(found.rows));
    flow::Answer answer;
    answer.body = to_json(found);
    return answer;
  };
  return route;
}

struct Asked {
  Instant from{}, to{};
  std::string_view machine;
};

Result<Asked> read_span(const flow::Question& question, Instant now) {
  Asked asked{now - span_unless_told, now, question.parameter("machine")};
  if (!question.parameter("to").empty()) asked.to = TRY(to_instant(question.parameter("to")));
  asked.from = question.parameter("from").empty() ? asked.to - span_unless_told
                                                  : TRY(to_instant(question.parameter("from")));
  if (asked.from > asked.to)
    return fail(Code::invalid, "'from' is after 'to': give the earlier time as 'from'");
  return asked;
}

// Runs of an order or of a product, that overlap the asked time.
Result<std::vector<ShownRun>> find_runs(const Orders& orders, const Asked& asked) {
  if (!asked.machine.empty() && orders.machines.find(asked.machine) == orders.machines.end())
    return fail(Code::not_found,
                "the plant file has no machine '" + std::string(asked.machine) + "'");
  std::vector<ShownRun> rows;
  for (const auto& [path, machine] : orders.machines) {
    if (!asked.machine.empty() && asked.machine != path) continue;
    for (const auto& run : machine->runs) {
      const bool is_empty = run->order.empty() && run->product.empty();
      if (is_empty || run->from > asked.to || (run->to && *run->to <= asked.from)) continue;
      rows.push_back(*run);
    }
    if (rows.size() > runs_max)
      return fail(Code::invalid, "more than " + std::to_string(runs_max) +
                                     " runs: ask for a shorter time or one machine");
  }
  return rows;
}

std::string runs_csv(const std::vector<ShownRun>& rows) {
  std::string out = "machine,from,to,order,product,good,scrap\r\n";
  for (const ShownRun& run : rows)
    out += csv_field(run.machine) + ',' + to_text(run.from) + ',' + text_of(run.to) + ',' +
           csv_field(run.order) + ',' + csv_field(run.product) + ',' + std::to_string(run.good) +
           ',' + std::to_string(run.scrap) + "\r\n";
  return out;
}

flow::Route runs_route(const std::shared_ptr<const Board>& board) {
  flow::Route route;
  route.path = "/api/v1/runs";
  route.help = "Which machine worked on which order, and the parts it made of it.";
  route.parameters = {{"from", "RFC 3339; a day before `to` when absent"},
                      {"to", "RFC 3339; now when absent"},
                      {"machine", "path of one machine; all when absent"},
                      {"format", "json (when absent) or csv"}};
  route.answer_schema = [](JsonWriter& out) {
    write_schema<std::vector<ShownRun>>(out, SchemaFor::api);
  };
  route.answer = [board](const flow::Question& question) -> Result<flow::Answer> {
    const Format format = TRY(format_of(question));
    const std::shared_ptr<const Orders> orders = board->get();
    const auto rows = TRY(find_runs(*orders, TRY(read_span(question, orders->now))));
    if (format == Format::csv) return csv_answer(runs_csv(rows));
    flow::Answer answer;
    answer.body = to_json(rows);
    return answer;
  };
  return route;
}

}  // namespace

std::vector<flow::Route> board_routes(const std::shared_ptr<const Board>& board) {
  return {orders_route(board), runs_route(board)};
}

flow::Room room() {
  auto board = std::make_shared<Board>();
  flow::Room room;
  room.name = "watch/order";
  room.sections = sections();
  room.stage = [board](const flow::Directory& directory) { return make_stage(directory, board); };
  room.routes = board_routes(board);
  room.line_routes = [board](const flow::LineContext& context) {
    return writing_routes(board, context);
  };
  room.views = {{"orders", "Orders and how far they are, by their number.",
                 [](JsonWriter& out) { write_schema<OrderRow>(out, SchemaFor::api); }},
                {"runs", "What each machine works on and when it is done, by its path.",
                 [](JsonWriter& out) { write_schema<RunRow>(out, SchemaFor::api); }}};
  return room;
}

}  // namespace millwright::watch::order
