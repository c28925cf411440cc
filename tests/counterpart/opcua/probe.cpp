// opcua_probe PLANT FOLDER: hears the OPC UA sources of a plant file and prints what enters the
// inbox as JSON lines, until its standard input ends. opcua_probe browse …: the verb.

#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "connect/opcua/opcua.hpp"
#include "flow/catalogue.hpp"
#include "model/described_json.hpp"

namespace millwright {
namespace {

void write_value(JsonWriter& out, const Readings& readings, const Run& run, std::size_t row) {
  const Scalar value = readings.value(row);
  switch (run.kind) {
    case Kind::number:
    case Kind::single:
      out.value(value.number());
      break;
    case Kind::integer:
      out.value(value.integer());
      break;
    case Kind::natural:
      out.value(value.natural());
      break;
    case Kind::boolean:
      out.value(value.boolean());
      break;
    case Kind::text:
      out.value(readings.text(row));
      break;
  }
}

void print_readings(const Readings& readings, const flow::Catalogue& catalogue) {
  for (const Run& run : readings.runs()) {
    for (std::size_t row = run.first; row < run.first + run.rows; ++row) {
      std::string line;
      JsonWriter out(line);
      out.begin_object().member("tag", std::string_view(catalogue.entry(run.tag)->path));
      out.member("kind", word(run.kind)).key("value");
      write_value(out, readings, run, row);
      out.member("quality", readings.quality(row).code);
      out.member("time", std::string_view(to_text(readings.happened(run, row)))).end_object();
      std::puts(line.c_str());
    }
  }
}

void print_fact(const fact::Source& said) {
  std::visit(
      [](const auto& fact) {
        const std::string name(std::decay_t<decltype(fact)>::describe().name);
        std::printf("{\"fact\":\"%s\",\"says\":%s}\n", name.c_str(), to_json(fact).c_str());
      },
      said);
}

bool is_input_over() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  char byte = 0;
  return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, &byte, 1) <= 0;
}

void print(const std::vector<flow::Input>& inputs, const flow::Catalogue& catalogue) {
  for (const flow::Input& input : inputs) {
    if (const auto* readings = std::get_if<Readings>(&input.what))
      print_readings(*readings, catalogue);
    if (const auto* said = std::get_if<fact::Source>(&input.what)) print_fact(*said);
  }
  std::fflush(stdout);
}

int hear(const char* plant_file, const char* folder) {
  std::ostringstream text;
  text << std::ifstream(plant_file).rdbuf();
  const flow::Room room = connect::opcua::room();
  Problems problems;
  const Plant plant = read_plant(text.str(), room.sections, problems);
  for (const Problem& problem : problems.list())
    std::fprintf(stderr, "%s\n", to_text(problem, plant_file).c_str());
  if (!problems.empty()) return 2;
  flow::Inbox inbox;
  const flow::RealClock clock;
  flow::Catalogue catalogue(inbox, clock);
  auto edges = room.edges({plant, inbox, catalogue, clock, folder});
  if (!edges) {
    std::fprintf(stderr, "%s\n", edges.error().what.c_str());
    return 1;
  }
  std::vector<flow::Input> inputs;
  while (!is_input_over()) {
    inbox.take(inputs, 50ms);
    print(inputs, catalogue);
  }
  edges->clear();
  inbox.take(inputs, Duration::zero());
  print(inputs, catalogue);
  return 0;
}

}  // namespace
}  // namespace millwright

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words[0] == "browse")
    return millwright::connect::opcua::room().verbs.front().run({words.begin() + 1, words.end()});
  if (words.size() == 2) return millwright::hear(argv[1], argv[2]);
  std::fprintf(stderr, "use: opcua_probe PLANT FOLDER | opcua_probe browse ENDPOINT\n");
  return 2;
}
