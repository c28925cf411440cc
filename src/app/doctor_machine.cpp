// The computer, the port, the plant file.
#include <netdb.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <thread>

#include "app/doctor.hpp"
#include "app/plant_import.hpp"
#include "app/progress.hpp"
#include "app/rooms.hpp"
#include "model/check.hpp"
#include "model/plant_rules.hpp"
#include "net/stream/stream.hpp"

namespace millwright::app {
namespace {

constexpr std::uint64_t memory_least = std::uint64_t{1} << 30U;
constexpr rlim_t files_least = 4096;
constexpr const char* zone_asked = "Europe/Berlin";

Finding examine_clock() {
  timex about{};
  const int state = ::adjtimex(&about);
  const std::string next =
      "Times of readings are only as right as this clock: let it be set by the plant's time server "
      "(systemd-timesyncd or chrony; timedatectl says how it stands).";
  if (state < 0)
    return {"clock", Verdict::warning, "this computer does not say whether its clock is set", next};
  if (state == TIME_ERROR || (about.status & STA_UNSYNC) != 0)
    return {"clock", Verdict::warning, "nobody sets this computer's clock", next};
  return {"clock", Verdict::good,
          "set by a time server, within " + std::to_string(about.maxerror / 1000) + " ms", ""};
}

Finding examine_memory() {
  std::ifstream in("/proc/meminfo");
  std::string name, unit;
  std::uint64_t number = 0;
  while (in >> name >> number) {
    std::getline(in, unit);
    if (name != "MemAvailable:") continue;
    const std::string what = bytes_text(number * 1024) + " of memory available, " +
                             std::to_string(std::thread::hardware_concurrency()) + " cores";
    if (number * 1024 >= memory_least) return {"memory", Verdict::good, what, ""};
    return {
        "memory", Verdict::warning, what,
        "End other programs or add memory: with less than 1 GB a large plant is slow to start."};
  }
  return {"memory", Verdict::warning, "/proc/meminfo cannot be read", "Mount /proc."};
}

Finding examine_open_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::string what = std::to_string(limit.rlim_cur) + " files may be open at once";
  if (limit.rlim_cur >= files_least) return {"open files", Verdict::good, what, ""};
  return {
      "open files", Verdict::warning, what,
      "Each connection needs one: start with 'ulimit -n 65536', or set LimitNOFILE=65536 in the "
      "unit (the unit of the package has it)."};
}

Finding examine_zones(const std::string& zone) {
  std::string nearest;
  const Outcome known = check_zone(zone, nearest);
  if (known) return {"time zones", Verdict::good, zone + " is known", ""};
  return {"time zones", Verdict::bad, "the time zone " + zone + " is not known on this computer",
          "Install the package tzdata: shifts and days are told in the plant's zone."};
}

}  // namespace

std::vector<Finding> examine_machine() {
  return {examine_clock(), examine_memory(), examine_open_files()};
}

std::vector<Finding> examine_port(const std::string& listen, bool is_running) {
  if (is_running) return {{"port", Verdict::good, listen + " is that of the running server", ""}};
  const auto at = net::to_endpoint(listen);
  if (!at) return {{"port", Verdict::bad, at.error().what, "Write it as HOST:PORT."}};
  addrinfo hints{}, *found = nullptr;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  const std::string port = std::to_string(at->port);
  if (::getaddrinfo(at->address.c_str(), port.c_str(), &hints, &found) != 0)
    return {{"port", Verdict::bad, at->address + " is no numeric address",
             "Write the address of this computer: 127.0.0.1 or 0.0.0.0."}};
  const int probe = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool is_free = ::bind(probe, found->ai_addr, found->ai_addrlen) == 0;
  const int why = errno;
  ::close(probe);
  ::freeaddrinfo(found);
  if (is_free) return {{"port", Verdict::good, listen + " is free", ""}};
  return {{"port", Verdict::bad,
           listen + " cannot be listened on: " + std::generic_category().message(why),
           "End the program that has it (ss -ltnp shows which), or choose another with --listen."}};
}

std::vector<Finding> examine_plant(const std::string& file) {
  if (file.empty())
    return {{"plant file", Verdict::warning, "no plant file is known here",
             "Name it with --plant, or start the server once."},
            examine_zones(zone_asked)};
  const auto report = check_plant_file(file, sections());
  if (!report)
    return {{"plant file", Verdict::bad, report.error().what, "Name it with --plant."},
            examine_zones(zone_asked)};
  if (!report->is_good())
    return {{"plant file", Verdict::bad,
             file + " has " + std::to_string(report->problems_count) +
                 " mistakes, the first: " + to_text(report->problems.front(), file),
             "millwright check " + file + " lists all of them with what to write instead."},
            examine_zones(zone_asked)};
  const auto plant = read_plant_file(file, sections());
  return {
      {"plant file", Verdict::good,
       file + ": " + std::to_string(report->machines) + " machines, " +
           std::to_string(report->tags) + " tags, " + std::to_string(report->sources) + " sources",
       ""},
      examine_zones(plant ? plant->plant->identity.zone : zone_asked)};
}

}  // namespace millwright::app
