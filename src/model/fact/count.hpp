#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/ids.hpp"

namespace millwright {

enum class PartKind : std::uint8_t { good, reject };
constexpr std::array<std::string_view, 2> part_kind_words{"good", "reject"};
constexpr std::span<const std::string_view> words_of(PartKind) {
  return part_kind_words;
}

enum class CountedBy : std::uint8_t { counter, person };
constexpr std::array<std::string_view, 2> counted_by_words{"counter", "person"};
constexpr std::span<const std::string_view> words_of(CountedBy) {
  return counted_by_words;
}

}  // namespace millwright

namespace millwright::fact {

// In (after, at] a machine made so many parts of a kind. By counter: what was said before of that
// machine and kind in (after, at], by counter, is withdrawn (late data). By person: after == at,
// and it adds to all else; what a person moves from good to reject comes as two facts, one below
// nought.
struct PartsMade {
  MachineId machine;
  PartKind kind = PartKind::good;
  Instant after, at;
  std::int64_t parts = 0;
  CountedBy by = CountedBy::counter;

  static constexpr auto describe() {
    using T = PartsMade;
    return record("parts_made", field("machine", &T::machine, "", "Which."),
                  field("kind", &T::kind, "", "Good or rejected."),
                  field("after", &T::after, "", "Start of the step, not part of it."),
                  field("at", &T::at, "", "End of the step: when the parts count."),
                  field("parts", &T::parts, "parts", "How many."),
                  field("by", &T::by, "", "A counter, or a person."));
  }
};

// What a person said in one action; it happened when the fact happened. On a machine that counts
// its good parts, `scrap` are parts that it took for good.
struct QuantityReported {
  MachineId machine;
  std::string order;                 // empty: the one that runs
  std::int64_t good = 0, scrap = 0;  // below nought takes an earlier report back
  std::string reason, note, who;
  std::string key;  // the same key twice has no effect

  static constexpr auto describe() {
    using T = QuantityReported;
    return record("quantity_reported", field("machine", &T::machine, "", "Where."),
                  field("order", &T::order, "", "Of which order."),
                  field("good", &T::good, "parts", "Good parts."),
                  field("scrap", &T::scrap, "parts", "Rejected parts."),
                  field("reason", &T::reason, "", "Why they were rejected."),
                  field("note", &T::note, "", "A remark."), field("who", &T::who, "", "By whom."),
                  field("key", &T::key, "", "Tells a repeated request."));
  }
};

using Count = std::variant<PartsMade, QuantityReported>;

}  // namespace millwright::fact
