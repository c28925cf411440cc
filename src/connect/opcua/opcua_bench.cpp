// One server with many tags, in a process of its own; measured is the client's process alone: its
// processor time, its memory, and the time from a value's source time to the inbox.

#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <open62541/server.h>
#include <open62541/server_config_default.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "connect/opcua/opcua.hpp"
#include "flow/catalogue.hpp"

namespace millwright {
namespace {

constexpr std::size_t tag_count = 10'000, group_count = 100;
constexpr Duration warm_up = 10s, measured_time = 30s;
constexpr UA_UInt16 space = 2;  // after OPC UA's own and the server's

std::uint16_t free_port() {
  const int probe = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(probe, reinterpret_cast<sockaddr*>(&address), size);
  getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
  close(probe);
  return ntohs(address.sin_port);
}

UA_NodeId node_of(std::size_t tag) {
  return UA_NODEID_NUMERIC(space, static_cast<UA_UInt32>(1000 + tag));
}

void quiet(void*, UA_LogLevel, UA_LogCategory, const char*, va_list) {}

void add_tags(UA_Server* server) {
  for (std::size_t tag = 0; tag < tag_count; ++tag) {
    UA_VariableAttributes attributes = UA_VariableAttributes_default;
    double first = 0;
    UA_Variant_setScalar(&attributes.value, &first, &UA_TYPES[UA_TYPES_DOUBLE]);
    UA_Server_addVariableNode(
        server, node_of(tag), UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER),
        UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), UA_QUALIFIEDNAME(1, const_cast<char*>("tag")),
        UA_NODEID_NUMERIC(0, UA_NS0ID_BASEDATAVARIABLETYPE), attributes, nullptr, nullptr);
  }
}

// Each group of tags changes once a second, one group every 10 ms.
void change(UA_Server* server, void*) {
  static std::size_t round = 0;
  const std::size_t group = round++ % group_count;
  double number = static_cast<double>(round);
  UA_DataValue value;
  UA_DataValue_init(&value);
  UA_Variant_setScalar(&value.value, &number, &UA_TYPES[UA_TYPES_DOUBLE]);
  value.hasValue = true;
  value.hasSourceTimestamp = true;
  value.sourceTimestamp = UA_DateTime_now();
  for (std::size_t tag = group; tag < tag_count; tag += group_count)
    UA_Server_writeDataValue(server, node_of(tag), value);
}

[[noreturn]] void serve(std::uint16_t port) {
  static UA_Logger logger{quiet, nullptr, nullptr};
  UA_ServerConfig config{};
  config.logging = &logger;
  UA_ServerConfig_setMinimal(&config, port, nullptr);
  UA_Server* server = UA_Server_newWithConfig(&config);
  if (UA_Server_addNamespace(server, "urn:velo") != space) _exit(1);
  add_tags(server);
  UA_Server_addRepeatedCallback(server, change, nullptr, 10, nullptr);
  UA_Server_run_startup(server);
  while (getppid() != 1)
    UA_Server_run_iterate(server, true);
  _exit(0);
}

Plant plant_of(std::uint16_t port) {
  std::string text =
      "plant: {path: velo/berlin}\nsources:\n  - name: press\n    opcua: {endpoint: "
      "'opc.tcp://127.0.0.1:" +
      std::to_string(port) +
      "', sampling_interval: 0 ms}\nmachines:\n  - path: a/b/press\n    tags:\n";
  for (std::size_t tag = 0; tag < tag_count; ++tag) {
    text += "      - {name: t" + std::to_string(tag) +
            ", from: {source: press, address: 'nsu=urn:velo;i=" + std::to_string(1000 + tag) +
            "'}}\n";
  }
  const flow::Room room = connect::opcua::room();
  Problems problems;
  Plant plant = read_plant(text, room.sections, problems);
  if (!problems.empty()) std::abort();
  return plant;
}

double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds_of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

double resident_mebibytes() {
  std::ifstream in("/proc/self/statm");
  double whole = 0, resident = 0;
  in >> whole >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 0x1p20;
}

// Takes what enters the inbox until `until`, and notes how old each row is.
void take_until(flow::Inbox& inbox, const flow::Clock& clock, Monotonic until,
                std::vector<double>& ages) {
  std::vector<flow::Input> inputs;
  while (clock.elapsed() < until) {
    inbox.take(inputs, 5ms);
    const Instant now = clock.now();
    for (const flow::Input& input : inputs) {
      const auto* readings = std::get_if<Readings>(&input.what);
      for (const Run& run : readings == nullptr ? std::span<const Run>() : readings->runs()) {
        for (std::size_t row = run.first; row < run.first + run.rows; ++row)
          if (readings->quality(row).is_good())
            ages.push_back(seconds(now - readings->happened(run, row)) * 1000);
      }
    }
  }
}

double percentile(std::vector<double>& ages, double part) {
  if (ages.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(ages.size() - 1));
  std::nth_element(ages.begin(), ages.begin() + at, ages.end());
  return ages[static_cast<std::size_t>(at)];
}

void ten_thousand_tags_at_one_hertz(benchmark::State& state) {
  const std::uint16_t port = free_port();
  const pid_t server = fork();
  if (server == 0) serve(port);
  for (auto _ : state) {
    const Plant plant = plant_of(port);
    flow::Inbox inbox;
    const flow::RealClock clock;
    flow::Catalogue catalogue(inbox, clock);
    auto edges = connect::opcua::room().edges({plant, inbox, catalogue, clock, "."});
    std::vector<double> ages;
    take_until(inbox, clock, clock.elapsed() + warm_up, ages);
    ages.clear();
    ages.reserve(tag_count * 70);
    const double processor = processor_seconds();
    const Monotonic start = clock.elapsed();
    take_until(inbox, clock, start + measured_time, ages);
    const double wall = seconds(clock.elapsed() - start);
    if (ages.empty()) state.SkipWithError("no row came: the server did not start");
    state.counters["core_percent"] = 100 * (processor_seconds() - processor) / wall;
    state.counters["rows_per_s"] = static_cast<double>(ages.size()) / wall;
    state.counters["resident_MiB"] = resident_mebibytes();
    state.counters["p50_ms"] = percentile(ages, 0.5);
    state.counters["p99_ms"] = percentile(ages, 0.99);
    state.counters["max_ms"] = percentile(ages, 1);
    edges->clear();
  }
  kill(server, SIGKILL);
  waitpid(server, nullptr, 0);
}
BENCHMARK(ten_thousand_tags_at_one_hertz)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace millwright
