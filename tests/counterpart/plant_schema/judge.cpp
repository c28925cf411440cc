// What our side says: `judge schema` prints the schema of the plant file, `judge check` reads a
// plant file from stdin and ends with 0 when it is good.
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/described_json.hpp"
#include "model/described_load.hpp"
#include "model/plant.hpp"

namespace {

using namespace millwright;

struct Server {
  std::string endpoint;
  Duration publish = 50ms;
  std::uint16_t retries = 3;
  std::optional<double> limit;
  static constexpr auto describe() {
    return record("server", required("endpoint", &Server::endpoint, "", "opc.tcp://host:port."),
                  field("publish", &Server::publish, "", "How often it sends."),
                  field("retries", &Server::retries, "", "How often it tries."),
                  field("limit", &Server::limit, "1/s", "Most readings a second."));
  }
};

struct Computer {
  bool has_disk = true;
  static constexpr auto describe() {
    return record("computer", field("has_disk", &Computer::has_disk, "", "Whether to read it."));
  }
};

template <class Settings>
Section section(Section::Place place, const char* key) {
  Section out{place, key, "What a module brings.", {}, {}, {}};
  out.check = [](const Node& node, const Plant&, const Machine*, Problems& problems) {
    Settings settings;
    load(node, "", settings, problems);
  };
  out.write_schema = [](JsonWriter& json) { write_schema<Settings>(json, SchemaFor::plant_file); };
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<Section> sections{section<Server>(Section::Place::source, "opcua"),
                                      section<Computer>(Section::Place::source, "host"),
                                      section<Computer>(Section::Place::machine, "state"),
                                      section<Computer>(Section::Place::plant, "shifts")};
  const std::string_view wanted = argc == 2 ? argv[1] : "";
  if (wanted == "schema") {
    std::cout << plant_schema(sections) << '\n';
    return 0;
  }
  if (wanted != "check") {
    std::cerr << "use: judge schema | judge check\n";
    return 2;
  }
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  Problems problems;
  read_plant(text, sections, problems);
  for (const Problem& problem : problems.list())
    std::cout << to_text(problem, "plant.yaml") << '\n';
  return problems.empty() ? 0 : 1;
}
