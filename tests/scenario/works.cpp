#include "works.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "connect/recording/recording.hpp"
#include "watch/count/count.hpp"
#include "watch/data/data.hpp"
#include "watch/oee/oee.hpp"
#include "watch/order/order.hpp"
#include "watch/state/state.hpp"
#include "watch/stop/stop.hpp"

namespace millwright::scenario {
namespace {

constexpr Duration rest_max = 60s;  // for the line to come to rest; it takes milliseconds

// A source that a story speaks of and that the plant file does not name is of this kind.
Section any_source(std::string key) {
  Section section;
  section.place = Section::Place::source;
  section.key = std::move(key);
  section.help = "A source that a scenario speaks for.";
  section.check = [](const Node&, const Plant&, const Machine*, Problems&) {};
  section.check_address = [](std::string_view) -> Outcome { return Done{}; };
  section.write_schema = [](JsonWriter&) {};
  return section;
}

}  // namespace

Works::Works(flow::Clock& clock, flow::MemoryJournal kept)
    : clock_(clock), journal_(std::move(kept)) {
  rooms_ = {watch::state::room(),      watch::count::room(), watch::order::room(),
            watch::stop::room(),       watch::data::room(),  watch::oee::room(),
            connect::recording::room()};
  flow::Core::Stages stages;
  for (const flow::Room& room : rooms_) {
    if (room.stage) stages.push_back(room.stage(directory_));
    sections_.insert(sections_.end(), room.sections.begin(), room.sections.end());
  }
  sections_.push_back(any_source("story"));
  sections_.push_back(any_source("opcua"));
  auto witness = std::make_unique<Witness>();
  witness_ = witness.get();
  stages.push_back(std::move(witness));
  flow::LineSettings settings;
  settings.snapshot_every = 24h * 365;  // The story takes snapshots of its own.
  const auto read_plant = [this](const std::string& text) {
    Problems problems;
    return read(text, problems);
  };
  line_ = std::make_unique<flow::Line>(
      settings, flow::Line::Parts{clock_, journal_, directory_, std::move(stages), read_plant, {}});
}

void Works::open(const std::string& plant_text, Instant at) {
  Problems problems;
  plant_ = read(plant_text, problems);
  CHECK(line_->inbox().say(fact::Line(fact::PlantChanged{plant_text, plant_}), at));
  for (const Source& source : plant_->sources)
    CHECK(line_->catalogue().source(source.name, source.kind));
  for (const Machine& machine : plant_->machines) {
    CHECK(line_->catalogue().machine(plant_->machine_path(machine)));
    for (const TagDescription& tag : machine.tags)
      CHECK(line_->catalogue().tag(plant_->tag_path(machine, tag), tag.kind, tag.unit, true));
  }
  settle();
}

void Works::settle() {
  const Outcome rested = line_->flush(rest_max);
  if (!rested) bug("the line does not come to rest", rested.error().what.c_str());
}

std::vector<std::unique_ptr<flow::Edge>> Works::begin_recordings(
    const std::filesystem::path& folder) {
  const flow::EdgeContext context{*plant_, line_->inbox(), line_->catalogue(),
                                  clock_,  folder,         folder};
  auto edges = rooms_.back().edges(context);
  if (!edges) bug("no recording is read", edges.error().what.c_str());
  return std::move(*edges);
}

Result<std::string> Works::ask(std::string_view path, Parameters parameters) const {
  flow::Question question;
  question.parameters = std::move(parameters);
  for (const flow::Room& room : rooms_)
    for (const flow::Route& route : room.routes)
      if (route.path == path && route.method == flow::Method::get)
        return TRY(route.answer(question)).body;
  return fail(Code::not_found, "no route " + std::string(path));
}

Result<std::string> Works::states_between(Instant from, Instant to) const {
  return ask("/api/v1/states", {{"from", to_text(from)}, {"to", to_text(to)}});
}

std::string Works::oee_in_hour(const std::string& path, Instant hour) const {
  const auto answer =
      ask("/api/v1/oee",
          {{"path", path}, {"each", "hour"}, {"from", to_text(hour)}, {"to", to_text(hour + 1ns)}});
  const std::string_view begin = "{\"rows\":[", end = "]}";
  if (!answer || answer->size() <= begin.size() + end.size()) return "";
  return answer->substr(begin.size(), answer->size() - begin.size() - end.size());
}

std::string Works::row(std::string_view view_name, std::string_view key) const {
  const auto view = line_->views().get(view_name);
  for (std::size_t slot = 0; view != nullptr && slot < view->slots(); ++slot) {
    if (view->key(slot) != key) continue;
    std::string text;
    JsonWriter out(text);
    view->write_row(slot, out);
    return text;
  }
  return "";
}

std::vector<std::string> Works::mistakes_in_plant(const std::string& plant_text) const {
  Problems problems;
  read(plant_text, problems);
  std::vector<std::string> out;
  for (const Problem& problem : problems.list())
    out.push_back(to_text(problem, "plant"));
  return out;
}

std::shared_ptr<const Plant> Works::read(const std::string& plant_text, Problems& problems) const {
  return std::make_shared<const Plant>(millwright::read_plant(plant_text, sections_, problems));
}

}  // namespace millwright::scenario
