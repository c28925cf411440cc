#include <csignal>
#include <cstdio>
#include <fstream>

#include "app/verbs.hpp"
#include "app/words.hpp"
#include "twin/plant/plant.hpp"

namespace millwright::app {

// The first line that it prints is for programs: the ports of its servers.
int verb_plant(const std::vector<std::string>& words) {
  CLI::App verb(
      "The virtual plant alone: the demo works behind real OPC UA servers on this machine.",
      "millwright plant");
  twin::PlantSettings settings;
  std::string clock = "real";
  std::string file;
  verb.add_option("--seed", settings.seed,
                  "seed 7 is the works of the table; others vary it by 30 %")
      ->capture_default_str();
  verb.add_option("--clock", clock, "real, fast:N or manual")->capture_default_str();
  verb.add_option("--base-port", settings.base_port,
                  "the servers listen at this port and the next; 0: any free ones")
      ->capture_default_str();
  verb.add_option("--write-plant", file, "writes the plant file that fits, for 'millwright serve'");
  if (const auto code = read_words(verb, words)) return *code;
  const auto read = twin::to_plant_clock(clock);
  if (!read) return say_failed(read.error());
  settings.clock = *read;
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
    out << twin::plant_file_text(twin::works_of(settings.seed), plant->ports(), computer);
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
