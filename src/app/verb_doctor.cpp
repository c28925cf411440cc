#include <algorithm>
#include <cstdio>

#include "app/data_folder.hpp"
#include "app/doctor.hpp"
#include "app/verbs.hpp"
#include "app/words.hpp"
#include "model/described_json.hpp"

namespace millwright::app {
namespace {

struct DoctorReport {
  bool is_good = true;
  std::vector<Finding> findings{};
  static constexpr auto describe() {
    return record("doctor", field("is_good", &DoctorReport::is_good, "", "Nothing is bad."),
                  field("findings", &DoctorReport::findings, "", "What was found."));
  }
};

struct VersionReport {
  std::string millwright = MILLWRIGHT_VERSION;
  std::uint32_t data_format = app::data_format;
  std::vector<Library> libraries{};
  static constexpr auto describe() {
    return record(
        "version", field("millwright", &VersionReport::millwright, "", "This program."),
        field("data_format", &VersionReport::data_format, "", "Form of data folders it knows."),
        field("libraries", &VersionReport::libraries, "", "What it is built on."));
  }
};

void print(const DoctorReport& report) {
  for (const Finding& finding : report.findings) {
    const std::string verdict(word(finding.verdict));
    std::printf("%-8s %-12s %s\n", verdict.c_str(), finding.check.c_str(), finding.what.c_str());
    if (!finding.next.empty()) std::printf("%-21s %s\n", "", finding.next.c_str());
  }
}

}  // namespace

int verb_doctor(const std::vector<std::string>& words) {
  Words verb(
      "millwright doctor",
      "Looks at what makes a plant fail on this computer: data folder, room and how long it lasts, "
      "the disk's latency, clock, memory, open files, port, plant file, time zones, libraries. "
      "Exit code 1 when something is bad.");
  std::string data, plant, listen;
  bool wants_json = false;
  verb.text("--data", data,
            "the data folder; found by itself where it is ./data or that of the installed "
            "service");
  verb.text("--plant", plant, "the plant file; without it the one that the server started with");
  verb.text("--listen", listen, "HOST:PORT; without it where the server listened");
  verb.flag("--json", wants_json, "prints the findings as JSON");
  if (const auto code = verb.read(words)) return *code;
  DoctorReport report;
  report.findings = examine({data_of_server(data), plant, listen});
  report.is_good = std::none_of(report.findings.begin(), report.findings.end(),
                                [](const Finding& f) { return f.verdict == Verdict::bad; });
  if (wants_json) {
    std::printf("%s\n", to_json(report).c_str());
  } else {
    print(report);
  }
  return report.is_good ? 0 : 1;
}

int verb_version(const std::vector<std::string>& words) {
  Words verb("millwright version", "Tells the version of this program and of what it is built on.");
  bool wants_json = false;
  verb.flag("--json", wants_json, "prints it as JSON");
  if (const auto code = verb.read(words)) return *code;
  VersionReport report;
  report.libraries = libraries();
  if (wants_json) {
    std::printf("%s\n", to_json(report).c_str());
    return 0;
  }
  std::printf("millwright %s, data form %u\n", report.millwright.c_str(), report.data_format);
  for (const Library& library : report.libraries)
    std::printf("  %-14s %s\n", library.name.c_str(), library.runs.c_str());
  return 0;
}

}  // namespace millwright::app
