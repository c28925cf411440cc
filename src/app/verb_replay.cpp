#include "app/plant_import.hpp"
#include "app/rooms.hpp"
#include "app/verbs.hpp"
#include "app/words.hpp"
#include "connect/replay/replay.hpp"

namespace millwright::app {
namespace {

constexpr double speed_max = 10'000;

Result<Instant> start_of(const std::filesystem::path& plant_file, const std::string& from) {
  if (!from.empty()) return to_instant(from);
  const PlantOfFile file = TRY(read_plant_file(plant_file, sections()));
  return connect::replay::recordings_begin(*file.plant, plant_file.parent_path());
}

}  // namespace

int verb_replay(const std::vector<std::string>& words) {
  Words verb(
      "millwright replay",
      "Recorded days of machines, as if they were heard now: the server of a plant file whose "
      "sources are recordings, on the clock of that time.");
  ServeWords serve;
  serve.data = "data/replay";
  ServerSettings settings;
  double speed = 60;
  std::string from;
  add_serve_words(verb, serve);
  verb.path("PLANT", settings.plant_file, "the plant file", Words::Need::required);
  verb.number("--speed", speed, {0.01, speed_max}, "how many times as fast as it was");
  verb.text("--from", from,
            "time to start at, as 2019-06-18T10:00:00Z; the recordings' own when absent");
  if (const auto code = verb.read(words)) return *code;
  const Outcome taken = take_serve_words(serve, settings);
  if (!taken) return say_failed(taken.error());
  const auto start = start_of(settings.plant_file, from);
  if (!start) return say_failed(start.error());
  settings.replay = ServerSettings::Replay{*start, speed};
  return run_server(settings);
}

}  // namespace millwright::app
