#pragma once

#include <memory>
#include <optional>
#include <string>

#include "flow/room.hpp"
#include "model/machine_sections.hpp"
#include "watch/count/tally.hpp"

namespace millwright::watch::count {

// What the module brings: section `count:` of a machine, the stage, view `counts`,
// route POST /api/v1/counts.
flow::Room room();

// A row of the view `counts`. Absent is not known: not nought.
struct CountRow {
  std::optional<double> rate, ideal_rate;
  std::optional<std::uint64_t> good, reject;
  Instant at{};
  Duration window{};
  std::optional<Instant> counted_from;
  std::optional<std::string> trouble;
  std::optional<Instant> trouble_at;

  static constexpr auto describe() {
    using T = CountRow;
    return record("count_row", field("rate", &T::rate, "parts/h", "Good parts over the window."),
                  field("ideal_rate", &T::ideal_rate, "parts/h", "At best."),
                  field("good", &T::good, "parts", "Since midnight of the plant."),
                  field("reject", &T::reject, "parts", "Since midnight of the plant."),
                  field("at", &T::at, "", "When this was so."),
                  field("window", &T::window, "s", "Time over which the rate is taken."),
                  field("counted_from", &T::counted_from, "",
                        "Midnight, or when the counter was first heard after it."),
                  field("trouble", &T::trouble, "", "A jump that was not counted today, in words."),
                  field("trouble_at", &T::trouble_at, "", "When it happened."));
  }
};

// The last midnight at or before `now` in an IANA zone; of an unknown zone: in UTC. A day that has
// no midnight begins when its clocks say the next time.
Instant midnight(Instant now, const std::string& zone);

// Good parts an hour, when the counter has been heard for long enough to tell: the window, or a
// minute at least while it is young.
std::optional<double> rate_of(const Counter& good, Instant now, Duration window);

// What a person says in one action.
struct CountForm {
  std::string machine, order;
  std::int64_t good = 0, scrap = 0;
  std::string reason, note, key;
  std::optional<Instant> at;

  static constexpr auto describe() {
    using T = CountForm;
    return record("count_form", required("machine", &T::machine, "", "Its path."),
                  field("order", &T::order, "", "Number; the order that runs when absent."),
                  field("good", &T::good, "parts", "Good parts; below nought to take back."),
                  field("scrap", &T::scrap, "parts", "Rejected parts."),
                  field("reason", &T::reason, "", "Why they were rejected."),
                  field("note", &T::note, "", "A remark."),
                  field("key", &T::key, "", "Any text; the same key twice counts once."),
                  field("at", &T::at, "", "When it was so; now when absent."));
  }
};

// What a report means, if it can be so: the fact to keep.
// Errors: invalid (numbers, times), not_found (no such machine), refused (the machine cannot count
// so: a conflict).
Result<fact::QuantityReported> read_report(const CountForm& form, const Plant& plant, Instant now);
flow::Route counts_route(const flow::LineContext& line);

std::unique_ptr<flow::Stage> make_stage(const flow::Directory& directory);

}  // namespace millwright::watch::count
