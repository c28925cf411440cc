#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/describe.hpp"
#include "model/node.hpp"
#include "model/readings.hpp"

namespace millwright {

class JsonWriter;

constexpr std::array<std::string_view, 6> kind_words{"number",  "single",  "integer",
                                                     "natural", "boolean", "text"};
constexpr std::span<const std::string_view> words_of(Kind) {
  return kind_words;
}

// Where a tag's values come from.
struct TagOrigin {
  std::string source;   // a name under `sources:`
  std::string address;  // in the words of that source's protocol: "nsu=urn:velo;s=cnc3.speed"

  static constexpr auto describe() {
    return record("origin", required("source", &TagOrigin::source, "", "Name of a source."),
                  required("address", &TagOrigin::address, "",
                           "Where the source finds the value, in its protocol's form."));
  }
};

// One measured or counted thing of a machine. Its path is machine path + "/" + name.
struct TagDescription {
  std::string name;
  std::string title;
  Kind kind = Kind::number;
  std::string unit;
  std::vector<double> range;  // empty, or low and high
  std::optional<double> resolution, deadband;
  std::optional<TagOrigin> from;
  std::string note;
  Position at;

  static constexpr auto describe() {
    using T = TagDescription;
    return record(
        "tag",
        required("name", &T::name, "", "Last part of the path; may hold '/': spindle/vibration."),
        field("title", &T::title, "", "Name for people."),
        field("kind", &T::kind, "", "Type of the value."),
        field("unit", &T::unit, "", "Unit as people write it: mm/s, °C, kW."),
        field("range", &T::range, "", "[low, high] of a sound value; outside is marked uncertain."),
        field("resolution", &T::resolution, "", "Smallest step that means something."),
        field("deadband", &T::deadband, "", "Changes smaller than this are not asked for."),
        field("from", &T::from, "", "Where the values come from."),
        field("note", &T::note, "", "A remark."));
  }
};

// A work unit of ISA-95 (cell). Path: site path + "/" + area/line/machine.
struct Machine {
  std::string path;  // below the plant's path: frames/machining/cnc3
  std::string title;
  std::optional<double> ideal_rate;
  bool is_real = false;
  std::string note;
  std::vector<TagDescription> tags;
  std::map<std::string, Node> sections;  // what modules keep with a machine: `state:`
  Position at;

  static constexpr auto describe() {
    using T = Machine;
    return record(
        "machine", required("path", &T::path, "", "area/line/machine below the plant's path."),
        field("title", &T::title, "", "Name for people; the last part of the path when absent."),
        field("ideal_rate", &T::ideal_rate, "parts/h", "Good parts an hour at best."),
        field("is_real", &T::is_real, "",
              "True for a machine that is not simulated, in a plant with a simulated part."),
        field("note", &T::note, "", "A remark."),
        field("tags", &T::tags, "", "What is measured and counted."));
  }
};

// Something that says values: an OPC UA server, this computer.
struct Source {
  std::string name;
  std::string note;
  bool is_real = false;
  std::string kind;  // the key that says how: "opcua"
  Node settings;     // what stands under that key
  Position at;

  static constexpr auto describe() {
    return record(
        "source", required("name", &Source::name, "", "How people call it."),
        field("is_real", &Source::is_real, "",
              "True for a source that is not simulated, in a plant with a simulated part."),
        field("note", &Source::note, "", "A remark."));
  }
};

// ISA-95 enterprise and site, with the zone in which its shifts are told.
struct PlantIdentity {
  std::string path;  // enterprise/site
  std::string title;
  std::string zone = "UTC";
  std::string note;

  static constexpr auto describe() {
    using T = PlantIdentity;
    return record("plant",
                  required("path", &T::path, "", "enterprise/site: the start of every path."),
                  field("title", &T::title, "", "Name for people."),
                  field("zone", &T::zone, "", "IANA time zone: Europe/Berlin."),
                  field("note", &T::note, "", "A remark."));
  }
};

// The plant file as plain data.
struct Plant {
  PlantIdentity identity;
  std::vector<Machine> machines;
  std::vector<Source> sources;
  std::map<std::string, Node> sections;  // what modules keep with the plant

  std::string machine_path(const Machine& machine) const {
    return identity.path + "/" + machine.path;
  }
  std::string tag_path(const Machine& machine, const TagDescription& tag) const {
    return machine_path(machine) + "/" + tag.name;
  }
};

// A part of the plant file that a module brings.
struct Section {
  enum class Place : std::uint8_t {
    plant,
    machine,
    source
  };  // a key at the top, in a machine, or a kind of source
  Place place;
  std::string key{};
  std::string help{};
  // Finds what is wrong in the node; `where` of a problem is told from the node on ("rules/2"), the
  // reader puts the node's own place before it where it is not told. The plant is whole by then.
  // `machine` is the machine that it stands in, for place machine. May be empty.
  std::function<void(const Node&, const Plant&, const Machine* machine, Problems&)> check{};
  // For place source: fails with what is expected of a tag's address, to be read after "expected".
  std::function<Outcome(std::string_view address)> check_address{};
  // Writes the members of the node's JSON schema: write_schema<Settings>(out,
  // SchemaFor::plant_file).
  std::function<void(JsonWriter&)> write_schema{};
};

// Reads a plant file. Every problem has its place, in the order of the file; the plant holds what
// could be read. Values stand to the forms and limits that docs/guide/plant-file.md explains.
// Thread: any; pure.
Plant read_plant(std::string_view text, std::span<const Section> sections, Problems& problems);

// The JSON schema of the plant file, for editors.
std::string plant_schema(std::span<const Section> sections);

}  // namespace millwright
