#include <cstdio>

#include "app/rooms.hpp"
#include "app/verbs.hpp"
#include "app/words.hpp"
#include "model/check.hpp"

namespace millwright::app {

int verb_check(const std::vector<std::string>& words) {
  Words verb(
      "millwright check",
      "Reads a plant file and tells every mistake with its line, its column and what to write "
      "instead.");
  std::string file;
  bool wants_json = false;
  bool wants_schema = false;
  verb.text("PLANT", file, "the plant file");
  verb.flag("--json", wants_json, "prints the problems as JSON");
  verb.flag("--schema", wants_schema,
            "prints the JSON schema of the plant file, for editors, and checks nothing");
  if (const auto code = verb.read(words)) return *code;
  if (wants_schema) {
    std::printf("%s\n", plant_schema(sections()).c_str());
    return 0;
  }
  if (file.empty()) {
    std::fprintf(stderr, "millwright check: which plant file? millwright check plant.yaml\n");
    return 2;
  }
  const std::vector<Section> known = sections();
  const Result<CheckReport> report = check_plant_file(file, known);
  if (!report) {
    std::fprintf(stderr, "millwright check: %s\n", report.error().what.c_str());
    return exit_code(report);
  }
  std::printf("%s\n", (wants_json ? report_json(*report) : report_text(*report)).c_str());
  return exit_code(report);
}

}  // namespace millwright::app
