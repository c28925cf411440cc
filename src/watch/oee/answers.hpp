#pragma once

#include <optional>
#include <string>
#include <vector>

#include "watch/oee/oee.hpp"

namespace millwright::watch::oee {

// What the routes answer.

// A row of GET /api/v1/oee: as a row of the view, of a span.
struct SpanRow {
  std::string path;
  Level level = Level::machine;
  std::string title;
  Instant from{}, to{};
  std::string shift;
  std::optional<double> availability, performance, quality, oee, coverage;
  std::vector<std::string> missing;
  double busy = 0, running = 0, planned_stop = 0, no_data = 0;
  std::optional<std::int64_t> good, scrap;
  std::int64_t uncertain = 0;
  std::optional<double> plan;
  std::string loss;
  double loss_time = 0;

  static constexpr auto describe() {
    using T = SpanRow;
    return record("oee_span", field("path", &T::path, "", "Of the machine, line, area or plant."),
                  field("level", &T::level, "", "Machine, line, area or plant."),
                  field("title", &T::title, "", "Name for people."),
                  field("from", &T::from, "", "Start."), field("to", &T::to, "", "End."),
                  field("shift", &T::shift, "", "Name, when the span is of one shift."),
                  field("availability", &T::availability, "", "Running time of busy time."),
                  field("performance", &T::performance, "", "Ideal time of running time."),
                  field("quality", &T::quality, "", "Good parts of all, by ideal time."),
                  field("oee", &T::oee, "", "The three multiplied."),
                  field("coverage", &T::coverage, "", "How much of the time is known."),
                  field("missing", &T::missing, "", "Inputs that are not there, in words."),
                  field("busy", &T::busy, "s", "Time in which it should have made parts."),
                  field("running", &T::running, "s", "Of it: working, or stopped only shortly."),
                  field("planned_stop", &T::planned_stop, "s", "Breaks, planned stops."),
                  field("no_data", &T::no_data, "s", "Nobody knows."),
                  field("good", &T::good, "parts", "Good parts."),
                  field("scrap", &T::scrap, "parts", "Rejected parts."),
                  field("uncertain", &T::uncertain, "parts",
                        "Of all parts: counted after a time without data, maybe made in it."),
                  field("plan", &T::plan, "parts", "Planned."),
                  field("loss", &T::loss, "", "The largest loss, in words."),
                  field("loss_time", &T::loss_time, "s", "Its time."));
  }
};

struct LossRow {
  std::string what, kind, reason;
  double time = 0;
  std::uint32_t stops = 0;
  double share = 0;

  static constexpr auto describe() {
    using T = LossRow;
    return record("loss", field("what", &T::what, "", "In words."),
                  field("kind", &T::kind, "", "availability, performance or quality."),
                  field("reason", &T::reason, "", "Name of the reason, if somebody told it."),
                  field("seconds", &T::time, "s", "Time lost."),
                  field("stops", &T::stops, "", "How many stops."),
                  field("share", &T::share, "", "Of the busy time."));
  }
};

struct SpanRows {
  std::vector<SpanRow> rows;

  static constexpr auto describe() {
    return record("oee_spans", field("rows", &SpanRows::rows, "", "By path, oldest first."));
  }
};

struct Cycles {
  std::string machine;
  std::optional<double> ideal;
  std::vector<Cycle> cycles;

  static constexpr auto describe() {
    using T = Cycles;
    return record("cycles", field("machine", &T::machine, "", "Path."),
                  field("ideal", &T::ideal, "s", "A part at best, of what runs now."),
                  field("cycles", &T::cycles, "", "Oldest first."));
  }
};

}  // namespace millwright::watch::oee
