// POST /api/v1/counts: good and scrapped parts that people report.
#include <cstdlib>

#include "base/text.hpp"
#include "flow/form.hpp"
#include "model/described_json.hpp"
#include "watch/count/count.hpp"

namespace millwright::watch::count {
namespace {

constexpr std::int64_t parts_max = 1'000'000;
constexpr std::size_t text_max = 1000;
constexpr Duration past_max = 192h, ahead_max = 5min;

const Machine* find_machine(const Plant& plant, std::string_view path) {
  for (const Machine& machine : plant.machines)
    if (plant.machine_path(machine) == path) return &machine;
  return nullptr;
}

Outcome check_numbers(const CountForm& form, Instant now) {
  if (form.good == 0 && form.scrap == 0)
    return fail(Code::invalid, "no parts: give 'good' or 'scrap'");
  if (form.good > parts_max || form.good < -parts_max || form.scrap > parts_max ||
      form.scrap < -parts_max)
    return fail(Code::invalid, "more than " + std::to_string(parts_max) + " parts in one report");
  for (const std::string* text : {&form.order, &form.reason, &form.note, &form.key})
    if (text->size() > text_max)
      return fail(Code::invalid, "a text of more than " + std::to_string(text_max) + " bytes");
  if (form.at && (*form.at > now + ahead_max || *form.at < now - past_max))
    return fail(Code::invalid, "'at' is " + to_text(*form.at) +
                                   ": give a time of the last 8 days, not of the future");
  return Done{};
}

flow::Answer answer_of(const fact::QuantityReported& report, const std::string& machine,
                       Instant at) {
  flow::Answer answer;
  JsonWriter out(answer.body);
  out.begin_object().member("machine", std::string_view(machine));
  out.member("order", std::string_view(report.order));
  out.key("good").value(report.good).key("scrap").value(report.scrap);
  out.member("reason", std::string_view(report.reason));
  out.member("note", std::string_view(report.note));
  out.member("who", std::string_view(report.who));
  out.member("at", std::string_view(to_text(at)));
  out.member("key", std::string_view(report.key)).end_object();
  return answer;
}

void report(const flow::LineContext& line, flow::Question&& question, const flow::Reply& reply) {
  const Result<CountForm> form = flow::read_form<CountForm>(question);
  if (!form) return reply(form.error());
  const Instant now = line.clock.now();
  Result<fact::QuantityReported> read = read_report(*form, *line.plant, now);
  if (!read && read.error().code == Code::refused) return reply(flow::conflict(read.error().what));
  if (!read) return reply(read.error());
  const Result<MachineId> machine = line.catalogue.machine(form->machine);
  if (!machine) return reply(machine.error());
  read->machine = *machine;
  read->who = question.who;
  const Instant at = form->at.value_or(now);
  flow::Answer answer = answer_of(*read, form->machine, at);
  flow::keep_then_reply(line.inbox, fact::Count(std::move(*read)), at, std::move(answer), reply);
}

}  // namespace

Result<fact::QuantityReported> read_report(const CountForm& form, const Plant& plant, Instant now) {
  const Machine* machine = find_machine(plant, form.machine);
  if (machine == nullptr)
    return fail(Code::not_found, "no machine '" + form.machine + "' in the plant file");
  TRY(check_numbers(form, now));
  if (counting(*machine) == Counting::nobody)
    return fail(Code::refused, "'" + form.machine +
                                   "' counts no parts: its place in the plant file has no section "
                                   "'count' (count: {} lets people count)");
  Problems ignored;  // told when the file was read
  const CountSection section = read_count(*machine, ignored);
  if (!section.good.empty() && form.good != 0)
    return fail(Code::refused, "'" + form.machine + "' counts its good parts by the tag '" +
                                   section.good + "': report the scrap only");
  return fact::QuantityReported{{},          form.order, form.good, form.scrap,
                                form.reason, form.note,  "",        form.key};
}

flow::Route counts_route(const flow::LineContext& line) {
  flow::Route route;
  route.method = flow::Method::post;
  route.path = "/api/v1/counts";
  route.permission = flow::Permission::write;
  route.help = "Reports good and scrapped parts of a machine in one action.";
  route.answer_schema = [](JsonWriter& out) { write_schema<CountForm>(out, SchemaFor::api); };
  route.begin = [line](flow::Question&& question, const flow::Reply& reply) {
    report(line, std::move(question), reply);
  };
  return route;
}

}  // namespace millwright::watch::count
