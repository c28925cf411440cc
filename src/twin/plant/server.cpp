#include "twin/plant/server.hpp"

#include <netinet/in.h>
#include <open62541/server_config_default.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdarg>
#include <cstdio>

#include "base/check.hpp"
#include "base/log.hpp"
#include "twin/plant/nodes.hpp"

namespace millwright::twin {
namespace {

// Values of one monitored item that wait to be published; beyond, the oldest goes.
constexpr std::uint32_t queue_values_min = 1000, queue_values_max = 10'000;

// Only what an operator should know: open62541 tells each connection otherwise.
void log_line(void*, UA_LogLevel level, UA_LogCategory, const char* format, va_list arguments) {
  if (level < UA_LOGLEVEL_ERROR) return;
  std::array<char, 512> line{};
  std::vsnprintf(line.data(), line.size(), format, arguments);
  log::warning(std::string("virtual plant, OPC UA: ") + line.data());
}
UA_Logger quiet{log_line, nullptr, nullptr};

Error trouble(UA_StatusCode status, const std::string& what) {
  return fail(Code::refused, what + ": " + UA_StatusCode_name(status));
}

}  // namespace

// open62541 starts without a word on a port that another program listens to: so we look first.
bool is_free(std::uint16_t port) {
  if (port == 0) return true;
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  const int yes = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool is_bound =
      ::bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return is_bound;
}

struct Server::Inside {
  UA_Server* server = nullptr;
  const Factory* factory;
  ClockCalls clock;
  Group group;
  std::uint16_t port, space, clock_space;
  bool has_begun = false;
  std::vector<std::string> names;  // of the tags' nodes; empty for those of other servers

