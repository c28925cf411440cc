#pragma once

#include <string>
#include <variant>

#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/ids.hpp"

namespace millwright::fact {

// A source can be heard.
struct SourceConnected {
  SourceId source;
  std::string address;
  std::uint32_t tags = 0;  // how many tags it is asked for

  static constexpr auto describe() {
    using T = SourceConnected;
    return record("source_connected", field("source", &T::source, "", "Which."),
                  field("address", &T::address, "", "Where."),
                  field("tags", &T::tags, "", "Tags asked for."));
  }
};

// A source can no longer be heard. Its tags are bad from `since` on.
struct SourceLost {
  SourceId source;
  Instant since;  // the last time that it was heard for sure
  std::string why, next_step;
  bool is_refused = false;  // it is there, and does not want us: a password, a certificate, a limit

  static constexpr auto describe() {
    using T = SourceLost;
    return record("source_lost", field("source", &T::source, "", "Which."),
                  field("since", &T::since, "", "Last heard."),
                  field("why", &T::why, "", "In words."),
                  field("next_step", &T::next_step, "", "What to do."),
                  field("is_refused", &T::is_refused, "", "It is there, and does not want us."));
  }
};

// Something is wrong with one tag or with what came: said once per kind of trouble and tag, then
// counted.
struct SourceTroubled {
  SourceId source;
  std::string tag;  // path, or empty
  std::string what, next_step;
  std::uint64_t count = 1;  // readings it touched since it was last said

  static constexpr auto describe() {
    using T = SourceTroubled;
    return record("source_troubled", field("source", &T::source, "", "Which."),
                  field("tag", &T::tag, "", "Tag path, if one."),
                  field("what", &T::what, "", "In words."),
                  field("next_step", &T::next_step, "", "What to do."),
                  field("count", &T::count, "", "Readings touched."));
  }
};

// Readings were dropped on the way in (a full queue, a poll that came too late), and how many.
struct ReadingsDropped {
  SourceId source;
  std::uint64_t rows = 0;
  std::string why;

  static constexpr auto describe() {
    using T = ReadingsDropped;
    return record("readings_dropped", field("source", &T::source, "", "Which."),
                  field("rows", &T::rows, "", "How many."), field("why", &T::why, "", "In words."));
  }
};

// A source that says the past, oldest first, has come so far: it says nothing more of before
// `reached`. Said before its first reading, now and then, and at its end. What it says is not late
// data of the present: it fills in what nobody has heard yet.
struct SourceProgressed {
  SourceId source;
  Instant from, until, reached;  // the past is [from, until)
  bool has_ended = false;

  static constexpr auto describe() {
    using T = SourceProgressed;
    return record("source_progressed", field("source", &T::source, "", "Which."),
                  field("from", &T::from, "", "Where the past begins."),
                  field("until", &T::until, "", "Where it ends."),
                  field("reached", &T::reached, "", "All before this time has been said."),
                  field("has_ended", &T::has_ended, "", "There is no more to say."));
  }
};

using Source =
    std::variant<SourceConnected, SourceLost, SourceTroubled, ReadingsDropped, SourceProgressed>;

}  // namespace millwright::fact
