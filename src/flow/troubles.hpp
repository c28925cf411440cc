#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "flow/inbox.hpp"
#include "model/fact/source.hpp"

namespace millwright::flow {

// What is so, and what a person can do about it.
struct TroubleWords {
  std::string what, next_step;
};

// Says the troubles of one source: each tag's each kind of trouble once, then it is counted, and
// said again with the count at most once a minute. Bound: entries_max troubles; what comes beyond
// is counted as one more. Thread: its owner's.
class Troubles {
 public:
  static constexpr std::size_t entries_max = 100'000;
  static constexpr Duration again_after = 1min;

  Troubles(Inbox& inbox, SourceId source) : inbox_(inbox), source_(source) {}

  // `about` and `kind` tell troubles apart: a tag's number and the owner's own kinds. `tell` is
  // asked for words the first time only.
  void note(Instant now, std::uint32_t about, std::uint32_t kind, std::string_view tag,
            const std::function<TroubleWords()>& tell);
  // Says again what was counted and whose minute is over. Cheap when there is nothing.
  void settle(Instant now);

 private:
  struct Entry {
    fact::SourceTroubled said;
    Instant at;
    std::uint64_t unsaid = 0;
  };
  using Key = std::pair<std::uint32_t, std::uint32_t>;
  void begin(Key key, Instant now, std::string_view tag, TroubleWords words);
  void say(Entry& entry, Instant now);

  Inbox& inbox_;
  SourceId source_;
  std::map<Key, Entry> entries_;
  std::size_t counting_ = 0;  // entries with something unsaid
  Instant next_;              // no entry is due before
};

}  // namespace millwright::flow
