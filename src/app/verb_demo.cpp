#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>

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

// The works of a data folder stays the same: its past, its orders and its counters go on.
Result<std::string> choose_seed(const std::filesystem::path& data, const std::string& asked) {
  const std::filesystem::path file = data / "seed";
  std::string kept;
  if (std::ifstream in(file); std::getline(in, kept) && !kept.empty()) {
    if (asked.empty() || asked == kept) return kept;
    return fail(Code::invalid, data.string() + " holds the works of seed " + kept + ", not of " +
                                   asked + ": leave --seed out, or name another --data folder");
  }
  const std::string seed = asked.empty() ? std::to_string(twin::true_seed) : asked;
  std::ofstream out(file);
  out << seed << '\n';
  if (!out.flush()) return fail(Code::refused, "cannot write " + file.string());
  return seed;
}

// Which past the demo has: chosen once for a data folder, so that a later start goes on with it.
struct DemoPast {
  std::string until, length;
};

DemoPast choose_past(const std::filesystem::path& data, const std::string& asked,
                     const std::string& clock) {
  const std::filesystem::path file = data / "past";
  DemoPast past;
  if (std::ifstream in(file); std::getline(in, past.until) && std::getline(in, past.length))
    return past;
  const bool is_new = !std::filesystem::exists(data / "journal");
  past = {"", asked};
  if (asked.empty() && is_new && clock != "manual") past.length = past_unless_told;
  if (past.length.empty() || !is_new) return {};
  const flow::RealClock now;
  const Instant until =
      clock == "manual" ? twin::manual_start : Instant(now.now().time_since_epoch() / 1s * 1s);
  past.until = to_text(until);
  std::ofstream(file) << past.until << '\n' << past.length << '\n';
  return past;
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
  verb.flag("--no-past", has_no_past, "begins with nothing known of the past");
  if (const auto code = verb.read(words)) return *code;
  ServerSettings settings;
  const Outcome taken = take_serve_words(serve, settings);
  if (!taken) return say_failed(taken.error());
  std::error_code trouble;
  std::filesystem::create_directories(settings.data, trouble);
  settings.plant_file = settings.data / "plant.yaml";
  const Result<std::string> works = choose_seed(settings.data, seed);
  if (!works) return say_failed(works.error());
  std::vector<std::string> plant_words{
      "--seed",      *works,    "--clock",       clock,
      "--base-port", base_port, "--write-plant", settings.plant_file.string()};
  const DemoPast chosen = has_no_past ? DemoPast{} : choose_past(settings.data, past, clock);
  if (!chosen.length.empty())
    plant_words.insert(plant_words.end(), {"--past", chosen.length, "--past-until", chosen.until});
  const auto plant = PlantProcess::start(plant_words);
  if (!plant) return say_failed(plant.error());
  const std::string& addresses = (*plant)->first_line();
  if (clock != "real") settings.clock_endpoint = addresses.substr(0, addresses.find(' '));
  return run_server(settings);
}

}  // namespace millwright::app
