#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "model/fact/catalogue.hpp"

namespace millwright::flow {

// Which number belongs to which path. Numbers are dense and for good. Plain data: the core thread
// has one that follows the facts it hears, the Catalogue has one for the edges. Thread: as its
// owner.
class Directory {
 public:
  std::optional<TagId> find_tag(std::string_view path) const;
  std::optional<MachineId> find_machine(std::string_view path) const;
  std::optional<SourceId> find_source(std::string_view name) const;

  // Tags whose path fits (base/text.hpp), by path; at most `limit`.
  std::vector<TagId> matching_tags(std::string_view pattern, std::size_t limit) const;

  const std::vector<fact::TagFound>& tags() const { return tags_; }
  const std::vector<fact::MachineFound>& machines() const { return machines_; }
  const std::vector<fact::SourceFound>& sources() const { return sources_; }
  const fact::TagFound& tag(TagId id) const { return tags_.at(id.index()); }
  const std::string& machine_path(MachineId id) const { return machines_.at(id.index()).path; }

  // Takes a fact in. Numbers that skip one are refused: facts are heard in order.
  Outcome apply(const fact::Catalogue& found);

  void save(Writer& out) const;
  Outcome load(Reader& in);

 private:
  std::vector<fact::TagFound> tags_;
  std::vector<fact::MachineFound> machines_;
  std::vector<fact::SourceFound> sources_;
  std::map<std::string, TagId, std::less<>> tag_of_;
  std::map<std::string, MachineId, std::less<>> machine_of_;
  std::map<std::string, SourceId, std::less<>> source_of_;
};

}  // namespace millwright::flow
