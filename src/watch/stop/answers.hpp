#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/describe.hpp"

namespace millwright::watch::stop {

// What the routes take and answer, beside the rows of the view.

struct ExplainForm {
  std::string machine;
  Instant from{};
  std::string reason, note, key;
  std::optional<Instant> at;

  static constexpr auto describe() {
    using T = ExplainForm;
    return record("explain_form", required("machine", &T::machine, "", "Path."),
                  required("from", &T::from, "", "Start of the stop."),
                  field("reason", &T::reason, "", "A name under `reasons:`; empty takes it back."),
                  field("note", &T::note, "", "A remark."),
                  field("key", &T::key, "", "The same key twice has no effect."),
                  field("at", &T::at, "", "When it was told; now when absent."));
  }
};

// What a station needs to draw its buttons: GET /api/v1/work.
struct WorkBreak {
  Instant from{}, until{};
  static constexpr auto describe() {
    return record("work_break", field("from", &WorkBreak::from, "", "Since when."),
                  field("until", &WorkBreak::until, "", "Until when."));
  }
};
struct WorkShift {
  std::string name, day;
  Instant from{}, until{};
  std::vector<WorkBreak> breaks;
  static constexpr auto describe() {
    using T = WorkShift;
    return record("work_shift", field("name", &T::name, "", "Name."),
                  field("day", &T::day, "", "Date of the plant on which it begins."),
                  field("from", &T::from, "", "Since when."),
                  field("until", &T::until, "", "Until when."),
                  field("breaks", &T::breaks, "", "Planned breaks."));
  }
};
struct Named {
  std::string name, title;
  static constexpr auto describe() {
    return record("named", required("name", &Named::name, "", "As forms say it."),
                  field("title", &Named::title, "", "Name for people."));
  }
};
struct WorkMachine {
  std::string path, title;
  bool counts_good = false;
  std::vector<Named> reasons, scrap_reasons;
  static constexpr auto describe() {
    using T = WorkMachine;
    return record("work_machine", field("path", &T::path, "", "Path."),
                  field("title", &T::title, "", "Name for people."),
                  field("counts_good", &T::counts_good, "", "True: a tag counts the good parts."),
                  field("reasons", &T::reasons, "", "Of stops."),
                  field("scrap_reasons", &T::scrap_reasons, "", "Of rejected parts."));
  }
};
struct Work {
  std::vector<WorkShift> shifts;
  std::vector<Named> products;
  std::vector<WorkMachine> machines;
  static constexpr auto describe() {
    using T = Work;
    return record(
        "work",
        field("shifts", &T::shifts, "", "The two before today, of today and the next two days."),
        field("products", &T::products, "", "What the plant makes."),
        field("machines", &T::machines, "", "In the order of the plant file."));
  }
};

}  // namespace millwright::watch::stop
