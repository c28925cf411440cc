#include <algorithm>

#include "flow/form.hpp"
#include "model/described_json.hpp"
#include "watch/order/answers.hpp"
#include "watch/order/board.hpp"
#include "watch/order/life.hpp"
#include "watch/order/sections.hpp"

namespace millwright::watch::order {
namespace {

// The routes by which people tell of orders.

using SharedBoard = std::shared_ptr<const Board>;

const OrderRow* find(const Orders& orders, const std::string& number) {
  const auto found = orders.orders.find(number);
  return found == orders.orders.end() ? nullptr : found->second.get();
}

bool is_over(const OrderRow* row) {
  return row != nullptr && (row->state == OrderState::done || row->state == OrderState::closed);
}

std::string over_words(const OrderRow& row) {
  return "order " + row.order + " is " + std::string(word(row.state)) +
         ": take another number, or move it to 'released' first";
}

flow::Answer answer_of(const OrderRow& row) {
  flow::Answer answer;
  answer.body = to_json(row);
  return answer;
}

fact::OrderReleased released(const OrderForm& form, const std::string& who, ToldBy how) {
  return {form.order, form.product, form.quantity, form.due, form.machines, form.note, who, how};
}

// The row as it will be when the fact is heard.
OrderRow row_after(const OrderRow* before, const fact::OrderReleased& told, Instant now) {
  OrderRow row = before == nullptr ? OrderRow{} : *before;
  row.order = told.order;
  row.product = told.product;
  row.quantity = told.quantity;
  row.due = told.due;
  row.machines = told.machines;
  row.note = told.note;
  row.who = told.who;
  row.how = told.how;
  row.is_described = true;
  if (!row.released) row.released = now;
  return row;
}

void release(const SharedBoard& board, const flow::LineContext& line,
             const flow::Question& question, const flow::Reply& reply) {
  Result<OrderForm> form = flow::read_form<OrderForm>(question);
  if (!form) return reply(form.error());
  const std::string wrong = complete(*form, *line.plant);
  if (!wrong.empty()) return reply(fail(Code::invalid, wrong));
  const auto orders = board->get();
  const OrderRow* before = find(*orders, form->order);
  if (is_over(before)) return reply(flow::conflict(over_words(*before)));
  const Instant now = line.clock.now();
  fact::OrderReleased told = released(*form, question.who, ToldBy::tap);
  flow::Answer answer = answer_of(row_after(before, told, now));
  flow::keep_then_reply(line.inbox, fact::Order(std::move(told)), now, std::move(answer), reply);
}

// Good lines are kept one after the other; the answer comes when the last is on stable storage.
void keep_all(const flow::LineContext& line, std::vector<fact::OrderReleased> told,
              flow::Answer answer, const flow::Reply& reply) {
  const Instant now = line.clock.now();
  for (std::size_t i = 0; i + 1 < told.size(); ++i) {
    const auto offered = line.inbox.offer({fact::Order(std::move(told[i])), now, {}, {}});
    if (offered == flow::Offer::accepted) continue;
    return reply(fail(Code::offline, "only the first " + std::to_string(i) +
                                         " good lines were taken: import the file again, what is "
                                         "known already stays as it is"));
  }
  flow::keep_then_reply(line.inbox, fact::Order(std::move(told.back())), now, std::move(answer),
                        reply);
}

void import(const SharedBoard& board, const flow::LineContext& line, const flow::Question& question,
            const flow::Reply& reply) {
  const std::string_view dry = question.parameter("dry_run");
  if (!dry.empty() && dry != "true" && dry != "false")
    return reply(fail(Code::invalid, "dry_run is true or false"));
  Result<Import> read = read_import(question.body, *line.plant);
  if (!read) return reply(read.error());
  const auto orders = board->get();
  Imported done;
  done.dry_run = dry == "true";
  done.problems = std::move(read->problems);
  std::vector<fact::OrderReleased> told;
  for (const ImportLine& line_read : read->good) {
    const OrderRow* before = find(*orders, line_read.form.order);
    if (is_over(before)) {
      done.problems.push_back({line_read.line, over_words(*before)});
      continue;
    }
    if (before != nullptr) ++done.changed;
    told.push_back(released(line_read.form, question.who, ToldBy::import));
  }
  std::sort(done.problems.begin(), done.problems.end(),
            [](const BadLine& a, const BadLine& b) { return a.line < b.line; });
  done.kept = told.size();
  flow::Answer answer;
  answer.body = to_json(done);
  if (done.dry_run || told.empty()) return reply(std::move(answer));
  keep_all(line, std::move(told), std::move(answer), reply);
}

// The machine of a move, whole or below the plant; none: the order as a whole.
Result<std::optional<MachineId>> machine_of(const flow::LineContext& line, std::string& path) {
  if (path.empty() || path == "none") {
    path.clear();
    return std::optional<MachineId>();
  }
  for (const std::string& whole : {path, line.plant->identity.path + "/" + path}) {
    const std::optional<MachineId> id = line.catalogue.find_machine(whole);
    if (!id) continue;
    path = whole;
    return id;
  }
  return fail(Code::not_found, "there is no machine '" + path + "' in the plant file");
}

void move(const SharedBoard& board, const flow::LineContext& line, const flow::Question& question,
          const flow::Reply& reply) {
  Result<MoveForm> form = flow::read_form<MoveForm>(question);
  if (!form) return reply(form.error());
  OrderForm named;
  named.order = form->order;
  const std::string wrong = complete(named, *line.plant);
  if (!wrong.empty()) return reply(fail(Code::invalid, wrong));
  if (form->how != ToldBy::tap && form->how != ToldBy::scan)
    return reply(fail(Code::invalid, "'how' is tap or scan"));
  const Result<Instant> said = flow::said_at(form->at, line.clock.now());
  if (!said) return reply(said.error());
  const auto machine = machine_of(line, form->machine);
  if (!machine) return reply(machine.error());
  const auto orders = board->get();
  const OrderRow* row = find(*orders, form->order);
  const bool is_known_key = !form->key.empty() && orders->keys != nullptr &&
                            orders->keys->contains(form->key) && row != nullptr;
  if (is_known_key) return reply(answer_of(*row));
  Here here{form->machine, {}, RunState::none};
  const auto at = orders->machines.find(form->machine);
  if (at != orders->machines.end()) {
    here.order = at->second->order;
    here.state = at->second->state;
  }
  fact::OrderMoved told{form->order, *machine, form->to, form->how, question.who, form->key};
  const std::string trouble = why_not(row, here, told);
  if (!trouble.empty()) return reply(flow::conflict(trouble));
  flow::Answer answer = answer_of(moved(row == nullptr ? OrderRow{} : *row, here, told, *said));
  flow::keep_then_reply(line.inbox, fact::Order(std::move(told)), *said, std::move(answer), reply);
}

using Handler = void (*)(const SharedBoard&, const flow::LineContext&, const flow::Question&,
                         const flow::Reply&);

flow::Route writing(std::string path, std::string help, const SharedBoard& board,
                    const flow::LineContext& line, Handler handler) {
  flow::Route route;
  route.method = flow::Method::post;
  route.path = std::move(path);
  route.permission = flow::Permission::write;
  route.help = std::move(help);
  route.answer_schema = [](JsonWriter& out) { write_schema<OrderRow>(out, SchemaFor::api); };
  route.begin = [board, line, handler](const flow::Question& question, const flow::Reply& reply) {
    handler(board, line, question, reply);
  };
  return route;
}

}  // namespace

std::vector<flow::Route> writing_routes(const SharedBoard& board,
                                        const flow::LineContext& context) {
  flow::Route imports = writing("/api/v1/orders/import",
                                "Takes orders as CSV with a header: order, product, quantity, due, "
                                "machines, note. Bad lines are named, good ones kept.",
                                board, context, import);
  imports.parameters = {{"dry_run", "true: says what is wrong and keeps nothing"}};
  imports.answer_schema = [](JsonWriter& out) { write_schema<Imported>(out, SchemaFor::api); };
  return {writing("/api/v1/orders",
                  "Releases an order, or changes the description of one that is not done. 409 when "
                  "it is done.",
                  board, context, release),
          imports,
          writing("/api/v1/orders/move",
                  "Starts, pauses or ends an order at a machine, closes it, or releases it again. "
                  "409 when it cannot be so now.",
                  board, context, move)};
}

}  // namespace millwright::watch::order
