#include "twin/clock/clock.hpp"

#include <gtest/gtest.h>
#include <open62541/plugin/log_stdout.h>
#include <open62541/server.h>
#include <open62541/server_config_default.h>

#include <atomic>
#include <thread>

namespace millwright::twin {
namespace {

constexpr UA_Int64 start = 1'000'000'000;
constexpr UA_Int64 advance_most = 3'600'000'000'000;

UA_String view_of(const char* text) {
  return {std::char_traits<char>::length(text),
          reinterpret_cast<UA_Byte*>(const_cast<char*>(text))};  // NOLINT: the C interface
}

// A server of one plant's clock, on a port that the system chooses. It shows `now` when
// `has_clock`.
class ClockServer {
 public:
  explicit ClockServer(bool has_clock = true) {
    UA_ServerConfig config{};
    config.logging = UA_Log_Stdout_new(UA_LOGLEVEL_FATAL);
    UA_ServerConfig_setMinimal(&config, 0, nullptr);
    server_ = UA_Server_newWithConfig(&config);
    space_ = UA_Server_addNamespace(server_, has_clock ? "urn:millwright:clock" : "urn:other");
    if (has_clock) add_clock();
    EXPECT_EQ(UA_Server_run_startup(server_), UA_STATUSCODE_GOOD);
    thread_ = std::thread([this]() noexcept {
      while (is_running_)
        UA_Server_run_iterate(server_, true);
    });
  }
  ~ClockServer() {
    is_running_ = false;
    thread_.join();
    UA_Server_run_shutdown(server_);
    UA_Server_delete(server_);
  }
  ClockServer(const ClockServer&) = delete;
  ClockServer& operator=(const ClockServer&) = delete;

  std::string address() const {
    const UA_ApplicationDescription& told = UA_Server_getConfig(server_)->applicationDescription;
    for (std::size_t i = 0; i < told.discoveryUrlsSize; ++i) {
      const std::string url(reinterpret_cast<const char*>(told.discoveryUrls[i].data),
                            told.discoveryUrls[i].length);
      const std::string port = url.substr(url.rfind(':') + 1);
      if (!port.starts_with('0')) return "opc.tcp://127.0.0.1:" + std::to_string(std::stoi(port));
    }
    return {};
  }
  std::atomic<bool> goes_by_itself{false};

 private:
  UA_NodeId node(const char* name) const {
    UA_NodeId id = UA_NODEID_NUMERIC(space_, 0);
    id.identifierType = UA_NODEIDTYPE_STRING;
    id.identifier.string = view_of(name);
    return id;
  }

  void add_clock() {
    UA_Server_addObjectNode(server_, node("clock"), UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER),
                            UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), {space_, view_of("clock")},
                            UA_NODEID_NUMERIC(0, UA_NS0ID_BASEOBJECTTYPE),
                            UA_ObjectAttributes_default, nullptr, nullptr);
    UA_VariableAttributes variable = UA_VariableAttributes_default;
    UA_Variant_setScalar(&variable.value, &now_, &UA_TYPES[UA_TYPES_INT64]);
    UA_Server_addVariableNode(server_, node("now"), node("clock"),
                              UA_NODEID_NUMERIC(0, UA_NS0ID_HASCOMPONENT), {space_, view_of("now")},
                              UA_NODEID_NUMERIC(0, UA_NS0ID_BASEDATAVARIABLETYPE), variable,
                              nullptr, nullptr);
    UA_Argument by{};
    by.dataType = UA_TYPES[UA_TYPES_INT64].typeId;
    by.valueRank = UA_VALUERANK_SCALAR;
    UA_Argument is = by;
    UA_MethodAttributes method = UA_MethodAttributes_default;
    method.executable = method.userExecutable = true;
    UA_Server_addMethodNode(
        server_, node("advance"), node("clock"), UA_NODEID_NUMERIC(0, UA_NS0ID_HASCOMPONENT),
        {space_, view_of("advance")}, method, &ClockServer::advance, 1, &by, 1, &is, this, nullptr);
  }

  static UA_StatusCode advance(UA_Server*, const UA_NodeId*, void*, const UA_NodeId*, void* context,
                               const UA_NodeId*, void*, size_t, const UA_Variant* input, size_t,
                               UA_Variant* output) {
    auto* const self = static_cast<ClockServer*>(context);
    const UA_Int64 by = *static_cast<const UA_Int64*>(input[0].data);
    if (self->goes_by_itself) return UA_STATUSCODE_BADINVALIDSTATE;
    if (by < 0 || by > advance_most) return UA_STATUSCODE_BADOUTOFRANGE;
    self->now_ += by;
    return UA_Variant_setScalarCopy(output, &self->now_, &UA_TYPES[UA_TYPES_INT64]);
  }

  UA_Server* server_;
  UA_UInt16 space_;
  UA_Int64 now_ = start;
  std::atomic<bool> is_running_{true};
  std::thread thread_;
};

TEST(PlantTime, IsWhatThePlantAnnounces) {
  const ClockServer server;
  const auto time = PlantTime::open(server.address());
  ASSERT_TRUE(time) << time.error().what;
  const auto now = (*time)->now();
  ASSERT_TRUE(now) << now.error().what;
  EXPECT_EQ(*now, instant(start));
}

TEST(PlantTime, AManualClockMovesByWhatIsAsked) {
  const ClockServer server;
  const auto time = PlantTime::open(server.address()).value()->advance(10min);
  ASSERT_TRUE(time) << time.error().what;
  EXPECT_EQ(*time, instant(start) + 10min);
}

TEST(PlantTime, AnAdvanceOverAnHourOrBackwardsIsInvalid) {
  const ClockServer server;
  const auto time = PlantTime::open(server.address());
  ASSERT_TRUE(time) << time.error().what;
  EXPECT_EQ((*time)->advance(61min).error().code, Code::invalid);
  EXPECT_EQ((*time)->advance(-1s).error().code, Code::invalid);
}

TEST(PlantTime, AClockThatGoesByItselfRefusesToBeMoved) {
  ClockServer server;
  server.goes_by_itself = true;
  const auto moved = PlantTime::open(server.address()).value()->advance(1s);
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, Code::refused);
  EXPECT_NE(moved.error().what.find("--clock manual"), std::string::npos);
}

TEST(PlantTime, AServerWithoutAClockIsNoPlant) {
  const ClockServer server(false);
  const auto time = PlantTime::open(server.address());
  ASSERT_FALSE(time);
  EXPECT_EQ(time.error().code, Code::offline);
  EXPECT_NE(time.error().what.find(server.address()), std::string::npos);
}

TEST(PlantTime, APortWhereNobodyListensIsOffline) {
  std::string address;
  {
    const ClockServer gone;
    address = gone.address();
  }
  const auto time = PlantTime::open(address);
  ASSERT_FALSE(time);
  EXPECT_EQ(time.error().code, Code::offline);
}

}  // namespace
}  // namespace millwright::twin
