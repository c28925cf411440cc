#pragma once

#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "flow/clock.hpp"
#include "flow/directory.hpp"
#include "flow/inbox.hpp"

namespace millwright::flow {

// Gives paths their numbers, for the edges. A new number is said into the inbox before it is
// returned, so that it is durable before the first reading that uses it. Bound: tags_max; beyond it
// a new path is refused. Thread: any.
class Catalogue {
 public:
  static constexpr std::size_t tags_max = 1'000'000;

  Catalogue(Inbox& inbox, const Clock& clock) : inbox_(inbox), clock_(clock) {}

  // Errors: full at tags_max; offline when the program is stopping.
  Result<TagId> tag(std::string_view path, Kind kind, std::string_view unit, bool is_described);
  Result<MachineId> machine(std::string_view path);
  Result<SourceId> source(std::string_view name, std::string_view kind);

  // A copy of a tag's entry.
  std::optional<fact::TagFound> find(std::string_view path) const;
  std::optional<fact::TagFound> entry(TagId id) const;
  std::optional<SourceId> find_source(std::string_view name) const;
  std::optional<MachineId> find_machine(std::string_view path) const;
  std::size_t tags() const;
  // Paths that hold every word of `query`, shorter first, at most `limit`.
  std::vector<fact::TagFound> search(std::string_view query, std::size_t limit) const;

  // Those whose path fits a pattern (base/text.hpp), by path, at most `limit`.
  std::vector<fact::TagFound> matching(std::string_view pattern, std::size_t limit) const;

  // What the core knew when it started. Called once, before any edge runs.
  void start_from(const Directory& directory);

 private:
  template <class Found>
  bool announce(const Found& found);

  Inbox& inbox_;
  const Clock& clock_;
  mutable std::shared_mutex mutex_;
  Directory directory_;
};

}  // namespace millwright::flow
