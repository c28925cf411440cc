#include <csignal>
#include <cstdio>
#include <fstream>
#include <mutex>

#include "app/verbs.hpp"
#include "app/words.hpp"
#include "base/log.hpp"
#include "flow/clock.hpp"
#include "twin/plant/past.hpp"
#include "twin/plant/plant.hpp"

namespace millwright::app {
namespace {

// What was asked for; none: as kept, and for a new one the usual.
struct Asked {
  std::optional<std::uint64_t> seed;
  std::optional<Duration> past;
};

Result<Duration> to_past(const std::string& text) {
  const Duration past = TRY(to_duration(text));
  if (past < twin::past_step || past > twin::past_length_max)
    return fail(Code::invalid, "--past is from " + to_text(twin::past_step) + " to " +
                                   to_text(twin::past_length_max));
  return past;
}

// A works that was shown before is that works, whoever asks for another one.
Outcome check_same(const twin::Life& life, const Asked& asked) {
  const std::string elsewhere =
      " out, or begin another works: with another --keep file, or for the "
      "demo with another --data folder";
  if (asked.seed && *asked.seed != life.seed)
    return fail(Code::invalid, "holds the works of seed " + std::to_string(life.seed) +
                                   ", not of " + std::to_string(*asked.seed) + ": leave --seed" +
                                   elsewhere);
  if (!asked.past || *asked.past == life.past()) return Done{};
  const std::string has =
      life.past() > Duration::zero() ? "a past of " + to_text(life.past()) : "no past";
  return fail(Code::invalid, "holds a works with " + has + ", not of " + to_text(*asked.past) +
                                 ": leave --past" + elsewhere);
}

// The works that goes on, or a new one, and what is so from now on.
Result<twin::KeptLife> take_life(const std::filesystem::path& file, const Asked& asked,
                                 twin::PlantSettings& settings) {
  const flow::RealClock clock;
  std::optional<twin::KeptLife> kept;
  if (!file.empty()) kept = TRY(twin::read_life(file));
  if (kept) {
    const auto in_file = [&](Error error) {
      error.what = file.string() + ": " + error.what;
      return error;
    };
    if (const Outcome same = check_same(kept->life, asked); !same) return in_file(same.error());
    const auto now = twin::goes_on_at(*kept, settings.clock, clock.now());
    if (!now) return in_file(now.error());
    settings.now = *now;
    settings.ports = kept->ports;
    TRY(twin::show_again(kept->life, *now));
  } else {
    const bool is_manual = settings.clock.kind == twin::PlantClock::Kind::manual;
    const Instant start = is_manual ? twin::manual_start : clock.now();
    kept.emplace();
    kept->life = TRY(twin::begin_life(asked.seed.value_or(twin::true_seed), start,
                                      asked.past.value_or(Duration::zero())));
    settings.now = kept->life.start;
  }
  kept->reached = *settings.now;
  settings.life = kept->life;
  return std::move(*kept);
}

// Keeps a works in its file, if it has one. Thread: any.
class Keeper {
 public:
  Keeper(std::filesystem::path file, twin::KeptLife kept)
      : file_(std::move(file)), kept_(std::move(kept)) {}

  void reach(Instant reached) {
    const std::scoped_lock lock(mutex_);
    kept_.reached = reached;
    const Outcome written = write();
    if (!written) log::warning("the works will not go on where it is: " + written.error().what);
  }
  Outcome keep(const twin::VirtualPlant& plant) {
    const std::scoped_lock lock(mutex_);
    kept_.ports.assign(plant.ports().begin(), plant.ports().end());
    if (plant.past_port() != 0) kept_.ports.push_back(plant.past_port());
    return write();
  }
  Outcome write() const { return file_.empty() ? Outcome(Done{}) : twin::write_life(file_, kept_); }

 private:
  std::mutex mutex_;
  std::filesystem::path file_;
  twin::KeptLife kept_;
};

Outcome write_plant_file(const std::string& file, const twin::PlantSettings& settings,
                         const twin::VirtualPlant& plant) {
  const bool is_real = settings.clock.kind == twin::PlantClock::Kind::real;
  const auto computer = is_real ? twin::ThisComputer::with : twin::ThisComputer::without;
  std::ofstream out(file, std::ios::trunc);
  out << TRY(twin::plant_file_text(*settings.life, plant.ports(), computer, plant.past_port()));
  if (!out.flush()) return fail(Code::refused, "cannot write " + file);
  return Done{};
}

// What a person should know about this start.
void say_notice(const twin::KeptLife& kept) {
  const auto& specials = kept.life.special_shifts;
  const bool holds_one = !specials.empty() && specials.back().from <= kept.reached &&
                         kept.reached < specials.back().to;
  if (holds_one)
    std::fprintf(stderr,
                 "millwright: Outside the shifts of the works (Monday to Friday 6 to 22): it holds "
                 "a special shift, so that you see it at work.\n");
}

void say_addresses(const twin::VirtualPlant& plant) {
  for (std::size_t i = 0; i < twin::group_count; ++i)
    std::printf("%s%s", i == 0 ? "" : " ", plant.address(static_cast<twin::Group>(i)).c_str());
  std::printf("\n");
  std::fflush(stdout);
}

void wait_for_end() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  int signal = 0;
  sigwait(&ends, &signal);
}

void block_ends() {  // before any thread: all inherit it
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
}

struct Files {
  std::string plant, keep;
};

Outcome show_works(const Files& files, const Asked& asked, twin::PlantSettings settings) {
  const twin::KeptLife kept = TRY(take_life(files.keep, asked, settings));
  Keeper keeper(files.keep, kept);
  TRY(keeper.write());  // before it is seen: what is decided now stays so
  if (!files.keep.empty()) settings.reaches = [&keeper](Instant reached) { keeper.reach(reached); };
  const twin::VirtualPlant plant = TRY(twin::VirtualPlant::open(settings));
  TRY(keeper.keep(plant));
  if (!files.plant.empty()) TRY(write_plant_file(files.plant, settings, plant));
  say_addresses(plant);
  say_notice(kept);
  wait_for_end();
  return Done{};
}

}  // namespace

// The first line that it prints is for programs: the ports of its servers.
int verb_plant(const std::vector<std::string>& words) {
  Words verb("millwright plant",
             "The virtual plant alone: the demo works behind real OPC UA servers on this machine.");
  twin::PlantSettings settings;
  std::uint64_t seed = twin::true_seed;
  std::string clock = "real";
  std::string past;
  Files files;
  verb.whole("--seed", seed, "seed 7 is the works of the table; others vary it by 30 %");
  verb.text("--clock", clock, "real, fast:N or manual");
  verb.port("--base-port", settings.base_port,
            "the servers listen at this port and the next; 0: any free ones");
  verb.text("--write-plant", files.plant,
            "writes the plant file that fits, for 'millwright serve'");
  verb.text("--past", past,
            "serves so much of the past before its start as a recording: 30 d; none when "
            "absent");
  verb.text("--keep", files.keep,
            "a file that keeps the works: the next start with it goes on with the same life");
  if (const auto code = verb.read(words)) return *code;
  const auto read = twin::to_plant_clock(clock);
  if (!read) return say_failed(read.error());
  settings.clock = *read;
  Asked asked;
  if (verb.has("--seed")) asked.seed = seed;
  if (!past.empty()) {
    const auto length = to_past(past);
    if (!length) return say_failed(length.error());
    asked.past = *length;
  }
  block_ends();
  const Outcome shown = show_works(files, asked, std::move(settings));
  return shown ? 0 : say_failed(shown.error());
}

}  // namespace millwright::app