  Outcome add_nodes();
  Outcome add_clock();
  static UA_StatusCode advance(UA_Server*, const UA_NodeId*, void*, const UA_NodeId*, void* context,
                               const UA_NodeId*, void*, size_t, const UA_Variant* input, size_t,
                               UA_Variant* output);
};

Result<std::unique_ptr<Server>> Server::open(Group group, std::uint16_t port,
                                             const Factory& factory, const ClockCalls& clock) {
  auto inside = std::make_unique<Inside>(Inside{.factory = &factory,
                                                .clock = clock,
                                                .group = group,
                                                .port = port,
                                                .space = 0,
                                                .clock_space = 0,
                                                .names = {}});
  UA_ServerConfig config{};
  config.logging = &quiet;
  UA_StatusCode status = UA_ServerConfig_setMinimal(&config, port, nullptr);
  if (status != UA_STATUSCODE_GOOD) return trouble(status, "an OPC UA server cannot be set up");
  UA_Array_delete(config.serverUrls, config.serverUrlsSize, &UA_TYPES[UA_TYPES_STRING]);
  const std::string url = "opc.tcp://127.0.0.1:" + std::to_string(port);
  const UA_String viewed = view_of(url);
  status = UA_Array_copy(&viewed, 1, reinterpret_cast<void**>(&config.serverUrls),
                         &UA_TYPES[UA_TYPES_STRING]);
  config.serverUrlsSize = status == UA_STATUSCODE_GOOD ? 1 : 0;
  const std::string uri = namespace_of(group) + ":server";
  UA_String_clear(&config.applicationDescription.applicationUri);
  config.applicationDescription.applicationUri = UA_String_fromChars(uri.c_str());
  // Whatever interval a client asks for, it hears every change, as it is written.
  config.samplingIntervalLimits = {0, 0};
  config.publishingIntervalLimits.min = 10;
  config.queueSizeLimits = {queue_values_min, queue_values_max};
  config.shutdownDelay = 0;
  inside->server = UA_Server_newWithConfig(&config);
  if (inside->server == nullptr) return fail(Code::full, "no memory for an OPC UA server");
  std::unique_ptr<Server> server(new Server(std::move(inside)));
  TRY(server->inside_->add_nodes());
  TRY(server->inside_->add_clock());
  return server;
}

Server::Server(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

Server::~Server() {
  if (inside_->has_begun) UA_Server_run_shutdown(inside_->server);
  UA_Server_delete(inside_->server);
}

Outcome Server::Inside::add_nodes() {
  const std::string uri = namespace_of(group);
  space = UA_Server_addNamespace(server, uri.c_str());
  const Works& works = factory->works();
  for (const Station& station : works.stations) {
    if (station.group != group) continue;
    const UA_StatusCode status = add_machine(server, space, station);
    if (status != UA_STATUSCODE_GOOD)
      return trouble(status, "no OPC UA node for " + std::string(station.path));
  }
  names.resize(factory->tags().size());
  for (std::size_t t = 0; t < names.size(); ++t) {
    const Tag& tag = factory->tags()[t];
    if (works.stations[tag.machine].group != group) continue;
    names[t] = node_name(works, tag);
    const UA_StatusCode status = add_tag(server, space, works, tag);
    if (status != UA_STATUSCODE_GOOD) return trouble(status, "no OPC UA node for " + names[t]);
  }
  return Done{};
}

Outcome Server::begin() {
  const bool was_free = is_free(inside_->port);
  const UA_StatusCode status =
      was_free ? UA_Server_run_startup(inside_->server) : UA_STATUSCODE_BADRESOURCEUNAVAILABLE;
  inside_->has_begun = status == UA_STATUSCODE_GOOD;
  if (status != UA_STATUSCODE_GOOD)
    return trouble(status, "port " + std::to_string(inside_->port) +
                               " of 127.0.0.1 cannot be opened for the virtual plant; another "
                               "program may use it, choose another base port");
  return Done{};
}

void Server::turn() {
  UA_Server_run_iterate(inside_->server, false);
}

void Server::write(const Reading& reading) {
  const std::string& name = inside_->names[reading.tag];
  if (name.empty()) return;
  const UA_StatusCode status = write_value(inside_->server, node_of(inside_->space, name), reading);
  CHECK(status == UA_STATUSCODE_GOOD);
}

std::uint16_t Server::port() const {
  if (inside_->port != 0) return inside_->port;
  const UA_ServerConfig* const config = UA_Server_getConfig(inside_->server);
  const UA_ApplicationDescription& told = config->applicationDescription;
  for (std::size_t i = 0; i < told.discoveryUrlsSize; ++i) {
    const std::string url(reinterpret_cast<const char*>(told.discoveryUrls[i].data),
                          told.discoveryUrls[i].length);
    const std::size_t colon = url.rfind(':');
    unsigned number = 0;
    std::from_chars(url.data() + colon + 1, url.data() + url.size(), number);
    if (number != 0) return static_cast<std::uint16_t>(number);
  }
  return 0;
}

Outcome Server::Inside::add_clock() {
  clock_space = UA_Server_addNamespace(server, clock_namespace);
  static const std::string folder = "clock", now = "now", rate = "rate", advance_name = "advance";
  const auto text = [](const std::string& words) {
    return UA_LocalizedText{UA_STRING_NULL, view_of(words)};
  };
  UA_ObjectAttributes object = UA_ObjectAttributes_default;
  object.displayName = text(folder);
  UA_StatusCode status = UA_Server_addObjectNode(
      server, node_of(clock_space, folder), UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER),
      UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), {clock_space, view_of(folder)},
      UA_NODEID_NUMERIC(0, UA_NS0ID_BASEOBJECTTYPE), object, nullptr, nullptr);
  const auto add = [&](const std::string& name, void* value, std::size_t type) {
    UA_VariableAttributes variable = UA_VariableAttributes_default;
    variable.displayName = text(name);
    variable.dataType = UA_TYPES[type].typeId;
    variable.valueRank = UA_VALUERANK_SCALAR;
    UA_Variant_setScalar(&variable.value, value, &UA_TYPES[type]);
    status |= UA_Server_addVariableNode(
        server, node_of(clock_space, name), node_of(clock_space, folder),
        UA_NODEID_NUMERIC(0, UA_NS0ID_HASCOMPONENT), {clock_space, view_of(name)},
        UA_NODEID_NUMERIC(0, UA_NS0ID_BASEDATAVARIABLETYPE), variable, nullptr, nullptr);
  };
  UA_Int64 begins = nanoseconds(factory->now());
  add(now, &begins, UA_TYPES_INT64);
  add(rate, &clock.rate, UA_TYPES_DOUBLE);
  UA_Argument by{}, is{};
  by.name = view_of(folder);
  by.dataType = is.dataType = UA_TYPES[UA_TYPES_INT64].typeId;
  by.valueRank = is.valueRank = UA_VALUERANK_SCALAR;
  by.name = view_of(advance_name);
  is.name = view_of(now);
  UA_MethodAttributes method = UA_MethodAttributes_default;
  method.displayName = text(advance_name);
  method.executable = method.userExecutable = true;
  status |= UA_Server_addMethodNode(
      server, node_of(clock_space, advance_name), node_of(clock_space, folder),
      UA_NODEID_NUMERIC(0, UA_NS0ID_HASCOMPONENT), {clock_space, view_of(advance_name)}, method,
      &Inside::advance, 1, &by, 1, &is, this, nullptr);
  if (status != UA_STATUSCODE_GOOD) return trouble(status, "no OPC UA node for the clock");
  return Done{};
}

// NOLINTNEXTLINE(readability-function-size): the form of open62541
UA_StatusCode Server::Inside::advance(UA_Server*, const UA_NodeId*, void*, const UA_NodeId*,
                                      void* context, const UA_NodeId*, void*, size_t,
                                      const UA_Variant* input, size_t, UA_Variant* output) {
  const auto* const inside = static_cast<const Inside*>(context);
  const Result<Instant> now =
      inside->clock.advance(Duration(*static_cast<const UA_Int64*>(input[0].data)));
  if (!now)
    return now.error().code == Code::invalid ? UA_STATUSCODE_BADOUTOFRANGE
                                             : UA_STATUSCODE_BADINVALIDSTATE;
  const UA_Int64 is = nanoseconds(*now);
  return UA_Variant_setScalarCopy(output, &is, &UA_TYPES[UA_TYPES_INT64]);
}

void Server::write_now(Instant now) {
  UA_Int64 is = nanoseconds(now);
  UA_DataValue data{};
  data.hasValue = data.hasSourceTimestamp = true;
  data.sourceTimestamp = date_of(now);
  UA_Variant_setScalar(&data.value, &is, &UA_TYPES[UA_TYPES_INT64]);
  static const std::string name = "now";
  const UA_StatusCode status =
      UA_Server_writeDataValue(inside_->server, node_of(inside_->clock_space, name), data);
  CHECK(status == UA_STATUSCODE_GOOD);
}

}  // namespace millwright::twin
