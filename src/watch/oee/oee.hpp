#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flow/room.hpp"
#include "watch/oee/measure.hpp"

namespace millwright::watch::oee {

// What the module brings: sections `oee:`, `cycle:` and `feeds:`, stage, view and routes.
flow::Room room();

enum class Level : std::uint8_t { machine, line, area, plant };
constexpr std::array<std::string_view, 4> level_words{"machine", "line", "area", "plant"};
constexpr std::span<const std::string_view> words_of(Level) {
  return level_words;
}

// A row of the view `oee`: the current shift, or the last one. Absent is not known: not nought.
struct OeeRow {
  Level level = Level::machine;
  std::string title, shift;
  std::optional<Instant> shift_from, shift_until;
  std::optional<double> availability, performance, quality, oee, coverage;
  std::vector<std::string> missing;
  double busy = 0, running = 0, planned_stop = 0, no_data = 0;
  std::optional<std::int64_t> good, scrap;
  std::int64_t uncertain = 0;
  std::optional<double> plan, plan_shift;
  std::string loss;
  double loss_time = 0;

  static constexpr auto describe() {
    using T = OeeRow;
    return record(
        "oee_row", field("level", &T::level, "", "Machine, line, area or plant."),
        field("title", &T::title, "", "Name for people."),
        field("shift", &T::shift, "", "Name of the shift; with \"ended\" when it is over."),
        field("shift_from", &T::shift_from, "", "Its start."),
        field("shift_until", &T::shift_until, "", "Its end."),
        field("availability", &T::availability, "", "Running time of busy time."),
        field("performance", &T::performance, "", "Ideal time of the parts of running time."),
        field("quality", &T::quality, "", "Good parts of all, by ideal time."),
        field("oee", &T::oee, "", "The three multiplied."),
        field("coverage", &T::coverage, "", "How much of the time is known."),
        field("missing", &T::missing, "", "Inputs that are not there, in words."),
        field("busy", &T::busy, "s", "Time in which it should have made parts."),
        field("running", &T::running, "s", "Of it: working, or stopped only shortly."),
        field("planned_stop", &T::planned_stop, "s", "Breaks, maintenance, planned stops."),
        field("no_data", &T::no_data, "s", "Nobody knows."),
        field("good", &T::good, "parts", "Good parts."),
        field("scrap", &T::scrap, "parts", "Rejected parts."),
        field("uncertain", &T::uncertain, "parts",
              "Of all parts: counted after a time without data, maybe made in it."),
        field("plan", &T::plan, "parts", "Planned up to now."),
        field("plan_shift", &T::plan_shift, "parts", "Planned for the whole shift."),
        field("loss", &T::loss, "", "The largest loss, in words."),
        field("loss_time", &T::loss_time, "s", "Its time."));
  }
  friend bool operator==(const OeeRow&, const OeeRow&) = default;
};

using Titles = std::map<std::string, std::string, std::less<>>;
void fill(OeeRow& row, const Sums& sums, const Titles& reasons);
// What people call a loss: the title of its reason, else what it is.
std::string in_words(const Loss& loss, const Titles& reasons);

// What the sections of a machine and of the plant say of its ideal.
Ideals read_ideals(const Machine& machine, const Plant& plant);
// Target of the section `oee:`; nothing when there is none. A problem has its place.
std::optional<double> read_target(const Plant& plant, Problems& problems);
Titles read_reason_titles(const Plant& plant);
// Whether figures are kept: it has rules for its state, and something that counts.
bool takes_part(const Machine& machine);

// A cycle: parts that were counted at one time.
struct Cycle {
  Instant at{};
  double seconds = 0;  // since the count before
  std::int64_t parts = 0;
  std::string product;
  std::optional<double> ideal;  // seconds a part

  static constexpr auto describe() {
    using T = Cycle;
    return record("cycle", field("at", &T::at, "", "When it ended."),
                  field("seconds", &T::seconds, "s", "Since the one before ended."),
                  field("parts", &T::parts, "parts", "How many came of it."),
                  field("product", &T::product, "", "What was made."),
                  field("ideal", &T::ideal, "s", "A part, at best."));
  }
};

}  // namespace millwright::watch::oee
