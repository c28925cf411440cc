#include <csignal>
#include <cstdio>
#include <fstream>

#include "app/verbs.hpp"
#include "app/words.hpp"
#include "flow/clock.hpp"
#include "twin/plant/past.hpp"
#include "twin/plant/plant.hpp"

namespace millwright::app {
namespace {

// A past that ended less than this ago is the plant's own: it goes on from there.
constexpr Duration goes_on_within = 1min;

Outcome take_past(const std::string& length, const std::string& until,
                  twin::PlantSettings& settings) {
  if (length.empty()) return Done{};
  settings.past = TRY(to_duration(length));
  if (settings.past < twin::past_step || settings.past > twin::past_length_max)
    return fail(Code::invalid, "--past is from " + to_text(twin::past_step) + " to " +
                                   to_text(twin::past_length_max));
  if (until.empty()) return Done{};
  settings.past_until = TRY(to_instant(until));
  const flow::RealClock clock;
  const Duration ago = clock.now() - *settings.past_until;
  const bool is_manual = settings.clock.kind == twin::PlantClock::Kind::manual;
  if (is_manual || (ago >= Duration::zero() && ago < goes_on_within))
    settings.start = settings.past_until;
  return Done{};
}

}  // namespace

// The first line that it prints is for programs: the ports of its servers.
int verb_plant(const std::vector<std::string>& words) {
  Words verb("millwright plant",
             "The virtual plant alone: the demo works behind real OPC UA servers on this machine.");
  twin::PlantSettings settings;
  std::string clock = "real";
  std::string file, past, past_until;
  verb.whole("--seed", settings.seed, "seed 7 is the works of the table; others vary it by 30 %");
  verb.text("--clock", clock, "real, fast:N or manual");
  verb.port("--base-port", settings.base_port,
            "the servers listen at this port and the next; 0: any free ones");
  verb.text("--write-plant", file, "writes the plant file that fits, for 'millwright serve'");
  verb.text("--past", past,
            "serves so much of the past before its start as a recording: 30 d; none when "
            "absent");
  verb.text("--past-until", past_until,
            "where that past ends, as 2026-11-22T10:00:00Z; at the start when absent");
  if (const auto code = verb.read(words)) return *code;
  const auto read = twin::to_plant_clock(clock);
  if (!read) return say_failed(read.error());
  settings.clock = *read;
  const Outcome taken = take_past(past, past_until, settings);
  if (!taken) return say_failed(taken.error());
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  const auto plant = twin::VirtualPlant::open(settings);
  if (!plant) return say_failed(plant.error());
  const bool is_real = settings.clock.kind == twin::PlantClock::Kind::real;
  const auto computer = is_real ? twin::ThisComputer::with : twin::ThisComputer::without;
  if (!file.empty()) {
    std::ofstream out(file, std::ios::trunc);
    out << twin::plant_file_text(twin::works_of(settings.seed), plant->ports(), computer,
                                 plant->past_port(), plant->special());
    if (!out.flush()) return say_failed(fail(Code::refused, "cannot write " + file));
  }
  for (std::size_t i = 0; i < twin::group_count; ++i) {
    std::printf("%s%s", i == 0 ? "" : " ", plant->address(static_cast<twin::Group>(i)).c_str());
  }
  std::printf("\n");
  std::fflush(stdout);
  if (!plant->notice().empty()) std::fprintf(stderr, "millwright: %s\n", plant->notice().c_str());
  int signal = 0;
  sigwait(&ends, &signal);
  return 0;
}

}  // namespace millwright::app
