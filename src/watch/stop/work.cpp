#include <algorithm>

#include "model/calendar.hpp"
#include "model/described_json.hpp"
#include "model/machine_sections.hpp"
#include "watch/stop/answers.hpp"
#include "watch/stop/stop.hpp"

namespace millwright::watch::stop {
namespace {

constexpr int days_ahead = 2;
constexpr std::ptrdiff_t shifts_before = 2;  // of the days before: the last one and the one before
constexpr Duration looked_back = 240h;       // for them, over holidays

std::vector<Named> named(const std::vector<Reason>& reasons, const Plant& plant,
                         const std::string& path) {
  std::vector<Named> out;
  for (const Reason& reason : reasons)
    if (applies(reason, plant, path)) out.push_back({reason.name, title_of(reason)});
  return out;
}

std::vector<Named> products_of(const Plant& plant) {
  std::vector<Named> out;
  Problems ignored;  // told when the file was read
  for (const ProductItem& product : read_products(plant, ignored))
    out.push_back({product.name, title_of(product)});
  return out;
}

Work work_of(const Plant& plant, Instant now) {
  Work work;
  Problems ignored;  // told when the file was read
  const Calendar calendar = Calendar::read(plant, ignored);
  const Instant today = calendar.day_of(now).from;
  Instant end = today;
  for (int day = 0; day <= days_ahead; ++day)
    end = calendar.day_of(end).until;
  const std::vector<Shift> shifts = calendar.shifts_between(today - looked_back, end);
  auto at = std::find_if(shifts.begin(), shifts.end(),
                         [&](const Shift& shift) { return shift.until > today; });
  for (at -= std::min(shifts_before, at - shifts.begin()); at != shifts.end(); ++at) {
    work.shifts.push_back({at->name, at->day, at->from, at->until, {}});
    for (const TimeSpan& pause : at->breaks)
      work.shifts.back().breaks.push_back({pause.from, pause.until});
  }
  work.products = products_of(plant);
  const auto reasons = reasons_of(plant, "reasons");
  const auto scrap_reasons = reasons_of(plant, "scrap_reasons");
  for (const Machine& machine : plant.machines) {
    const std::string path = plant.machine_path(machine);
    const bool counts_good = counting(machine) == Counting::tag;
    work.machines.push_back(
        {path,
         machine.title.empty() ? machine.path.substr(machine.path.rfind('/') + 1) : machine.title,
         counts_good, named(reasons, plant, path), named(scrap_reasons, plant, path)});
  }
  return work;
}

}  // namespace

flow::Route work_route(const flow::LineContext& context) {
  flow::Route route;
  route.path = "/api/v1/work";
  route.help =
      "Shifts of three days and the two before, products, and the reasons of each machine.";
  route.answer_schema = [](JsonWriter& out) { write_schema<Work>(out, SchemaFor::api); };
  route.answer = [context](const flow::Question&) -> Result<flow::Answer> {
    flow::Answer answer;
    answer.body = to_json(work_of(*context.plant, context.clock.now()));
    return answer;
  };
  return route;
}

}  // namespace millwright::watch::stop
