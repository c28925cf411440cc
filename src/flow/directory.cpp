#include "flow/directory.hpp"

#include "base/text.hpp"
#include "model/described_bytes.hpp"

namespace millwright::flow {
namespace {

template <class Map>
auto find_in(const Map& map, std::string_view path) -> std::optional<typename Map::mapped_type> {
  const auto found = map.find(path);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

// Puts the entry at its number: the next one, or one that is known and is described anew.
template <class Entry, class Map, class Id>
Outcome place(std::vector<Entry>& entries, Map& map, const Entry& entry, Id id,
              const std::string& path) {
  if (id.index() > entries.size())
    return fail(Code::corrupt, "the catalogue skips a number before '" + path + "'");
  if (id.index() == entries.size()) {
    entries.push_back(entry);
    map.emplace(path, id);
    return Done{};
  }
  entries[id.index()] = entry;
  return Done{};
}

template <class Entry, class Apply>
Outcome load_entries(Reader& in, const Apply& apply) {
  std::vector<Entry> entries;
  TRY(read_bytes(in, entries));
  for (const Entry& entry : entries)
    TRY(apply(entry));
  return Done{};
}

}  // namespace

std::optional<TagId> Directory::find_tag(std::string_view path) const {
  return find_in(tag_of_, path);
}
std::optional<MachineId> Directory::find_machine(std::string_view path) const {
  return find_in(machine_of_, path);
}
std::optional<SourceId> Directory::find_source(std::string_view name) const {
  return find_in(source_of_, name);
}

// Only what begins as the pattern does before its first star is looked at.
std::vector<TagId> Directory::matching_tags(std::string_view pattern, std::size_t limit) const {
  const std::string_view begin = pattern.substr(0, pattern.find('*'));
  std::vector<TagId> found;
  for (auto at = tag_of_.lower_bound(begin);
       at != tag_of_.end() && at->first.starts_with(begin) && found.size() < limit; ++at) {
    if (matches(at->first, pattern)) found.push_back(at->second);
  }
  return found;
}

Outcome Directory::apply(const fact::Catalogue& found) {
  if (const auto* tag = std::get_if<fact::TagFound>(&found))
    return place(tags_, tag_of_, *tag, tag->tag, tag->path);
  if (const auto* machine = std::get_if<fact::MachineFound>(&found)) {
    return place(machines_, machine_of_, *machine, machine->machine, machine->path);
  }
  const auto& source = std::get<fact::SourceFound>(found);
  return place(sources_, source_of_, source, source.source, source.name);
}

void Directory::save(Writer& out) const {
  write_bytes(out, tags_);
  write_bytes(out, machines_);
  write_bytes(out, sources_);
}

Outcome Directory::load(Reader& in) {
  *this = {};
  const auto take = [&](const auto& entry) { return apply(entry); };
  TRY(load_entries<fact::TagFound>(in, take));
  TRY(load_entries<fact::MachineFound>(in, take));
  return load_entries<fact::SourceFound>(in, take);
}

}  // namespace millwright::flow
