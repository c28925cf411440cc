// Takes backups of a real server while it is written to, and checks what each of them gives back:
// README.md.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <thread>

#include "rows.hpp"
#include "server_process.hpp"
#include "writer.hpp"

namespace millwright::kill {
namespace {

constexpr std::size_t writers = 2;
constexpr std::uint64_t acknowledged_max = 120;  // before a backup
constexpr auto acknowledge_wait = 60s;

struct Words {
  std::string program, plant, folder;
  std::uint64_t rounds = 4, seed = 1;
};

struct Ended {
  int code;
  std::string said;  // on both of its outputs
};

// Runs the program to its end.
Ended run_program(const Words& words, const std::vector<std::string>& arguments) {
  const std::string said = words.folder + "/said";
  const pid_t id = ::fork();
  CHECK(id >= 0);
  if (id == 0) {
    CHECK(std::freopen(said.c_str(), "w", stdout) != nullptr);
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
    std::vector<char*> list{const_cast<char*>(words.program.c_str())};
    for (const std::string& argument : arguments)
      list.push_back(const_cast<char*>(argument.c_str()));
    list.push_back(nullptr);
    ::execv(list[0], list.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(id, &status, 0);
  std::ostringstream text;
  text << std::ifstream(said).rdbuf();
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text.str()};
}

// A server on what was restored gives every row that was acknowledged before the backup began, and
// none that nobody sent.
Outcome check_restored(const Words& words, const std::string& backup,
                       const std::array<Series, writers>& all,
                       const std::array<std::uint64_t, writers>& kept, Rows& tally) {
  const std::string place = words.folder + "/restored";
  std::filesystem::remove_all(place);
  std::filesystem::create_directories(place);
  const Ended restored = run_program(words, {"restore", backup, "--data", place + "/data"});
  if (restored.code != 0) return fail(Code::corrupt, "the restore failed: " + restored.said);
  ServerProcess server =
      TRY(ServerProcess::start(words.program, place + "/data/plant.yaml", place));
  for (std::size_t i = 0; i < writers; ++i) {
    Series series{all[i].name, all[i].sent};
    series.is_kept.resize(series.sent);
    // A request that a kill of an earlier round cut off is among them and was not acknowledged.
    std::copy_n(all[i].is_kept.begin(), kept[i], series.is_kept.begin());
    TRY(check_series(server.port(), series, 0, tally));
  }
  server.signal(SIGTERM);
  if (!server.wait()) return fail(Code::invalid, "the restored server did not stop well");
  return Done{};
}

Outcome run_round(const Words& words, const std::string& backup, std::array<Series, writers>& all,
                  std::mt19937_64& random, Rows& tally) {
  ServerProcess server = TRY(ServerProcess::start(words.program, words.plant, words.folder));
  WriterLog log(words.folder + "/writers.log");
  std::atomic<std::uint64_t> acknowledged{0};
  std::vector<std::thread> threads;
  threads.reserve(writers);
  for (Series& series : all)
    threads.emplace_back(
        [&, seed = random()] { write_until_gone(server.port(), seed, series, log, acknowledged); });
  const std::uint64_t wanted = 1 + random() % acknowledged_max;
  const auto end = std::chrono::steady_clock::now() + acknowledge_wait;
  while (acknowledged < wanted && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  std::array<std::uint64_t, writers> kept{};
  for (std::size_t i = 0; i < writers; ++i)
    kept[i] = *all[i].kept_up_to;
  const std::uint64_t before = acknowledged;
  const Ended made = run_program(words, {"backup", backup, "--data", words.folder + "/data"});
  const bool was_written_to = acknowledged > before;
  server.signal(SIGKILL);
  server.wait();
  for (std::thread& thread : threads)
    thread.join();
  if (made.code != 0) return fail(Code::corrupt, "the backup failed: " + made.said);
  if (before < wanted || !was_written_to)
    return fail(Code::timed_out, "the server acknowledged too little: see writers.log");
  return check_restored(words, backup, all, kept, tally);
}

// One bit of the journal inside is turned: the restore says so, names the file and touches nothing.
Outcome check_damage(const Words& words, const std::string& backup) {
  std::ostringstream text;
  text << std::ifstream(backup, std::ios::binary).rdbuf();
  std::string bytes = text.str();
  const std::size_t at = bytes.find("MWJRNL");
  if (at == std::string::npos) return fail(Code::corrupt, "there is no journal in " + backup);
  bytes[at + 100] = static_cast<char>(bytes[at + 100] ^ 4);
  const std::string damaged = words.folder + "/damaged.tar", place = words.folder + "/nothing";
  std::ofstream(damaged, std::ios::binary) << bytes;
  const Ended refused = run_program(words, {"restore", damaged, "--data", place});
  const bool is_named = refused.said.find(".journal was changed") != std::string::npos;
  if (refused.code != 1 || !is_named)
    return fail(Code::corrupt, "a changed bit was not refused with its file: " + refused.said);
  if (std::filesystem::exists(place))
    return fail(Code::corrupt, "a refused backup left something behind");
  const Ended twice = run_program(words, {"backup", backup, "--data", words.folder + "/data"});
  if (twice.code != 1 || twice.said.find("is there already") == std::string::npos)
    return fail(Code::corrupt, "a backup was overwritten: " + twice.said);
  return Done{};
}

Outcome run(const Words& words) {
  std::filesystem::remove_all(words.folder);
  std::filesystem::create_directories(words.folder);
  std::mt19937_64 random(words.seed);
  std::array<Series, writers> all{{{"kill0"}, {"kill1"}}};
  std::array<std::atomic<std::uint64_t>, writers> kept{};
  for (std::size_t i = 0; i < writers; ++i)
    all[i].kept_up_to = &kept[i];
  Rows tally;
  std::string backup;
  for (std::uint64_t round = 1; round <= words.rounds; ++round) {
    backup = words.folder + "/backup" + std::to_string(round) + ".tar";
    const Outcome good = run_round(words, backup, all, random, tally);
    if (!good)
      return fail(good.error().code, "round " + std::to_string(round) + ": " + good.error().what);
  }
  TRY(check_damage(words, backup));
  std::printf(
      "%llu backups under load: every row acknowledged before is in each; %llu row checks\n",
      static_cast<unsigned long long>(words.rounds),
      static_cast<unsigned long long>(tally.checked));
  std::filesystem::remove_all(words.folder);
  return Done{};
}

}  // namespace
}  // namespace millwright::kill

int main(int count, char** words) {
  using namespace millwright::kill;
  const std::span<char*> given(words, static_cast<std::size_t>(count));
  if (given.size() < 4 || given.size() > 6) {
    std::fprintf(stderr, "use: %s PROGRAM PLANT FOLDER [ROUNDS] [SEED]\n", words[0]);
    return 2;
  }
  Words taken{given[1], given[2], given[3]};
  std::array<std::uint64_t*, 2> numbers{&taken.rounds, &taken.seed};
  for (std::size_t i = 4; i < given.size(); ++i)
    std::from_chars(given[i], given[i] + std::strlen(given[i]), *numbers[i - 4]);
  const auto good = run(taken);
  if (good) return 0;
  std::fprintf(stderr, "seed %llu: %s\n", static_cast<unsigned long long>(taken.seed),
               good.error().what.c_str());
  return 1;
}
