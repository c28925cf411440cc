#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/calendar.hpp"

// A scenario as plain data. docs/scenarios.md is its language.
namespace millwright::scenario {

struct Bad {};
using Value = std::variant<double, std::string, bool, Bad>;

struct Connects {
  std::string source;
};
struct IsLost {
  std::string source;
  Instant since;
  std::string why;
};
struct Said {
  std::string tag;  // cnc3/speed
  Value value;
};
struct Says {
  std::string source;
  std::vector<Said> values;
  std::optional<Instant> of;  // event time, when it is not the time of saying
};
struct Counts {
  std::string source, tag;
  double first = 0, by = 1;
  Duration every{};
  Instant until;
};
struct Repeats {  // all that it has said, in any order
  std::string source;
};
struct FillsPast {  // how far it is: the first one opens it
  std::string source;
  std::optional<TimeSpan> span;
  std::optional<Instant> reached;  // neither: it has ended
};
struct Moves {  // somebody moves an order along
  std::string who, order, machine, to;
};
struct Makes {  // somebody reports parts
  std::string who, machine, order;
  double good = 0, scrap = 0;
};
struct Explains {  // somebody says why a machine stood
  std::string who, machine, reason;
  Instant from;
};
struct TimePasses {};

struct ExpectState {
  std::string machine, state;
  Instant from;
  std::optional<Instant> to;
};
struct ExpectSaid {
  ExpectState what;
};
struct ExpectNothingSaid {};
struct ExpectRow {
  std::string view, key, field, value;
  std::optional<Instant> hour;  // of the view `oee`: the hour of the plant that begins then
};

struct Step {
  std::size_t line = 0;
  Instant at;
  std::variant<Connects, IsLost, Says, Counts, Repeats, FillsPast, Moves, Makes, Explains,
               TimePasses, ExpectState, ExpectSaid, ExpectNothingSaid, ExpectRow>
      what;
};

struct Story {
  std::string plant;  // file of scenarios/plants/
  unsigned seed = 1;
  Instant start{};
  std::vector<Step> steps;
};

struct Mistake {
  std::size_t line = 0;
  std::string what;
};

// Errors: every line that is not understood.
struct ReadStory {
  Story story;
  std::vector<Mistake> mistakes;
};
ReadStory read_story(std::string_view text);

// Plays a story on the real line and returns what did not come as expected, also when a replay
// gives another state than the live line.
std::vector<Mistake> play(const Story& story, const std::string& plant_text);

}  // namespace millwright::scenario
