#include "flow/catalogue.hpp"

#include <algorithm>
#include <mutex>

#include "base/text.hpp"

namespace millwright::flow {
namespace {

Error stopping() {
  return fail(Code::offline, "millwright is stopping and takes no new names");
}

template <class Id>
Id next_id(std::size_t size) {
  return Id{static_cast<std::uint32_t>(size)};
}

}  // namespace

// The lock is held while the fact is said: two new names enter the inbox in the order of their
// numbers.
template <class Found>
bool Catalogue::announce(const Found& found) {
  if (!inbox_.say(What(fact::Catalogue(found)), clock_.now())) return false;
  CHECK(directory_.apply(fact::Catalogue(found)).has_value());
  return true;
}

Result<TagId> Catalogue::tag(std::string_view path, Kind kind, std::string_view unit,
                             bool is_described) {
  {
    const std::shared_lock lock(mutex_);
    const auto known = directory_.find_tag(path);
    if (known && (!is_described || directory_.tag(*known).is_described)) return *known;
  }
  const std::unique_lock lock(mutex_);
  const auto known = directory_.find_tag(path);
  if (known && (!is_described || directory_.tag(*known).is_described)) return *known;
  if (!known && directory_.tags().size() >= tags_max) {
    return fail(Code::full, "there are " + std::to_string(tags_max) + " tags already; '" +
                                std::string(path) + "' is refused: remove tags that are not used");
  }
  const TagId id = known ? *known : next_id<TagId>(directory_.tags().size());
  if (!announce(fact::TagFound{id, std::string(path), kind, std::string(unit), is_described}))
    return stopping();
  return id;
}

Result<MachineId> Catalogue::machine(std::string_view path) {
  const std::unique_lock lock(mutex_);
  if (const auto known = directory_.find_machine(path)) return *known;
  const auto id = next_id<MachineId>(directory_.machines().size());
  if (!announce(fact::MachineFound{id, std::string(path)})) return stopping();
  return id;
}

Result<SourceId> Catalogue::source(std::string_view name, std::string_view kind) {
  const std::unique_lock lock(mutex_);
  if (const auto known = directory_.find_source(name)) return *known;
  const auto id = next_id<SourceId>(directory_.sources().size());
  if (!announce(fact::SourceFound{id, std::string(name), std::string(kind)})) return stopping();
  return id;
}

std::optional<fact::TagFound> Catalogue::find(std::string_view path) const {
  const std::shared_lock lock(mutex_);
  const auto id = directory_.find_tag(path);
  if (!id) return std::nullopt;
  return directory_.tag(*id);
}

std::optional<fact::TagFound> Catalogue::entry(TagId id) const {
  const std::shared_lock lock(mutex_);
  if (id.index() >= directory_.tags().size()) return std::nullopt;
  return directory_.tag(id);
}

std::optional<SourceId> Catalogue::find_source(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  return directory_.find_source(name);
}

std::optional<MachineId> Catalogue::find_machine(std::string_view path) const {
  const std::shared_lock lock(mutex_);
  return directory_.find_machine(path);
}

std::size_t Catalogue::tags() const {
  const std::shared_lock lock(mutex_);
  return directory_.tags().size();
}

// Small and large letters mean the same here.
std::vector<fact::TagFound> Catalogue::search(std::string_view asked, std::size_t limit) const {
  const std::string query = lower(asked);
  const std::vector<std::string_view> words = split(trimmed(query), ' ');
  std::vector<fact::TagFound> found;
  const std::shared_lock lock(mutex_);
  for (const fact::TagFound& tag : directory_.tags()) {
    const std::string path = lower(tag.path);
    const bool has_all = std::all_of(words.begin(), words.end(), [&](std::string_view word) {
      return path.find(word) != std::string::npos;
    });
    if (has_all) found.push_back(tag);
  }
  const std::size_t kept = std::min(limit, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    [](const fact::TagFound& a, const fact::TagFound& b) {
                      return std::pair(a.path.size(), a.path) < std::pair(b.path.size(), b.path);
                    });
  found.resize(kept);
  return found;
}

std::vector<fact::TagFound> Catalogue::matching(std::string_view pattern, std::size_t limit) const {
  std::vector<fact::TagFound> found;
  const std::shared_lock lock(mutex_);
  for (const TagId tag : directory_.matching_tags(pattern, limit))
    found.push_back(directory_.tag(tag));
  return found;
}

void Catalogue::start_from(const Directory& directory) {
  const std::unique_lock lock(mutex_);
  directory_ = directory;
}

}  // namespace millwright::flow
