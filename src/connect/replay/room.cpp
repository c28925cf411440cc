#include <algorithm>

#include "connect/replay/edge.hpp"
#include "connect/replay/replay.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright::connect::replay {
namespace {

constexpr std::size_t files_max = 1000;
constexpr Duration shift_max = std::chrono::hours(24) * 36'525;  // a hundred years

// What stands under `replay:` of a source.
struct Settings {
  std::vector<std::string> files;
  Duration shift{};

  static constexpr auto describe() {
    using T = Settings;
    return record(
        "replay",
        required("files", &T::files, "",
                 "Recordings (SHDR text, may be packed with gzip), in order of time; relative to "
                 "the plant file."),
        field("shift", &T::shift, "",
              "Added to every time, so that days of different years can play together: 56 d."));
  }
};

void check(const Node& node, const Plant&, const Machine*, Problems& problems) {
  Settings settings;
  load(node, "", settings, problems);
  const auto expect = [&](std::string_view key, std::string expected) {
    const Node* found = node.find(key);
    if (found == nullptr) return;
    problems.add({found->at, std::string(key), found_in(*found), std::move(expected), ""});
  };
  if (settings.files.empty() || settings.files.size() > files_max)
    expect("files", "a list of 1 to " + std::to_string(files_max) + " files");
  if (settings.shift < -shift_max || settings.shift > shift_max)
    expect("shift", "at most " + to_text(shift_max));
}

Outcome check_address(std::string_view address) {
  const bool is_item = !address.empty() && address.size() <= 256 &&
                       address.find_first_of("|\r\n") == std::string_view::npos;
  if (!is_item) return fail(Code::invalid, "the name of a data item, as execution or Sload");
  return Done{};
}

Result<Settings> settings_of(const Source& source) {
  Problems problems;
  Settings settings;
  load(source.settings, source.name, settings, problems);
  if (!problems.empty())
    return fail(Code::invalid, to_text(problems.list().front(), "the plant file"));
  if (settings.files.empty())
    return fail(Code::invalid, "the source '" + source.name + "' names no recording in 'files'");
  return settings;
}

Result<std::unique_ptr<flow::Edge>> open_source(const flow::EdgeContext& context,
                                                const Source& source) {
  const Settings settings = TRY(settings_of(source));
  Script script{.source = TRY(context.catalogue.source(source.name, "replay")),
                .files = {},
                .shift = settings.shift,
                .wanted = {}};
  for (const std::string& file : settings.files)
    script.files.push_back(context.plant_folder / file);
  for (const Machine& machine : context.plant.machines) {
    for (const TagDescription& tag : machine.tags) {
      if (!tag.from || tag.from->source != source.name) continue;
      const std::string path = context.plant.tag_path(machine, tag);
      script.wanted.push_back({TRY(context.catalogue.tag(path, tag.kind, tag.unit, true)), path,
                               tag.kind, tag.from->address});
    }
  }
  return std::unique_ptr<flow::Edge>(std::make_unique<ReplayEdge>(context, std::move(script)));
}

Result<std::vector<std::unique_ptr<flow::Edge>>> open_edges(const flow::EdgeContext& context) {
  std::vector<std::unique_ptr<flow::Edge>> edges;
  for (const Source& source : context.plant.sources) {
    if (source.kind == "replay") edges.push_back(TRY(open_source(context, source)));
  }
  return edges;
}

}  // namespace

Result<Instant> recordings_begin(const Plant& plant, const std::filesystem::path& folder) {
  std::optional<Instant> earliest;
  for (const Source& source : plant.sources) {
    if (source.kind != "replay") continue;
    const Settings settings = TRY(settings_of(source));
    for (const std::string& file : settings.files) {
      const Instant begin = TRY(begin_of(folder / file)) + settings.shift;
      earliest = std::min(earliest.value_or(begin), begin);
    }
  }
  if (!earliest)
    return fail(Code::not_found,
                "the plant file has no source with 'replay:': there is nothing to replay");
  return *earliest;
}

flow::Room room() {
  flow::Room room;
  room.name = "connect/replay";
  room.sections = {{Section::Place::source, "replay", "Recorded days of machines.", check,
                    check_address,
                    [](JsonWriter& out) { write_schema<Settings>(out, SchemaFor::plant_file); }}};
  room.edges = open_edges;
  return room;
}

}  // namespace millwright::connect::replay
