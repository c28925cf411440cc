#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "flow/ports/history.hpp"
#include "keep/history/segment_store.hpp"

namespace millwright::keep {

// What is known of one tag and not in the store yet, and its last value. The core thread writes,
// readers copy; each holds the mutex for microseconds.
struct TagMemory {
  mutable std::mutex mutex;
  // The last list of each grows; one before it is of another kind. What comes far behind the newest
  // row is late: a past that is filled in must not be mixed with what is learned now, for then
  // neither is in order. Of two rows of one time the late one was learned later.
  std::vector<Learned> open, late;
  std::optional<Instant> newest_taken;  // greatest time ever taken; of the core thread alone
  // What waits for the writer. Owners: this, the writer's queue, readers.
  std::deque<std::shared_ptr<const Learned>> handed;
  Sequence stored;                // when the program started
  std::optional<Instant> newest;  // greatest time stored; of the writer's thread alone
  std::optional<flow::LastValue> last;

  // All that is open, in the order in which it was learned; with the mutex held.
  std::vector<Learned> take_open();
  std::vector<Learned> copy_open() const;
};

// What one group hands over to the writer.
struct HandedTag {
  TagId tag;
  std::vector<std::shared_ptr<const Learned>> lists{};
  std::optional<Instant> late_until{};  // the newest row stored before, as it was when first cut
};
struct Handed {
  std::vector<HandedTag> tags{};
  std::size_t rows = 0;
};

// The memory of all tags, by number. Tags are added by the core thread; a reader finds a tag or
// does not. Bound: tags_max.
class TagMemories {
 public:
  static constexpr std::size_t page = 256;
  static constexpr std::size_t tags_max = std::size_t{1} << 20U;

  TagMemories() = default;
  ~TagMemories() {
    for (auto& slot : pages_)
      delete slot.load();
  }
  TagMemories(const TagMemories&) = delete;
  TagMemories& operator=(const TagMemories&) = delete;

  // Made when absent. Nothing at tags_max. Core thread.
  TagMemory* make(TagId tag) {
    if (tag.index() >= tags_max) return nullptr;
    auto& slot = pages_[tag.index() / page];
    if (slot.load() == nullptr) slot.store(new Page);
    tags_ = std::max(tags_.load(), tag.index() + 1);
    return &(*slot.load())[tag.index() % page];
  }
  // Thread: any.
  TagMemory* find(TagId tag) const {
    if (tag.index() >= tags_) return nullptr;
    Page* const found = pages_[tag.index() / page].load();
    return found == nullptr ? nullptr : &(*found)[tag.index() % page];
  }
  std::size_t tags() const { return tags_; }

 private:
  using Page = std::array<TagMemory, page>;
  std::array<std::atomic<Page*>, tags_max / page> pages_{};
  std::atomic<std::size_t> tags_{0};
};

}  // namespace millwright::keep
