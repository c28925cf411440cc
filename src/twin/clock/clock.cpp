#include "twin/clock/clock.hpp"

#include <open62541/client.h>
#include <open62541/client_config_default.h>
#include <open62541/client_highlevel.h>
#include <open62541/plugin/log_stdout.h>

namespace millwright::twin {
namespace {

constexpr const char* clock_namespace = "urn:millwright:clock";
constexpr std::uint32_t answer_milliseconds =
    60'000;  // an advance of an hour is work for the plant

Error offline(const std::string& endpoint, UA_StatusCode status) {
  return fail(Code::offline, "the clock of the virtual plant at " + endpoint +
                                 " does not answer (" + UA_StatusCode_name(status) +
                                 "): is 'millwright plant' running?");
}

}  // namespace

struct PlantTime::Inside {
  std::string endpoint;
  UA_Client* client = nullptr;
  UA_UInt16 space = 0;

  ~Inside() {
    if (client != nullptr) UA_Client_delete(client);
  }
  UA_NodeId node(const char* name) const {
    return UA_NODEID_STRING(space,
                            const_cast<char*>(name));  // NOLINT: the C interface takes no const
  }
};

PlantTime::PlantTime(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
PlantTime::~PlantTime() = default;

Result<std::unique_ptr<PlantTime>> PlantTime::open(const std::string& endpoint) {
  auto inside = std::make_unique<Inside>();
  inside->endpoint = endpoint;
  UA_ClientConfig config{};
  config.logging = UA_Log_Stdout_new(UA_LOGLEVEL_FATAL);
  if (UA_ClientConfig_setDefault(&config) != UA_STATUSCODE_GOOD)
    return offline(endpoint, UA_STATUSCODE_BADOUTOFMEMORY);
  config.timeout = answer_milliseconds;
  inside->client = UA_Client_newWithConfig(&config);
  if (inside->client == nullptr) return offline(endpoint, UA_STATUSCODE_BADOUTOFMEMORY);
  UA_StatusCode status = UA_Client_connect(inside->client, endpoint.c_str());
  if (status != UA_STATUSCODE_GOOD) return offline(endpoint, status);
  UA_String uri = UA_String_fromChars(clock_namespace);
  status = UA_Client_NamespaceGetIndex(inside->client, &uri, &inside->space);
  UA_String_clear(&uri);
  if (status != UA_STATUSCODE_GOOD) return offline(endpoint, status);
  return std::unique_ptr<PlantTime>(new PlantTime(std::move(inside)));
}

Result<Instant> PlantTime::now() {
  UA_Variant value;
  UA_Variant_init(&value);
  const UA_StatusCode status =
      UA_Client_readValueAttribute(inside_->client, inside_->node("now"), &value);
  if (status != UA_STATUSCODE_GOOD) return offline(inside_->endpoint, status);
  const bool is_time = UA_Variant_hasScalarType(&value, &UA_TYPES[UA_TYPES_INT64]);
  const Instant at = is_time ? instant(*static_cast<UA_Int64*>(value.data)) : Instant{};
  UA_Variant_clear(&value);
  if (!is_time)
    return fail(Code::corrupt, "the clock at " + inside_->endpoint + " is not a whole number");
  return at;
}

Result<Instant> PlantTime::advance(Duration by) {
  UA_Int64 nanos = by.count();
  UA_Variant input;
  UA_Variant_init(&input);
  UA_Variant_setScalar(&input, &nanos, &UA_TYPES[UA_TYPES_INT64]);
  std::size_t count = 0;
  UA_Variant* output = nullptr;
  const UA_StatusCode status = UA_Client_call(inside_->client, inside_->node("clock"),
                                              inside_->node("advance"), 1, &input, &count, &output);
  if (status == UA_STATUSCODE_BADOUTOFRANGE) {
    return fail(Code::invalid,
                "the plant's clock advances by at most an hour at a time, and never back");
  }
  if (status == UA_STATUSCODE_BADINVALIDSTATE) {
    return fail(Code::refused, "the plant's clock goes by itself: start it with --clock manual");
  }
  if (status != UA_STATUSCODE_GOOD) return offline(inside_->endpoint, status);
  const bool is_time = count == 1 && UA_Variant_hasScalarType(output, &UA_TYPES[UA_TYPES_INT64]);
  const Instant at = is_time ? instant(*static_cast<UA_Int64*>(output->data)) : Instant{};
  UA_Array_delete(output, count, &UA_TYPES[UA_TYPES_VARIANT]);
  if (!is_time)
    return fail(Code::corrupt, "the clock at " + inside_->endpoint + " gave no time back");
  return at;
}

}  // namespace millwright::twin
