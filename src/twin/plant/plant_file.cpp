#include <array>
#include <cstdio>
#include <set>

#include "twin/plant/causes.hpp"
#include "twin/plant/nodes.hpp"
#include "twin/plant/plant.hpp"

namespace millwright::twin {
namespace {

constexpr const char* head =
    R"(# The demo works: an e-bike plant with twenty machines behind five OPC UA servers.
# `millwright plant` plays them. Written by the program from the tables of src/twin/plant, so that
# the servers and this file agree; a test compares the two.

)";

// The machines of the works speak PackML; what their numbers mean stands here and not in the
// server.
constexpr const char* state_rules = R"(    state:
      no_data_after: 10 s
      rules:
        - {when: mode = 5, state: planned, why: outside the shifts}
        - {when: mode = 4, state: setup, why: change-over}
        - {when: state = 9, state: stopped, why: breakdown}
        - {when: state = 11, state: stopped, why: short stop}
        - {when: state = 2, state: stopped, why: no operator}
        - {when: blocked, state: blocked, why: no room behind it}
        - {when: starved, state: starved, why: nothing comes}
        - {when: state = 6 and speed < 92, state: slow, why: slower than its ideal cycle}
        - {when: state = 6, state: running, why: it makes parts}
      otherwise: idle
      mode:
        - {when: mode = 1, mode: production}
        - {when: mode = 4, mode: changeover}
        - {when: mode = 5, mode: planned}
)";

std::string_view kind_of(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return "boolean";
    case ValueType::integer:
      return "integer";
    case ValueType::natural:
      return "natural";
    case ValueType::number:
      return "number";
    case ValueType::text:
      break;
  }
  return "text";
}

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

std::string in_quotes(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::string tag_line(const Works& works, const Tag& tag) {
  const Group group = works.stations[tag.machine].group;
  std::string line = "      - {name: " + tag.name + ", title: " + in_quotes(tag.title) +
                     ", kind: " + std::string(kind_of(tag.type));
  if (!tag.unit.empty()) line += ", unit: " + in_quotes(tag.unit);
  if (tag.is_analog())
    line += ", range: [" + number(tag.low) + ", " + number(tag.high) +
            "], resolution: " + number(tag.resolution);
  return line + ", from: {source: " + std::string(word_of(group)) +
         ", address: " + in_quotes("nsu=" + namespace_of(group) + ";s=" + node_name(works, tag)) +
         "}}\n";
}

constexpr const char* products = R"(
products:
  - {name: City, title: City 28}
  - {name: Trail, title: Trail 29}
  - {name: Cargo, title: Cargo long}
  - {name: Pack, title: Battery pack}
)";

// Orders are finished where bikes are packed. Packs are made for stock.
std::string order_line(const Station& station) {
  if (!station.from) return "    order: {product: product}\n";
  return std::string("    order: {number: order, product: product, quantity: quantity") +
         (station.to ? "" : ", finishes: true") + "}\n";
}

// Where its parts go: to the stations that take from its store.
std::string feeds_line(const Works& works, const Station& station) {
  std::string feeds;
  for (const Station& next : works.stations) {
    if (!station.to || next.from != station.to) continue;
    feeds += (feeds.empty() ? "" : ", ") + std::string(next.path);
  }
  return feeds.empty() ? "" : "    feeds: [" + feeds + "]\n";
}

// The time of a cycle at best, by product; places side by side share it.
std::string cycle_line(const Station& station) {
  std::string ideal;
  if (!station.from) ideal = "Pack: " + number(station.is.cycle_seconds[0] / station.places) + " s";
  for (std::size_t p = 0; station.from && p < product_count; ++p) {
    ideal += (ideal.empty() ? "" : ", ") + std::string(word_of(static_cast<Product>(p))) + ": " +
             number(station.is.cycle_seconds[p] / station.places) + " s";
  }
  return "    cycle: {ideal: {" + ideal + "}" +
         (station.batch > 1 ? ", parts: " + std::to_string(station.batch) : "") + "}\n";
}

// What makes batches for ten minutes stands shortly between two of them.
std::string stop_line(const Station& station) {
  return station.batch >= 12 ? "    stop: {micro_stop: 2 min, needs_reason_after: 10 min}\n"
                             : "    stop: {micro_stop: 1 min, needs_reason_after: 5 min}\n";
}

