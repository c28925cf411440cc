#include "flow/troubles.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace millwright::flow {
namespace {

constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
constexpr std::pair<std::uint32_t, std::uint32_t> beyond{last, last};

}  // namespace

void Troubles::note(Instant now, std::uint32_t about, std::uint32_t kind, std::string_view tag,
                    const std::function<TroubleWords()>& tell) {
  auto found = entries_.find({about, kind});
  if (found == entries_.end()) {
    if (entries_.size() < entries_max) return begin({about, kind}, now, tag, tell());
    found = entries_.find(beyond);
    if (found == entries_.end())
      return begin(beyond, now, "",
                   {"there are more troubles than are told one by one",
                    "Set right the ones that are told; the rest is counted here."});
  }
  Entry& entry = found->second;
  if (entry.unsaid++ == 0) {
    ++counting_;
    const Instant due = entry.at + again_after;
    next_ = counting_ == 1 ? due : std::min(next_, due);
  }
  settle(now);
}

void Troubles::begin(Key key, Instant now, std::string_view tag, TroubleWords words) {
  Entry& entry = entries_[key];
  entry.said = {source_, std::string(tag), std::move(words.what), std::move(words.next_step), 1};
  entry.unsaid = 1;
  say(entry, now);
}

void Troubles::settle(Instant now) {
  if (counting_ == 0 || now < next_) return;
  next_ = Instant::max();
  for (auto& [key, entry] : entries_) {
    if (entry.unsaid == 0) continue;
    if (now >= entry.at + again_after) {
      --counting_;
      say(entry, now);
    } else {
      next_ = std::min(next_, entry.at + again_after);
    }
  }
}

void Troubles::say(Entry& entry, Instant now) {
  entry.said.count = entry.unsaid;
  entry.unsaid = 0;
  entry.at = now;
  inbox_.say(What(fact::Source(entry.said)), now);
}

}  // namespace millwright::flow
