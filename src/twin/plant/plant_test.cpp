#include "twin/plant/plant.hpp"

#include <gtest/gtest.h>
#include <open62541/client_config_default.h>
#include <open62541/client_highlevel.h>
#include <open62541/client_subscriptions.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "model/plant.hpp"
#include "twin/plant/nodes.hpp"

namespace millwright::twin {
namespace {

constexpr UA_Logger silent{[](void*, UA_LogLevel, UA_LogCategory, const char*, va_list) {}, nullptr,
                           nullptr};

// A client of the reference stack: what another company's program would see.
class Client {
 public:
  explicit Client(const std::string& address) {
    UA_ClientConfig config{};
    config.logging = const_cast<UA_Logger*>(&silent);
    UA_ClientConfig_setDefault(&config);
    client_ = UA_Client_newWithConfig(&config);
    status = UA_Client_connect(client_, address.c_str());
  }
  ~Client() {
    UA_Client_disconnect(client_);
    UA_Client_delete(client_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  UA_UInt16 space(const std::string& uri) {
    UA_UInt16 found = 0;
    UA_String viewed = view_of(uri);
    EXPECT_EQ(UA_Client_NamespaceGetIndex(client_, &viewed, &found), UA_STATUSCODE_GOOD) << uri;
    return found;
  }
  // The browse names of what stands below a node of a namespace, with their class.
  std::map<std::string, UA_NodeClass> below(const UA_NodeId& node, UA_UInt16 of) {
    UA_BrowseDescription what{};
    what.nodeId = node;
    what.browseDirection = UA_BROWSEDIRECTION_FORWARD;
    what.resultMask = UA_BROWSERESULTMASK_ALL;
    UA_BrowseRequest request{};
    request.nodesToBrowse = &what;
    request.nodesToBrowseSize = 1;
    UA_BrowseResponse response = UA_Client_Service_browse(client_, request);
    std::map<std::string, UA_NodeClass> found;
    for (std::size_t i = 0; i < response.results[0].referencesSize; ++i) {
      const UA_ReferenceDescription& one = response.results[0].references[i];
      if (one.nodeId.nodeId.namespaceIndex == of)
        found[std::string(reinterpret_cast<const char*>(one.browseName.name.data),
                          one.browseName.name.length)] = one.nodeClass;
    }
    UA_BrowseResponse_clear(&response);
    return found;
  }
  UA_DataValue read(const UA_NodeId& node) {
    UA_ReadValueId what{};
    what.nodeId = node;
    what.attributeId = UA_ATTRIBUTEID_VALUE;
    UA_ReadRequest request{};
    request.nodesToRead = &what;
    request.nodesToReadSize = 1;
    request.timestampsToReturn = UA_TIMESTAMPSTORETURN_BOTH;
    UA_ReadResponse response = UA_Client_Service_read(client_, request);
    EXPECT_EQ(response.resultsSize, 1U);
    UA_DataValue data{};
    if (response.resultsSize == 1) std::swap(data, response.results[0]);
    UA_ReadResponse_clear(&response);
    return data;
  }
  template <class T>
  T value(const UA_NodeId& node, std::size_t type) {
    UA_DataValue data = read(node);
    EXPECT_EQ(data.value.type, &UA_TYPES[type]);
    T found{};
    if (data.value.type == &UA_TYPES[type]) found = *static_cast<T*>(data.value.data);
    UA_DataValue_clear(&data);
    return found;
  }
  UA_StatusCode advance(Duration by, std::int64_t* now = nullptr) {
    const UA_UInt16 clock = space(clock_namespace);
    const std::string folder = "clock", method = "advance";
    UA_Int64 nanoseconds = by.count();
    UA_Variant input{};
    UA_Variant_setScalar(&input, &nanoseconds, &UA_TYPES[UA_TYPES_INT64]);
    std::size_t count = 0;
    UA_Variant* output = nullptr;
    const UA_StatusCode called = UA_Client_call(client_, node_of(clock, folder),
                                                node_of(clock, method), 1, &input, &count, &output);
    if (called == UA_STATUSCODE_GOOD && now != nullptr)
      *now = *static_cast<UA_Int64*>(output[0].data);
    UA_Array_delete(output, count, &UA_TYPES[UA_TYPES_VARIANT]);
    return called;
  }

  UA_Client* get() { return client_; }
  UA_StatusCode status;

 private:
  UA_Client* client_;
};

VirtualPlant manual_plant(std::uint64_t seed = 7) {
  Result<VirtualPlant> plant = VirtualPlant::open(
      {.life = begin_life(seed, manual_start).value(), .clock = {PlantClock::Kind::manual, 0}});
  EXPECT_TRUE(plant) << (plant ? "" : plant.error().what);
  return std::move(plant).value();
}

TEST(Plant, EveryServerShowsItsMachinesWithTagsOfTheDeclaredTypes) {
  const VirtualPlant plant = manual_plant();
  const Works works = works_of(7);
  const std::vector<Tag> tags = tags_of(works);
  constexpr std::array<std::size_t, 5> types = {UA_TYPES_BOOLEAN, UA_TYPES_INT32, UA_TYPES_UINT32,
                                                UA_TYPES_DOUBLE, UA_TYPES_STRING};
  std::size_t read = 0;
  for (std::size_t g = 0; g < group_count; ++g) {
    const auto group = static_cast<Group>(g);
    Client client(plant.address(group));
    ASSERT_EQ(client.status, UA_STATUSCODE_GOOD) << plant.address(group);
    const UA_UInt16 space = client.space(namespace_of(group));
    const auto machines = client.below(UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER), space);
    std::size_t expected = 0;
    for (const Station& station : works.stations) {
      if (station.group != group) continue;
      ++expected;
      EXPECT_TRUE(machines.contains(std::string(station.name()))) << station.path;
    }
    EXPECT_EQ(machines.size(), expected);
    for (const Tag& tag : tags) {
      if (works.stations[tag.machine].group != group) continue;
      const std::string name = node_name(works, tag);
      UA_DataValue data = client.read(node_of(space, name));
      EXPECT_EQ(data.status, UA_STATUSCODE_GOOD) << name;
      EXPECT_EQ(data.value.type, &UA_TYPES[types[static_cast<std::size_t>(tag.type)]]) << name;
      EXPECT_EQ(data.sourceTimestamp, date_of(manual_start)) << name;
      UA_DataValue_clear(&data);
      ++read;
    }
  }
  EXPECT_EQ(read, tags.size());
}

TEST(Plant, AnAnalogTagHasItsRangeAndUnit) {
  const VirtualPlant plant = manual_plant();
  Client client(plant.address(Group::frames));
  const UA_UInt16 space = client.space("urn:velo:berlin:frames");
  const std::string name = "cnc3.spindle.vibration";
  const auto properties = client.below(node_of(space, name), space);
  EXPECT_EQ(properties.size(), 2U);
  EXPECT_TRUE(properties.contains("EURange") && properties.contains("EngineeringUnits"));
  const auto range = client.value<UA_Range>(node_of(space, name + ".EURange"), UA_TYPES_RANGE);
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 20);
  UA_DataValue unit = client.read(node_of(space, name + ".EngineeringUnits"));
  ASSERT_EQ(unit.value.type, &UA_TYPES[UA_TYPES_EUINFORMATION]);
  EXPECT_EQ(static_cast<UA_EUInformation*>(unit.value.data)->unitId, 4'403'510);  // C16: mm/s
  UA_DataValue_clear(&unit);
}

// What a subscription heard.
struct Heard {
  std::vector<std::int64_t> state_times;
  std::vector<std::uint32_t> good;
  std::int64_t now = 0;
};
// NOLINTBEGIN(readability-function-size): the form of open62541
void hear_state(UA_Client*, UA_UInt32, void* heard, UA_UInt32, void*, UA_DataValue* value) {
  static_cast<Heard*>(heard)->state_times.push_back(value->sourceTimestamp);
}
void hear_good(UA_Client*, UA_UInt32, void* heard, UA_UInt32, void*, UA_DataValue* value) {
  static_cast<Heard*>(heard)->good.push_back(*static_cast<UA_UInt32*>(value->value.data));
}
void hear_now(UA_Client*, UA_UInt32, void* heard, UA_UInt32, void*, UA_DataValue* value) {
  static_cast<Heard*>(heard)->now = *static_cast<UA_Int64*>(value->value.data);
}
// NOLINTEND(readability-function-size)
void watch(Client& client, UA_UInt32 subscription, const UA_NodeId& node,
           UA_Client_DataChangeNotificationCallback callback) {
  UA_MonitoredItemCreateRequest item = UA_MonitoredItemCreateRequest_default(node);
  item.requestedParameters.samplingInterval = 250;  // the server reports by exception all the same
  item.requestedParameters.queueSize = 100;
  const UA_MonitoredItemCreateResult result = UA_Client_MonitoredItems_createDataChange(
      client.get(), subscription, UA_TIMESTAMPSTORETURN_BOTH, item, nullptr, callback, nullptr);
  EXPECT_EQ(result.statusCode, UA_STATUSCODE_GOOD);
  EXPECT_EQ(result.revisedSamplingInterval, 0);
}

TEST(Plant, TheClockIsMovedByItsMethodAndEveryChangeIsHeard) {
  const VirtualPlant plant = manual_plant();
  Client client(plant.address(Group::battery));
  const UA_UInt16 space = client.space("urn:velo:berlin:battery");
  const UA_UInt16 clock = client.space(clock_namespace);
  UA_CreateSubscriptionRequest request = UA_CreateSubscriptionRequest_default();
  request.requestedPublishingInterval = 20;
  Heard heard;
  const UA_UInt32 subscription =
      UA_Client_Subscriptions_create(client.get(), request, &heard, nullptr, nullptr)
          .subscriptionId;
  const std::string good = "tester1.good", state = "tester1.state", now_name = "now";
  watch(client, subscription, node_of(space, good), hear_good);
  watch(client, subscription, node_of(space, state), hear_state);
  watch(client, subscription, node_of(clock, now_name), hear_now);
  const std::int64_t before = nanoseconds(manual_start);
  std::int64_t now = 0;
  ASSERT_EQ(client.advance(1h, &now), UA_STATUSCODE_GOOD);
  EXPECT_EQ(now, before + Duration(1h).count());
  constexpr int turns_max = 500;
  for (int turn = 0; turn < turns_max && heard.now < now; ++turn)
    UA_Client_run_iterate(client.get(), 10);
  ASSERT_EQ(heard.now, now) << "the clock was not heard";
  // `now` is written last: whatever happened in that hour came before it.
  ASSERT_GT(heard.good.size(), 10U);
  for (std::size_t i = 1; i < heard.good.size(); ++i)
    EXPECT_EQ(heard.good[i], heard.good[i - 1] + 1) << "a count was lost";
  EXPECT_TRUE(std::is_sorted(heard.state_times.begin(), heard.state_times.end()));
  EXPECT_EQ(nanoseconds(plant.now()), now);
}

TEST(Plant, TheClockRefusesToGoBackTooFarOrByItself) {
  const VirtualPlant plant = manual_plant();
  Client client(plant.address(Group::paint));
  EXPECT_EQ(client.advance(-1s), UA_STATUSCODE_BADOUTOFRANGE);
  EXPECT_EQ(client.advance(advance_most + 1s), UA_STATUSCODE_BADOUTOFRANGE);
  const VirtualPlant real = VirtualPlant::open({.clock = {PlantClock::Kind::real, 1}}).value();
  Client other(real.address(Group::paint));
  EXPECT_EQ(other.advance(1s), UA_STATUSCODE_BADINVALIDSTATE);
}

TEST(Plant, AFastClockGoesByItself) {
  const VirtualPlant plant = VirtualPlant::open({.life = begin_life(7, manual_start).value(),
                                                 .clock = to_plant_clock("fast:600").value()})
                                 .value();
  Client client(plant.address(Group::frames));
  const std::string name = "now";
  const UA_NodeId node = node_of(client.space(clock_namespace), name);
  std::int64_t now = 0;
  constexpr int turns_max = 5000;
  for (int turn = 0; turn < turns_max && now < nanoseconds(manual_start + 10min); ++turn) {
    now = client.value<UA_Int64>(node, UA_TYPES_INT64);
    UA_Client_run_iterate(client.get(), 2);
  }
  EXPECT_GE(now, nanoseconds(manual_start + 10min));
}

TEST(Plant, APortThatIsTakenIsNamed) {
  const VirtualPlant first = manual_plant();
  const std::uint16_t taken = first.ports()[0];
  const Result<VirtualPlant> second =
      VirtualPlant::open({.clock = {PlantClock::Kind::manual, 0}, .base_port = taken});
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().what.find(std::to_string(taken)), std::string::npos);
}

TEST(Plant, AnotherStartGoesOnWithItsLifeItsClockAndItsPorts) {
  KeptLife kept{.life = begin_life(7, manual_start).value(), .reached = manual_start, .ports = {}};
  const PlantClock manual{PlantClock::Kind::manual, 0};
  PlantSettings settings{.life = kept.life, .clock = manual};
  settings.reaches = [&kept](Instant reached) { kept.reached = reached; };
  {
    const VirtualPlant first = VirtualPlant::open(settings).value();
    kept.ports.assign(first.ports().begin(), first.ports().end());
    ASSERT_EQ(Client(first.address(Group::paint)).advance(40min), UA_STATUSCODE_GOOD);
  }
  EXPECT_EQ(kept.reached, manual_start + 40min);
  settings.now = goes_on_at(kept, manual, manual_start + 9999h).value();
  settings.ports = kept.ports;
  const VirtualPlant again = VirtualPlant::open(settings).value();
  EXPECT_EQ(again.now(), manual_start + 40min);
  EXPECT_TRUE(std::equal(kept.ports.begin(), kept.ports.end(), again.ports().begin()));
  const VirtualPlant beside = VirtualPlant::open(settings).value();
  EXPECT_NE(beside.ports()[0], again.ports()[0]) << "a port that is taken is not taken again";
}

TEST(Plant, ClocksAreReadAndWrongOnesAreExplained) {
  EXPECT_EQ(to_plant_clock("real").value().kind, PlantClock::Kind::real);
  EXPECT_EQ(to_plant_clock("fast:60").value().rate, 60);
  EXPECT_EQ(to_plant_clock("manual").value().kind, PlantClock::Kind::manual);
  for (const char* wrong :
       {"", "fast", "fast:", "fast:x", "fast:-1", "fast:1e9", "slow", "fast:6 "})
    EXPECT_NE(to_plant_clock(wrong).error().what.find("fast:60"), std::string::npos) << wrong;
}

TEST(PlantFile, TheCommittedFileIsWhatTheProgramWrites) {
  const char* const path = "examples/velo/plant.yaml";
  const Life life = begin_life(7, manual_start).value();
  const std::string wanted = plant_file_text(life, file_ports, ThisComputer::with).value();
  if (std::getenv("MILLWRIGHT_WRITE_EXAMPLES") != nullptr)  // NOLINT: no other thread
    std::ofstream(path) << wanted;
  std::ifstream file(path);
  ASSERT_TRUE(file) << "run in the root of the repository";
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(text.str() == wanted)
      << "write it again: run this test with MILLWRIGHT_WRITE_EXAMPLES=1";
}

TEST(PlantFile, NamesTheSpecialShiftsOnTheClocksOfThePlant) {
  Life life = begin_life(7, to_instant("2026-11-22T11:07:30Z").value()).value();
  ASSERT_TRUE(show_again(life, to_instant("2026-11-22T22:15:00Z").value()));
  const std::string text = plant_file_text(life, file_ports, ThisComputer::without).value();
  EXPECT_NE(text.find(R"({name: special, dates: ["2026-11-22"], from: "10:07", to: "20:07"})"),
            std::string::npos);
  EXPECT_NE(text.find(R"({name: special 2, dates: ["2026-11-22"], from: "23:15", to: "06:00"})"),
            std::string::npos);
}

TEST(PlantFile, NamesEveryTagOnceWithItsNode) {
  std::vector<Section> sections;
  const auto know = [&](Section::Place place, std::string key) {
    sections.push_back({place,
                        std::move(key),
                        "",
                        [](const Node&, const millwright::Plant&, const Machine*, Problems&) {},
                        [](std::string_view) -> Outcome { return Done{}; },
                        {}});
  };
  for (const char* key : {"state", "count", "order", "stop", "cycle", "feeds"})
    know(Section::Place::machine, key);
  for (const char* key : {"products", "shifts", "reasons", "scrap_reasons", "oee"})
    know(Section::Place::plant, key);
  know(Section::Place::source, "opcua");
  Problems problems;
  const millwright::Plant plant = read_plant(
      plant_file_text(begin_life(7, manual_start).value(), file_ports, ThisComputer::without)
          .value(),
      sections, problems);
  EXPECT_TRUE(problems.empty()) << to_text(problems.list().front(), "plant.yaml");
  std::size_t count = 0;
  for (const Machine& machine : plant.machines)
    count += machine.tags.size();
  EXPECT_EQ(plant.machines.size(), 20U);
  EXPECT_EQ(plant.sources.size(), 5U);
  EXPECT_EQ(count, tags_of(works_of(7)).size() + group_count);  // and a clock a server
}

}  // namespace
}  // namespace millwright::twin
