#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model/describe.hpp"

namespace millwright::app {

enum class Verdict : std::uint8_t { good, warning, bad };
inline constexpr std::array<std::string_view, 3> verdict_words{"good", "warning", "bad"};
constexpr std::span<const std::string_view> words_of(Verdict) {
  return verdict_words;
}

// What one look found. `next` says what to do; empty when all is well.
struct Finding {
  std::string check;
  Verdict verdict = Verdict::good;
  std::string what, next;
  static constexpr auto describe() {
    return record("finding", field("check", &Finding::check, "", "What was looked at."),
                  field("verdict", &Finding::verdict, "", "How it is."),
                  field("what", &Finding::what, "", "What was found."),
                  field("next", &Finding::next, "", "What to do; empty when all is well."));
  }
};

struct DoctorSettings {
  std::filesystem::path data;
  std::string plant_file;  // empty: the one that the server started with
  std::string listen;      // empty: where the server listened, else the default
};

// Looks at all that makes a plant fail on this machine. Writes one file into the data folder, for
// the disk's latency, and removes it. Each of the parts gives one or more findings.
std::vector<Finding> examine(const DoctorSettings& settings);

std::vector<Finding> examine_folder(const std::filesystem::path& data);
std::vector<Finding> examine_room(const std::filesystem::path& data);
std::vector<Finding> examine_disk(const std::filesystem::path& data);
std::vector<Finding> examine_machine();
std::vector<Finding> examine_port(const std::string& listen, bool is_running);
std::vector<Finding> examine_plant(const std::string& file);
std::vector<Finding> examine_libraries();

// A library and its version, as it runs and as this program was built with.
struct Library {
  std::string name, runs, built;
  static constexpr auto describe() {
    return record("library", field("name", &Library::name, "", "Its name."),
                  field("runs", &Library::runs, "", "The version that runs."),
                  field("built", &Library::built, "", "The version this was built with."));
  }
};
std::vector<Library> libraries();

}  // namespace millwright::app
