// Kills a real server again and again while it is written to, and checks what is left: README.md.

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <random>
#include <span>
#include <thread>

#include "keep/history/outside.hpp"
#include "rows.hpp"
#include "server_process.hpp"

namespace millwright::kill {
namespace {

constexpr std::size_t writers = 2;
constexpr std::uint64_t acknowledged_max = 60;      // before a kill
constexpr std::uint64_t rows_looked_back = 20'000;  // of rows checked in an earlier round
constexpr auto acknowledge_wait = 60s;

struct Words {
  std::string program, plant, folder;
  std::uint64_t rounds = 15, seed = 1;
  // Ends the power of the disk that the folder is on (`cut`) and brings it back (`mend`); a program
  // with one of these words.
  std::string disk;
};
struct Tally {
  std::uint64_t kills = 0, stops = 0, broken_stops = 0, cuts = 0;
  Rows rows{};
  double restart_max = 0;  // seconds
};

Outcome run_disk(const Words& words, const char* word) {
  const std::string command = "'" + words.disk + "' " + word;
  if (std::system(command.c_str()) == 0) return Done{};  // NOLINT: no other thread starts any
  return fail(Code::invalid, command + " failed");
}

// While the server runs and is written to. XFS may answer a sync that is under way when it is shut
// down with success, though it is lost: so it is dark before.
Outcome cut_power(const Words& words, ServerProcess& server, std::atomic<bool>& is_dark,
                  Tally& tally) {
  ++tally.cuts;
  is_dark = true;
  TRY(run_disk(words, "cut"));
  server.signal(SIGKILL);
  server.wait();
  return Done{};
}

// How the round ends: mostly kill -9, now and then SIGTERM, now and then both.
Outcome end_server(ServerProcess& server, std::mt19937_64& random, Tally& tally) {
  const std::uint64_t choice = random() % 8;
  if (choice == 0) {
    ++tally.stops;
    server.signal(SIGTERM);
    if (!server.wait()) return fail(Code::invalid, "the server did not stop well on SIGTERM");
    return Done{};
  }
  if (choice == 1) {
    ++tally.broken_stops;
    server.signal(SIGTERM);
    // The kill must fall somewhere into the stopping; where does not matter.
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 30'000));
  } else {
    ++tally.kills;
  }
  server.signal(SIGKILL);
  server.wait();
  return Done{};
}

Outcome run_round(const Words& words, std::array<Series, writers>& all, std::mt19937_64& random,
                  WriterLog& log, Tally& tally) {
  const auto start = std::chrono::steady_clock::now();
  ServerProcess server = TRY(ServerProcess::start(words.program, words.plant, words.folder));
  tally.restart_max =
      std::max(tally.restart_max,
               std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  for (const Series& series : all)
    TRY(check_series(server.port(), series, series.sent - std::min(series.sent, rows_looked_back),
                     tally.rows));
  std::atomic<std::uint64_t> acknowledged{0};
  std::atomic<bool> is_dark{false};
  std::vector<std::thread> threads;
  for (Series& series : all)
    series.is_dark = &is_dark;
  for (Series& series : all)
    threads.emplace_back(
        [&, seed = random()] { write_until_gone(server.port(), seed, series, log, acknowledged); });
  const std::uint64_t wanted = 1 + random() % acknowledged_max;
  const auto end = std::chrono::steady_clock::now() + acknowledge_wait;
  while (acknowledged < wanted && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  const bool is_late = acknowledged < wanted;
  Outcome ended = words.disk.empty() ? end_server(server, random, tally)
                                     : cut_power(words, server, is_dark, tally);
  for (std::thread& thread : threads)
    thread.join();
  if (ended && !words.disk.empty()) ended = run_disk(words, "mend");
  if (is_late)
    return fail(Code::timed_out, "the server acknowledged too little: see the log of the writers");
  return ended;
}

// Rows in the store's own files, with those that a later one replaced: each must be there once.
Result<std::uint64_t> rows_stored(const std::string& folder) {
  return TRY(keep::summary_of_history(folder + "/data/history")).rows;
}

// All rows of all rounds, and after a good stop the same number in the store.
Outcome check_all(const Words& words, const std::array<Series, writers>& all, Tally& tally) {
  ServerProcess server = TRY(ServerProcess::start(words.program, words.plant, words.folder));
  tally.rows.unsure_kept = 0;
  std::uint64_t visible = 0;
  for (const Series& series : all) {
    TRY(check_series(server.port(), series, 0, tally.rows));
    visible +=
        static_cast<std::uint64_t>(std::count(series.is_kept.begin(), series.is_kept.end(), true));
  }
  visible += tally.rows.unsure_kept;
  server.signal(SIGTERM);
  if (!server.wait()) return fail(Code::invalid, "the server did not stop well on SIGTERM");
  const std::uint64_t stored = TRY(rows_stored(words.folder));
  std::printf("%llu rows can be read, %llu are stored\n", static_cast<unsigned long long>(visible),
              static_cast<unsigned long long>(stored));
  if (stored == visible) return Done{};
  return fail(Code::corrupt, "the store does not hold every row once");
}

Outcome run(const Words& words) {
  std::filesystem::remove_all(words.folder);
  std::filesystem::create_directories(words.folder);
  std::mt19937_64 random(words.seed);
  // Not on a disk whose power is cut.
  WriterLog log((words.disk.empty() ? words.folder : words.disk) + ".log");
  std::array<Series, writers> all{{{"kill0"}, {"kill1"}}};
  Tally tally;
  for (std::uint64_t round = 1; round <= words.rounds; ++round) {
    log.say("round " + std::to_string(round));
    const Outcome good = run_round(words, all, random, log, tally);
    if (!good)
      return fail(good.error().code, "round " + std::to_string(round) + ": " + good.error().what);
  }
  TRY(check_all(words, all, tally));
  std::printf(
      "%llu kills, %llu stops, %llu kills while stopping, %llu power cuts: nothing acknowledged "
      "was lost, nothing is there twice; %llu row checks, slowest start %.2f s\n",
      static_cast<unsigned long long>(tally.kills), static_cast<unsigned long long>(tally.stops),
      static_cast<unsigned long long>(tally.broken_stops),
      static_cast<unsigned long long>(tally.cuts),
      static_cast<unsigned long long>(tally.rows.checked), tally.restart_max);
  std::filesystem::remove_all(words.folder);
  return Done{};
}

}  // namespace
}  // namespace millwright::kill

int main(int count, char** words) {
  using namespace millwright::kill;
  const std::span<char*> given(words, static_cast<std::size_t>(count));
  if (given.size() < 4 || given.size() > 7) {
    std::fprintf(stderr, "use: %s PROGRAM PLANT FOLDER [ROUNDS] [SEED] [DISK]\n", words[0]);
    return 2;
  }
  Words taken{given[1], given[2], given[3]};
  std::array<std::uint64_t*, 2> numbers{&taken.rounds, &taken.seed};
  if (given.size() == 7) taken.disk = given[6];
  for (std::size_t i = 4; i < std::min<std::size_t>(given.size(), 6); ++i)
    std::from_chars(given[i], given[i] + std::strlen(given[i]), *numbers[i - 4]);
  const auto good = run(taken);
  if (good) return 0;
  std::fprintf(stderr, "seed %llu: %s\n", static_cast<unsigned long long>(taken.seed),
               good.error().what.c_str());
  return 1;
}