// The shifts of the works, and the special ones that it held outside of them.
Result<std::string> shifts_text(const std::vector<Shift>& specials) {
  std::string text = R"(
shifts:
  - {name: early, days: [mon, tue, wed, thu, fri], from: "06:00", to: "14:00", breaks: [{from: "08:00", for: 20 min}, {from: "10:30", for: 30 min}]}
  - {name: late, days: [mon, tue, wed, thu, fri], from: "14:00", to: "22:00", breaks: [{from: "16:00", for: 20 min}, {from: "18:30", for: 30 min}]}
  - {name: saturday, days: [sat], weeks: even, from: "06:00", to: "14:00", breaks: [{from: "08:00", for: 20 min}, {from: "10:30", for: 30 min}]}
)";
  for (std::size_t i = 0; i < specials.size(); ++i) {
    const ClockWords from = TRY(clock_words(specials[i].from));
    const ClockWords to = TRY(clock_words(specials[i].to));
    text += "  - {name: special" + (i == 0 ? "" : " " + std::to_string(i + 1)) + ", dates: [\"" +
            from.date + "\"], from: \"" + from.time + "\", to: \"" + to.time + "\"}\n";
  }
  return text;
}

// The plant's time, heard from each server with the readings of that time: see README.md.
std::string clock_line(Group group) {
  return "      - {name: clock, title: \"Clock of the works\", kind: integer, unit: ns, from: "
         "{source: " +
         std::string(word_of(group)) + ", address: \"nsu=" + clock_namespace + ";s=now\"}}\n";
}

constexpr const char* this_computer_source = R"(  - name: this_computer
    is_real: true
    host: {interval: 1 s}
)";

constexpr const char* this_computer_machine = R"(  - path: office/it/box
    title: This computer
    is_real: true
    state:
      rules:
        - {when: cpu/load > 95, state: slow, why: the processor is full}
        - {when: cpu/load >= 0, state: running, why: it answers}
    tags:
      - {name: cpu/load, title: "Processor load", unit: "%", range: [0, 100], from: {source: this_computer, address: cpu.load}}
      - {name: cpu/temperature, title: "Processor temperature", unit: "°C", from: {source: this_computer, address: cpu.temperature}}
      - {name: memory/used, title: "Memory used", unit: "%", from: {source: this_computer, address: memory.used}}
      - {name: disk/used, title: "Disk used", unit: "%", from: {source: this_computer, address: "disk.used:/"}}
      - {name: disk/written, title: "Disk written", unit: "B/s", from: {source: this_computer, address: disk.written}}
      - {name: network/received, title: "Network received", unit: "B/s", from: {source: this_computer, address: network.received}}
      - {name: network/sent, title: "Network sent", unit: "B/s", from: {source: this_computer, address: network.sent}}
)";

}  // namespace

Result<std::string> plant_file_text(const Life& life, const Ports& ports, ThisComputer computer,
                                    std::uint16_t past_port) {
  const Works works = works_of(life.seed);
  std::string text = head;
  text += "plant:\n  path: " + std::string(plant_path) +
          "\n  title: E-bike works Berlin\n  zone: " + std::string(plant_zone) + "\n\nsources:\n";
  for (std::size_t g = 0; g < group_count; ++g)
    text += "  - name: " + std::string(word_of(static_cast<Group>(g))) +
            "\n    opcua: {endpoint: \"opc.tcp://127.0.0.1:" + std::to_string(ports[g]) +
            "\", sampling_interval: 0 s, queue: 1000}\n";
  if (past_port != 0)
    text +=
        "  - name: past\n    recording: {address: \"tcp://127.0.0.1:" + std::to_string(past_port) +
        "\"}\n";
  if (computer == ThisComputer::with) text += this_computer_source;
  text += TRY(shifts_text(life.special_shifts));
  text += products;
  text += "\noee: {target: 85 %}\n";
  text += causes_text(works);
  text += "\nmachines:\n";
  std::set<Group> clocks;
  const std::vector<Tag> tags = tags_of(works);
  for (std::uint32_t m = 0; m < works.stations.size(); ++m) {
    const Station& station = works.stations[m];
    std::array<char, 32> rate{};
    std::snprintf(rate.data(), rate.size(), "%.1f", ideal_rate(station));
    text += "  - path: " + std::string(station.path) +
            "\n    title: " + std::string(station.title) + "\n    ideal_rate: " + rate.data() +
            "\n" + "    count: {good: good, reject: reject}\n" + order_line(station) +
            feeds_line(works, station) + cycle_line(station) + stop_line(station) + state_rules +
            "    tags:\n";
    if (clocks.insert(station.group).second) text += clock_line(station.group);
    for (const Tag& tag : tags)
      if (tag.machine == m) text += tag_line(works, tag);
  }
  if (computer == ThisComputer::with) text += this_computer_machine;
  return text;
}

}  // namespace millwright::twin
