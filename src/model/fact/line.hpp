#pragma once

#include <memory>
#include <string>
#include <variant>

#include "base/bytes.hpp"
#include "model/describe.hpp"
#include "model/plant.hpp"

namespace millwright::fact {

// A time that a stage asked for has come.
struct Woke {
  std::string stage;
  Instant at;
  std::uint64_t key = 0;  // the stage's own, to tell its timers apart

  static constexpr auto describe() {
    return record("woke", field("stage", &Woke::stage, "", "Who asked."),
                  field("at", &Woke::at, "", "The time that was asked for."),
                  field("key", &Woke::key, "", "The stage's own number."));
  }
};

// A worker has finished a job.
struct JobAnswered {
  std::string stage, kind;
  std::uint64_t key = 0;
  std::vector<std::uint8_t> answer;

  static constexpr auto describe() {
    using T = JobAnswered;
    return record("job_answered", field("stage", &T::stage, "", "Who asked."),
                  field("kind", &T::kind, "", "Kind of job."),
                  field("key", &T::key, "", "Number of the job."),
                  field("answer", &T::answer, "", "Canonical bytes."));
  }
};

// The plant is described anew. Stages take their rules from here, so that a replay uses the rules
// of that time.
struct PlantChanged {
  std::string text;  // the plant file
  std::shared_ptr<const Plant>
      plant;  // the same, read; owners: this fact and the stages that keep it

  static constexpr auto describe() {
    return record("plant_changed", field("text", &PlantChanged::text, "", "The plant file."));
  }
};

using Line = std::variant<Woke, JobAnswered, PlantChanged>;

}  // namespace millwright::fact
