#include "app/plant_import.hpp"

#include <fstream>
#include <sstream>

namespace millwright::app {

Result<PlantOfFile> read_plant_file(const std::filesystem::path& file,
                                    std::span<const Section> sections) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    return fail(Code::not_found,
                "cannot read the plant file " + file.string() + ": is the path right?");
  PlantOfFile out{text.str(), nullptr};
  Problems problems;
  out.plant = std::make_shared<Plant>(read_plant(out.text, sections, problems));
  if (problems.empty()) return out;
  std::string what;
  for (const Problem& problem : problems.list())
    what += to_text(problem, file.string()) + "\n";
  return fail(Code::invalid,
              what + std::to_string(problems.count()) + " problems in " + file.string());
}

Outcome import_plant(flow::Line& line, const flow::Clock& clock, const PlantOfFile& file) {
  if (line.plant_text() == file.text) return Done{};
  flow::Catalogue& catalogue = line.catalogue();
  for (const Machine& machine : file.plant->machines) {
    TRY(catalogue.machine(file.plant->machine_path(machine)));
    for (const TagDescription& tag : machine.tags) {
      TRY(catalogue.tag(file.plant->tag_path(machine, tag), tag.kind, tag.unit, true));
    }
  }
  for (const Source& source : file.plant->sources)
    TRY(catalogue.source(source.name, source.kind));
  if (!line.inbox().say(fact::Line(fact::PlantChanged{file.text, file.plant}), clock.now())) {
    return fail(Code::offline, "millwright is stopping");
  }
  return Done{};
}

}  // namespace millwright::app
