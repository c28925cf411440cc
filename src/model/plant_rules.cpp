#include "model/plant_rules.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "model/described_load.hpp"

namespace millwright {
namespace {

constexpr std::size_t part_bytes_max = 64;
constexpr std::size_t path_bytes_max = 255;
constexpr std::string_view segment_letters = "lower-case letters, digits, '_' and '-'";
// Trouble of our own comes from a source of this name.
constexpr std::string_view own_source = "millwright";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_part(std::string_view part) {
  return !part.empty() && part.size() <= part_bytes_max && is_letter_or_digit(part.front()) &&
         std::all_of(part.begin(), part.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-'; });
}

// How many parts a path has; 0 when it has not the form of a path.
std::size_t parts_of(std::string_view path) {
  const auto parts = split(path, '/');
  if (path.size() > path_bytes_max || !std::all_of(parts.begin(), parts.end(), is_part)) return 0;
  return parts.size();
}

// "Frames/CNC 3" was meant as "frames/cnc_3".
std::string meant_path(std::string_view path) {
  std::string out(trimmed(path));
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ' || c == '.') c = '_';
    if (c == '\\') c = '/';
  }
  while (out.starts_with('/'))
    out.erase(0, 1);
  while (out.ends_with('/'))
    out.pop_back();
  return out;
}

constexpr std::size_t any_parts = 0;

// Whether the node holds a path with so many parts; else says what is wrong with it.
bool check_path(const Node& node, const std::string& where, std::size_t parts,
                const std::string& expected, Problems& problems) {
  const std::size_t found = parts_of(node.text);
  if (parts == any_parts ? found > 0 : found == parts) return true;
  std::string meant = meant_path(node.text);
  const std::size_t meant_parts = parts_of(meant);
  if (meant == node.text || (parts == any_parts ? meant_parts == 0 : meant_parts != parts))
    meant.clear();
  problems.add({node.at, where, found_in(node),
                expected + ", each of " + std::string(segment_letters), std::move(meant)});
  return false;
}

const Node* scalar(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found != nullptr && found->kind == Node::Kind::scalar ? found : nullptr;
}

// The value of a key where it was loaded without a problem.
template <class T>
std::optional<T> loaded(const Node* node) {
  if (node == nullptr || node->kind == Node::Kind::null) return std::nullopt;
  Problems ignored;
  T value{};
  load(*node, "", value, ignored);
  return ignored.empty() ? std::optional<T>(std::move(value)) : std::nullopt;
}

void check_positive(const Node& node, const std::string& where, std::string_view key,
                    std::string_view otherwise, Problems& problems) {
  const Node* found = node.find(key);
  const auto number = loaded<double>(found);
  if (!number || *number > 0) return;
  problems.add({found->at, place(where, key), found_in(*found),
                "a number above 0; " + std::string(otherwise), ""});
}

}  // namespace

PlantRules::PlantRules(std::span<const Section> sections, Problems& problems)
    : sections_(sections), problems_(problems) {}

void PlantRules::check_unique(const Node& name, const std::string& where, const std::string& thing,
                              std::map<std::string, Position>& seen) {
  const auto [first, is_new] = seen.emplace(name.text, name.at);
  if (is_new) return;
  problems_.add({name.at, where, found_in(name) + " a second time",
                 "a name that no other " + thing + " has (line " +
                     std::to_string(first->second.line) + " has it already)",
                 ""});
}

void PlantRules::check_identity(const Node& node, const PlantIdentity& identity) {
  if (const Node* path = scalar(node, "path"))
    check_path(*path, "plant/path", 2, "two parts, enterprise/site", problems_);
  const Node* zone = scalar(node, "zone");
  if (zone == nullptr) return;
  std::string nearest_zone;
  const Outcome known = check_zone(identity.zone, nearest_zone);
  if (known) return;
  const bool is_unknown = known.error().code == Code::not_found;
  problems_.add({zone->at, "plant/zone", found_in(*zone),
                 is_unknown ? "an IANA time zone such as Europe/Berlin" : known.error().what,
                 std::move(nearest_zone)});
}

void PlantRules::check_source(const Node& node, const Source& source) {
  const Node* name = scalar(node, "name");
  if (name == nullptr) return;
  const std::string where = "sources/" + label_of(node, sources_.size()) + "/name";
  if (!check_path(*name, where, 1, "one word", problems_)) return;
  if (name->text == own_source) {
    problems_.add({name->at, where, found_in(*name),
                   "another name: millwright reports its own trouble under this one", ""});
  }
  check_unique(*name, where, "source", sources_);
  source_names_.push_back(source.name);
  for (const Section& section : sections_) {
    if (section.place == Section::Place::source && section.key == source.kind)
      section_of_source_.emplace(source.name, &section);
  }
}

void PlantRules::check_machine(const Node& node, const Machine& machine) {
  const std::string where = "machines/" + label_of(node, machines_.size());
  if (const Node* path = scalar(node, "path")) {
    if (check_path(*path, place(where, "path"), 3, "three parts, area/line/machine", problems_))
      check_unique(*path, place(where, "path"), "machine", machines_);
  }
  check_positive(node, where, "ideal_rate", "leave it out where it is not known", problems_);
  const Node* tags = node.find("tags");
  if (tags == nullptr || tags->kind != Node::Kind::list) return;
  std::map<std::string, Position> names;
  for (std::size_t i = 0; i < tags->items.size() && i < machine.tags.size(); ++i) {
    const Node& tag = tags->items[i];
    check_tag(tag, machine.tags[i], place(where, "tags/" + label_of(tag, i)), names);
  }
}

void PlantRules::check_tag(const Node& node, const TagDescription& tag, const std::string& where,
                           std::map<std::string, Position>& names) {
  if (const Node* name = scalar(node, "name")) {
    if (check_path(*name, place(where, "name"), any_parts, "one or more parts with '/' between",
                   problems_))
      check_unique(*name, place(where, "name"), "tag of the machine", names);
  }
  check_scale(node, tag, where);
  if (const Node* from = node.find("from"); from != nullptr && tag.from)
    check_origin(*from, *tag.from, place(where, "from"));
}

void PlantRules::check_scale(const Node& node, const TagDescription& tag,
                             const std::string& where) {
  const auto kind = node.find("kind") == nullptr ? Kind::number : loaded<Kind>(node.find("kind"));
  if (kind == Kind::text || kind == Kind::boolean) {
    for (const std::string_view key : {"range", "resolution", "deadband"}) {
      const Node::Entry* entry = node.find_entry(key);
      if (entry == nullptr) continue;
      problems_.add(
          {entry->at, where,
           "'" + std::string(key) + "' of a tag whose kind is " + std::string(word(tag.kind)),
           "it with numbers only: leave it out, or change the kind", ""});
    }
    return;
  }
  check_positive(node, where, "resolution", "leave it out where it is not known", problems_);
  check_positive(node, where, "deadband", "leave it out to hear every change", problems_);
  const Node* range = node.find("range");
  const auto limits = loaded<std::vector<double>>(range);
  if (!limits || (limits->size() == 2 && (*limits)[0] < (*limits)[1])) return;
  const std::string expected = "two numbers, [low, high], with low below high";
  const bool is_pair = limits->size() == 2;
  std::string found = is_pair ? "[" + range->items[0].text + ", " + range->items[1].text + "]"
                              : "a list of " + std::to_string(limits->size());
  problems_.add({range->at, place(where, "range"), std::move(found), expected, ""});
}

void PlantRules::check_origin(const Node& node, const TagOrigin& origin, const std::string& where) {
  const Node* source = scalar(node, "source");
  const Node* address = scalar(node, "address");
  if (source == nullptr) return;
  if (!sources_.contains(origin.source)) {
    Problem problem{source->at, place(where, "source"), found_in(*source),
                    "the name of a source under 'sources:'", ""};
    if (!problems_.is_full()) problem.nearest = nearest(origin.source, source_names_).value_or("");
    problems_.add(std::move(problem));
    return;
  }
  const auto section = section_of_source_.find(origin.source);
  if (address == nullptr || section == section_of_source_.end()) return;
  if (!section->second->check_address) return;
  const Outcome good = section->second->check_address(origin.address);
  if (good) return;
  problems_.add({address->at, place(where, "address"), found_in(*address), good.error().what, ""});
}

}  // namespace millwright
