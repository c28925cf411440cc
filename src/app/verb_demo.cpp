#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <fstream>

#include "app/verbs.hpp"
#include "app/words.hpp"
#include "flow/clock.hpp"
#include "twin/plant/plant.hpp"

namespace millwright::app {
namespace {

constexpr std::size_t first_line_bytes_max = 4096;
constexpr const char* past_unless_told = "30 d";

// The virtual plant in a process of its own: the server can reach it over its protocol alone.
class PlantProcess {
 public:
  static Result<std::unique_ptr<PlantProcess>> start(const std::vector<std::string>& words);
  ~PlantProcess() {
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
  }
  const std::string& first_line() const { return first_line_; }

 private:
  PlantProcess(pid_t process, std::string first_line)
      : process_(process), first_line_(std::move(first_line)) {}
  pid_t process_;
  std::string first_line_;
};

[[noreturn]] void become_plant(const std::vector<std::string>& words, int out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // a plant without its demo would keep the ports
  dup2(out, STDOUT_FILENO);
  std::vector<std::string> all{"millwright", "plant"};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  arguments.reserve(all.size() + 1);
  for (std::string& word : all)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execv("/proc/self/exe", arguments.data());
  _exit(127);
}

std::string read_line(int from) {
  std::string line;
  char c = 0;
  while (line.size() < first_line_bytes_max && read(from, &c, 1) == 1 && c != '\n')
    line += c;
  return c == '\n' ? line : std::string();
}

Result<std::unique_ptr<PlantProcess>> PlantProcess::start(const std::vector<std::string>& words) {
  int ends[2];  // NOLINT: the system's form
  if (pipe(ends) != 0) return fail(Code::refused, "the system gives no pipe to the virtual plant");
  const pid_t process = fork();
  if (process < 0) return fail(Code::refused, "the system gives no process for the virtual plant");
  if (process == 0) become_plant(words, ends[1]);
  close(ends[1]);
  std::string line = read_line(ends[0]);
  close(ends[0]);
  std::unique_ptr<PlantProcess> plant(new PlantProcess(process, std::move(line)));
  if (plant->first_line_.empty())
    return fail(Code::offline, "the virtual plant did not start: its words stand above");
  return plant;
}

constexpr const char* works_file = "works.json";

// Version 0.1.0 kept the seed and where the past ends in files of their own.
Outcome take_over(const std::filesystem::path& data) {
  if (std::filesystem::exists(data / works_file)) return Done{};
  std::string seed, until, length;
  std::ifstream of_seed(data / "seed"), of_past(data / "past");
  if (!std::getline(of_seed, seed)) return Done{};
  twin::KeptLife kept;
  const auto read = std::from_chars(seed.data(), seed.data() + seed.size(), kept.life.seed);
  if (read.ec != std::errc())
    return fail(Code::corrupt, (data / "seed").string() + " holds no seed: remove it");
  const bool has_past = std::getline(of_past, until) && std::getline(of_past, length);
  const Instant start = has_past ? TRY(to_instant(until)) : flow::RealClock().now();
  kept.life = TRY(twin::begin_life(kept.life.seed, start,
                                   has_past ? TRY(to_duration(length)) : Duration::zero()));
  kept.reached = start;
  return twin::write_life(data / works_file, kept);
}

}  // namespace

int verb_demo(const std::vector<std::string>& words) {
  Words verb(
      "millwright demo",
      "The demo: a virtual e-bike plant and its server, each a process of its own, on one clock.");
  ServeWords serve;
  serve.data = "data/demo";
  std::string seed;
  std::string clock = "real";
  std::string base_port = "0";
  add_serve_words(verb, serve);
  verb.text(
      "--seed", seed,
      "seed 7 is the works of the table, others vary it by 30 %; that of the data folder, else 7");
  verb.text("--clock", clock, "real, fast:N or manual");
  verb.text("--base-port", base_port, "first port of the plant's OPC UA servers; 0: any free ones");
  std::string past;
  bool has_no_past = false;
  verb.text("--past", past,
            "how much of the past comes in meanwhile, into a new data folder (30 d, but none "
            "with --clock manual)");
  verb.flag("--no-past", has_no_past, "a new data folder begins with nothing known of the past");
  if (const auto code = verb.read(words)) return *code;
  ServerSettings settings;
  const Outcome taken = take_serve_words(serve, settings);
  if (!taken) return say_failed(taken.error());
  std::error_code trouble;
  std::filesystem::create_directories(settings.data, trouble);
  settings.plant_file = settings.data / "plant.yaml";
  const Outcome taken_over = take_over(settings.data);
  if (!taken_over) return say_failed(taken_over.error());
  const std::filesystem::path works = settings.data / works_file;
  std::vector<std::string> plant_words{"--clock", clock,           "--base-port",
                                       base_port, "--write-plant", settings.plant_file.string(),
                                       "--keep",  works.string()};
  if (!seed.empty()) plant_words.insert(plant_words.end(), {"--seed", seed});
  const bool is_new =
      !std::filesystem::exists(works) && !std::filesystem::exists(settings.data / "journal");
  if (past.empty() && is_new && !has_no_past && clock != "manual") past = past_unless_told;
  if (!past.empty()) plant_words.insert(plant_words.end(), {"--past", past});
  const auto plant = PlantProcess::start(plant_words);
  if (!plant) return say_failed(plant.error());
  const std::string& addresses = (*plant)->first_line();
  if (clock != "real") settings.clock_endpoint = addresses.substr(0, addresses.find(' '));
  return run_server(settings);
}

}  // namespace millwright::app
