#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "model/described_json.hpp"
#include "model/described_load.hpp"
#include "model/plant.hpp"

namespace millwright {
namespace {

// What modules bring, as small as it can be: a kind of source and a part of a machine.
struct ServerSettings {
  std::string endpoint;
  Duration publish = 50ms;
  static constexpr auto describe() {
    return record("server",
                  required("endpoint", &ServerSettings::endpoint, "", "opc.tcp://host:port."),
                  field("publish", &ServerSettings::publish, "", "How often it sends."));
  }
};

enum class Rule : std::uint8_t { running, idle };
constexpr std::array<std::string_view, 2> rule_words{"running", "idle"};
constexpr std::span<const std::string_view> words_of(Rule) {
  return rule_words;
}
struct StateSettings {
  Rule mode = Rule::idle;
  static constexpr auto describe() {
    return record("state", field("mode", &StateSettings::mode, "", "What it does."));
  }
};

template <class Settings>
Section section(Section::Place place, std::string key) {
  Section out{place, std::move(key), "", {}, {}, {}};
  out.check = [](const Node& node, const Plant&, const Machine*, Problems& problems) {
    Settings settings;
    load(node, "", settings, problems);
  };
  out.write_schema = [](JsonWriter& json) { write_schema<Settings>(json, SchemaFor::plant_file); };
  return out;
}

std::vector<Section> sections() {
  std::vector<Section> out{section<ServerSettings>(Section::Place::source, "opcua"),
                           section<StateSettings>(Section::Place::machine, "state")};
  out[0].check_address = [](std::string_view address) -> Outcome {
    if (address.find("s=") != std::string_view::npos) return Done{};
    return fail(Code::invalid, "a node such as nsu=urn:velo;s=cnc1.speed");
  };
  return out;
}

std::string file(const std::string& path) {
  std::ifstream in(path);
  EXPECT_TRUE(in.is_open()) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Plant read(std::string_view text, Problems& problems) {
  return read_plant(text, sections(), problems);
}

// All problems as a person sees them, one a line.
std::string problems_of(std::string_view text) {
  Problems problems;
  read(text, problems);
  std::string out;
  for (const Problem& problem : problems.list())
    out += to_text(problem, "plant.yaml") + "\n";
  return out;
}

std::string with_tag(const std::string& tag) {
  return "plant: {path: acme/site}\nmachines:\n  - path: a/b/c\n    tags:\n      - " + tag + "\n";
}

TEST(PlantFile, TwentyMistakesAreAllNamedWhereTheyStand) {
  const std::string folder = "src/model/testdata/";
  EXPECT_EQ(problems_of(file(folder + "twenty_errors.yaml")), file(folder + "twenty_errors.txt"));
}

TEST(PlantFile, AGoodPlantIsReadWhole) {
  Problems problems;
  const Plant plant = read(R"(
plant: {path: velo/berlin, title: E-bike works, zone: Europe/Berlin}
sources:
  - name: cell
    is_real: true
    opcua: {endpoint: "opc.tcp://10.0.0.5:4840", publish: 250 ms}
machines:
  - path: frames/machining/cnc1
    ideal_rate: 30.5
    state: {mode: running}
    tags:
      - {name: parts, kind: natural, unit: "1"}
      - name: spindle/speed
        unit: 1/min
        range: [0, 8000]
        resolution: 1
        deadband: 5
        from: {source: cell, address: s=speed}
)",
                           problems);
  EXPECT_TRUE(problems.empty()) << to_text(problems.list().front(), "plant.yaml");
  EXPECT_EQ(plant.identity.zone, "Europe/Berlin");
  ASSERT_EQ(plant.sources.size(), 1U);
  EXPECT_EQ(plant.sources[0].kind, "opcua");
  EXPECT_TRUE(plant.sources[0].is_real);
  EXPECT_EQ(plant.sources[0].settings.find("publish")->text, "250 ms");
  ASSERT_EQ(plant.machines.size(), 1U);
  const Machine& machine = plant.machines[0];
  EXPECT_EQ(plant.machine_path(machine), "velo/berlin/frames/machining/cnc1");
  EXPECT_EQ(machine.ideal_rate, 30.5);
  EXPECT_EQ(machine.at, (Position{8, 5}));
  EXPECT_TRUE(machine.sections.contains("state"));
  ASSERT_EQ(machine.tags.size(), 2U);
  EXPECT_EQ(machine.tags[0].kind, Kind::natural);
  EXPECT_EQ(machine.tags[0].unit, "1");
  EXPECT_EQ(machine.tags[1].range, (std::vector<double>{0, 8000}));
  EXPECT_EQ(machine.tags[1].from->address, "s=speed");
  EXPECT_EQ(machine.tags[1].at, (Position{13, 9}));
  EXPECT_EQ(plant.tag_path(machine, machine.tags[1]),
            "velo/berlin/frames/machining/cnc1/spindle/speed");
}

TEST(PlantFile, ThePathOfThePlantIsEnough) {
  EXPECT_EQ(problems_of("plant: {path: acme/site}\n"), "");
}

TEST(PlantFile, AnEmptyFileSaysWhatAPlantNeeds) {
  const std::string words = "found an empty file, expected the keys plant, machines and sources\n";
  EXPECT_EQ(problems_of(""), "plant.yaml:1:1: " + words);
  EXPECT_EQ(problems_of("# nothing yet\n"), "plant.yaml:1:1: " + words);
  EXPECT_EQ(
      problems_of("machines: []\n"),
      "plant.yaml:1:1: found no 'plant', expected 'plant': the path and the zone of the plant\n");
}

TEST(PlantFile, ASourceNeedsOneKindAndOnlyOne) {
  const std::string head = "plant: {path: acme/site}\nsources:\n";
  EXPECT_EQ(
      problems_of(head + "  - name: cell\n"),
      "plant.yaml:3:5: sources/cell: found no kind of source, expected a key that says how it is "
      "reached: opcua\n");
  const std::vector<Section> two{section<ServerSettings>(Section::Place::source, "opcua"),
                                 section<ServerSettings>(Section::Place::source, "mqtt")};
  Problems problems;
  read_plant(head + "  - name: cell\n    opcua: {endpoint: a}\n    mqtt: {endpoint: b}\n", two,
             problems);
  ASSERT_EQ(problems.count(), 1U);
  EXPECT_EQ(problems.list()[0].at, (Position{5, 5}));
  EXPECT_EQ(problems.list()[0].found, "'mqtt' beside 'opcua'");
}

TEST(PlantFile, MillwrightsOwnNameIsNoSource) {
  const std::string told = problems_of(
      "plant: {path: acme/site}\nsources:\n  - {name: millwright, opcua: {endpoint: a}}\n");
  EXPECT_TRUE(told.starts_with("plant.yaml:3:12: sources/millwright/name: found 'millwright'"))
      << told;
}

TEST(PlantFile, AWrongPathShowsWhatItCouldBe) {
  EXPECT_NE(problems_of("plant: {path: Acme/Main Site}\n").find("did you mean 'acme/main_site'?"),
            std::string::npos);
  EXPECT_NE(problems_of(with_tag("name: /Spindle/Speed")).find("did you mean 'spindle/speed'?"),
            std::string::npos);
  for (const char* name : {"a//b", "ä", "-a", "'a b/ü'", "a/../b"})
    EXPECT_NE(problems_of(with_tag(std::string("name: ") + name)), "") << name;
  EXPECT_EQ(problems_of(with_tag("name: 7/x_1-b")), "");
}

TEST(PlantFile, ARangeIsTwoNumbersLowBelowHigh) {
  EXPECT_EQ(problems_of(with_tag("{name: x, range: [-5, 5.5]}")), "");
  for (const char* range :
       {"[5, 5]", "[1]", "[1, 2, 3]", "5", "[low, 5]", "[0, .inf]", "[0, .nan]"}) {
    Problems problems;
    read(with_tag(std::string("{name: x, range: ") + range + "}"), problems);
    EXPECT_EQ(problems.count(), 1U) << range;
  }
}

TEST(PlantFile, AZoneThatIsMeantIsFoundByItsCity) {
  EXPECT_NE(problems_of("plant: {path: a/b, zone: Berlin}\n").find("did you mean 'Europe/Berlin'?"),
            std::string::npos);
  EXPECT_EQ(problems_of("plant: {path: a/b, zone: America/Argentina/Ushuaia}\n"), "");
}

TEST(PlantFile, SectionsTellTheirPlaceFromTheMachineOn) {
  EXPECT_EQ(
      problems_of("plant: {path: a/b}\nmachines:\n  - path: a/b/c\n    state: {mode: idel}\n"),
      "plant.yaml:4:19: machines/a/b/c/state/mode: found 'idel', expected one of running, idle; "
      "did you mean 'idle'?\n");
}

TEST(PlantFile, ASectionThatTellsItsWholePlaceIsNotPutTwice) {
  Section whole = section<StateSettings>(Section::Place::machine, "state");
  whole.check = [](const Node& node, const Plant&, const Machine* machine, Problems& problems) {
    StateSettings settings;
    load(node, "machines/" + machine->path + "/state", settings, problems);
  };
  Problems problems;
  read_plant("plant: {path: a/b}\nmachines:\n  - path: a/b/c\n    state: {mode: idel}\n",
             {&whole, 1}, problems);
  ASSERT_EQ(problems.count(), 1U);
  EXPECT_EQ(problems.list()[0].where, "machines/a/b/c/state/mode");
}

}  // namespace
}  // namespace millwright
