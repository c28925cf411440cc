// POST /api/v1/counts: good and scrapped parts that people report.
#include <cstdlib>

#include "base/text.hpp"
#include "flow/form.hpp"
#include "model/described_json.hpp"
#include "model/plant_lists.hpp"
#include "watch/count/count.hpp"

namespace millwright::watch::count {
namespace {

constexpr std::int64_t parts_max = 1'000'000;
constexpr std::size_t text_max = 1000;

const Machine* find_machine(const Plant& plant, std::string_view path) {
  for (const Machine& machine : plant.machines)
    if (plant.machine_path(machine) == path) return &machine;
  return nullptr;
}

Outcome check_numbers(const CountForm& form) {
  if (form.good == 0 && form.scrap == 0)
    return fail(Code::invalid, "no parts: give 'good' or 'scrap'");
  if (form.good > parts_max || form.good < -parts_max || form.scrap > parts_max ||
      form.scrap < -parts_max)
    return fail(Code::invalid, "more than " + std::to_string(parts_max) + " parts in one report");
  for (const std::string* text : {&form.order, &form.reason, &form.note, &form.key})
    if (text->size() > text_max)
      return fail(Code::invalid, "a text of more than " + std::to_string(text_max) + " bytes");
  return Done{};
}

// A reason is one of the machine's when the plant file lists any. A wrong word would stand in every
// figure of the losses for good.
Outcome check_reason(const CountForm& form, const Plant& plant) {
  Problems ignored;  // told when the file was read
  const std::vector<Reason> listed = read_reasons(plant, "scrap_reasons", ignored);
  if (form.reason.empty() || listed.empty()) return Done{};
  std::string known;
  for (const Reason& reason : listed) {
    if (!applies(reason, plant, form.machine)) continue;
    if (reason.name == form.reason) return Done{};
    known += (known.empty() ? "" : ", ") + reason.name;
  }
  return fail(Code::invalid,
              "'" + form.reason + "' is no scrap reason of " + form.machine +
                  (known.empty() ? ": it has none under 'scrap_reasons:'" : ": they are " + known));
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
  const Instant at = flow::said_at(form->at, now).value_or(now);  // read_report has looked at it
  flow::Answer answer = answer_of(*read, form->machine, at);
  flow::keep_then_reply(line.inbox, fact::Count(std::move(*read)), at, std::move(answer), reply);
}

}  // namespace

Result<fact::QuantityReported> read_report(const CountForm& form, const Plant& plant, Instant now) {
  const Machine* machine = find_machine(plant, form.machine);
  if (machine == nullptr)
    return fail(Code::not_found, "no machine '" + form.machine + "' in the plant file");
  TRY(check_numbers(form));
  TRY(flow::said_at(form.at, now));
  TRY(check_reason(form, plant));
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
