#include <algorithm>

#include "model/described_json.hpp"
#include "watch/state/answers.hpp"
#include "watch/state/state.hpp"

namespace millwright::watch::state {
namespace {

constexpr std::size_t intervals_max = 50'000;  // of an answer
constexpr Duration span_unless_told = 24h;

struct Asked {
  Instant from, to;
  std::string_view machine;  // empty: all
};

Result<Asked> read_question(const flow::Question& question, Instant now) {
  Asked asked{now - span_unless_told, now, question.parameter("machine")};
  if (!question.parameter("to").empty()) asked.to = TRY(to_instant(question.parameter("to")));
  asked.from = question.parameter("from").empty() ? asked.to - span_unless_told
                                                  : TRY(to_instant(question.parameter("from")));
  if (asked.from > asked.to)
    return fail(Code::invalid, "'from' is after 'to': give the earlier time as 'from'");
  return asked;
}

// Adds the intervals of a list that overlap the asked time, from the one that holds at `from` on.
// The one that was added last ends where the next begins.
void add_overlapping(const std::vector<Interval>& all, const Asked& asked,
                     std::vector<ShownInterval>& out) {
  auto at = std::upper_bound(all.begin(), all.end(), asked.from,
                             [](Instant time, const Interval& i) { return time < i.from; });
  if (at != all.begin()) --at;
  for (; at != all.end(); ++at) {
    if (!out.empty()) out.back().to = at->from;
    if (at->from > asked.to) return;
    if (!out.empty() && *out.back().to <= asked.from) out.pop_back();
    out.push_back({at->from, std::nullopt, at->state, at->mode, at->why});
  }
}

std::vector<ShownInterval> overlapping(const Bands::Band& band, const Asked& asked) {
  std::vector<ShownInterval> out;
  if (band.older) add_overlapping(*band.older, asked, out);
  if (band.older && band.older->back().from > asked.to) return out;
  add_overlapping(*band.recent, asked, out);
  return out;
}

Result<States> find(const Bands& bands, const Asked& asked) {
  States found;
  std::size_t intervals = 0;
  for (const auto& [path, band] : bands.of_machine) {
    if (!asked.machine.empty() && asked.machine != path) continue;
    const auto& shown = found.machines[path] = overlapping(band, asked);
    intervals += shown.size();
    if (intervals > intervals_max)
      return fail(Code::invalid, "more than " + std::to_string(intervals_max) +
                                     " intervals: ask for a shorter time or one machine");
  }
  if (!asked.machine.empty() && found.machines.empty())
    return fail(Code::not_found, "no machine '" + std::string(asked.machine) +
                                     "' with a section 'state' in the plant file");
  return found;
}

std::string csv_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

flow::Answer as_csv(const States& found) {
  flow::Answer answer;
  answer.content_type = "text/csv; charset=utf-8";
  answer.body = "machine,from,to,state,mode,why\r\n";
  for (const auto& [path, shown] : found.machines) {
    for (const ShownInterval& s : shown) {
      answer.body += csv_text(path) + ',' + to_text(s.from) + ',' + (s.to ? to_text(*s.to) : "") +
                     ',' + std::string(word(s.state)) + ',' + std::string(word(s.mode)) + ',' +
                     csv_text(s.why) + "\r\n";
    }
  }
  return answer;
}

Section state_section() {
  Section section;
  section.place = Section::Place::machine;
  section.key = "state";
  section.help = "Rules by which the machine's tags tell its state and mode.";
  section.check = [](const Node& node, const Plant&, const Machine* machine, Problems& problems) {
    if (machine != nullptr) read_rules(node, *machine, problems);
  };
  section.write_schema = [](JsonWriter& out) {
    write_schema<StateSection>(out, SchemaFor::plant_file);
  };
  return section;
}

}  // namespace

void BandBoard::put(std::shared_ptr<const Bands> bands) {
  const std::lock_guard lock(mutex_);
  bands_ = std::move(bands);
}

std::shared_ptr<const Bands> BandBoard::get() const {
  const std::lock_guard lock(mutex_);
  return bands_;
}

flow::Route states_route(const std::shared_ptr<const BandBoard>& board) {
  flow::Route route;
  route.path = "/api/v1/states";
  route.help = "The states of machines over time.";
  route.parameters = {{"from", "RFC 3339; a day before `to` when absent", false},
                      {"to", "RFC 3339; now when absent", false},
                      {"machine", "path of one machine; all when absent", false},
                      {"format", "json (when absent) or csv", false}};
  route.answer_schema = [](JsonWriter& out) { write_schema<States>(out, SchemaFor::api); };
  route.answer = [board](const flow::Question& question) -> Result<flow::Answer> {
    const std::shared_ptr<const Bands> bands = board->get();
    if (bands == nullptr) return fail(Code::offline, "the states are not there yet: ask again");
    const std::string_view format = question.parameter("format");
    if (!format.empty() && format != "json" && format != "csv")
      return fail(Code::invalid, "format '" + std::string(format) + "' is not known: json or csv");
    const States found = TRY(find(*bands, TRY(read_question(question, bands->now))));
    if (format == "csv") return as_csv(found);
    flow::Answer answer;
    answer.body = to_json(found);
    return answer;
  };
  return route;
}

flow::Room room() {
  auto board = std::make_shared<BandBoard>();
  flow::Room room;
  room.name = "watch/state";
  room.sections = {state_section()};
  room.stage = [board](const flow::Directory& directory) { return make_stage(directory, board); };
  room.routes = {states_route(board)};
  room.views = {{"machines", "What each machine does now, by its path.",
                 [](JsonWriter& out) { write_schema<MachineRow>(out, SchemaFor::api); }}};
  return room;
}

}  // namespace millwright::watch::state
