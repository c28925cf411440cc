#include "connect/recording/edge.hpp"
#include "connect/recording/recording.hpp"
#include "model/described_json.hpp"
#include "model/described_load.hpp"

namespace millwright::connect::recording {
namespace {

// What stands under `recording:` of a source.
struct Settings {
  std::string address, file;

  static constexpr auto describe() {
    using T = Settings;
    return record("recording",
                  field("address", &T::address, "", "Who serves it: tcp://127.0.0.1:48409."),
                  field("file", &T::file, "", "A file; relative to the plant file."));
  }
};

void check(const Node& node, const Plant&, const Machine*, Problems& problems) {
  Settings settings;
  load(node, "", settings, problems);
  if (settings.address.empty() == settings.file.empty())
    problems.add({node.at, "recording", found_in(node), "either 'address' or 'file'", ""});
  if (!settings.address.empty() && !settings.address.starts_with("tcp://")) {
    const Node* const found = node.find("address");
    problems.add({found->at, "address", found_in(*found), "tcp://HOST:PORT", ""});
  }
}

Outcome check_address(std::string_view) {
  return fail(Code::invalid,
              "another source: a recording fills in the past of tags that others tell now, by "
              "their paths");
}

Result<Settings> settings_of(const Source& source) {
  Problems problems;
  Settings settings;
  load(source.settings, source.name, settings, problems);
  if (!problems.empty())
    return fail(Code::invalid, to_text(problems.list().front(), "the plant file"));
  return settings;
}

Result<std::unique_ptr<flow::Edge>> open_source(const flow::EdgeContext& context,
                                                const Source& source) {
  const Settings settings = TRY(settings_of(source));
  Script script{.source = TRY(context.catalogue.source(source.name, "recording")),
                .name = source.name,
                .address = settings.address};
  if (!settings.file.empty()) script.file = context.plant_folder / settings.file;
  script.progress_file = context.folder / (source.name + ".progress");
  for (const Machine& machine : context.plant.machines)
    for (const TagDescription& tag : machine.tags)
      script.kinds.emplace(context.plant.tag_path(machine, tag), tag.kind);
  return std::unique_ptr<flow::Edge>(std::make_unique<RecordingEdge>(context, std::move(script)));
}

Result<std::vector<std::unique_ptr<flow::Edge>>> open_edges(const flow::EdgeContext& context) {
  std::vector<std::unique_ptr<flow::Edge>> edges;
  for (const Source& source : context.plant.sources)
    if (source.kind == "recording") edges.push_back(TRY(open_source(context, source)));
  return edges;
}

}  // namespace

flow::Room room() {
  flow::Room room;
  room.name = "connect/recording";
  room.sections = {{Section::Place::source, "recording", "A past that is filled in.", check,
                    check_address,
                    [](JsonWriter& out) { write_schema<Settings>(out, SchemaFor::plant_file); }}};
  room.edges = open_edges;
  return room;
}

}  // namespace millwright::connect::recording
