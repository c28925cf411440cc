#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/describe.hpp"
#include "twin/plant/calendar.hpp"
#include "twin/plant/works.hpp"

namespace millwright::twin {

// The life of a works: the same life gives the same readings, from whenever on one looks.
struct Life {
  std::uint64_t seed = true_seed;
  Instant start;      // where its past ends, and what is shown live began
  Instant past_from;  // what it tells of before its start; as `start`: nothing
  std::vector<Shift> special_shifts = {};

  Duration past() const { return start - past_from; }
  static constexpr auto describe() {
    using T = Life;
    return record(
        "life", required("seed", &T::seed, "", "Which works it is."),
        required("start", &T::start, "", "Where its past ends and what is shown live began."),
        required("past_from", &T::past_from, "", "Where its past begins."),
        required("special_shifts", &T::special_shifts, "", "Held when nobody else worked."));
  }
};

constexpr std::size_t special_shifts_max = 90;  // more are not held
constexpr Duration special_before = 2h, special_after = 8h;
// How long a works goes on: at every start it lives through all of it anew.
constexpr Duration life_max = std::chrono::days(2 * 365);

// A life that begins now. Outside the shifts of the calendar the works holds a special one, from
// two hours before to eight hours after, between the shifts of the calendar.
// Errors: not_found, when the plant's time zone is unknown here.
Result<Life> begin_life(std::uint64_t seed, Instant start, Duration past = {});
// It is shown again: outside all shifts it holds a special one from now on.
Outcome show_again(Life& life, Instant now);
// In whole minutes, between the shifts of the calendar. None, when `at` lies in a shift or in its
// breaks.
Result<std::optional<Shift>> special_at(Instant at, Duration before, Duration after);

// What stands in the file of a works that goes on from one start to the next
// (`millwright plant --keep FILE`).
struct KeptLife {
  Life life;
  Instant reached;                   // its clock has not been beyond
  std::vector<std::uint16_t> ports;  // of its servers, then of its past

  static constexpr auto describe() {
    using T = KeptLife;
    return record("kept_life", required("life", &T::life, "", "The life of the works."),
                  required("reached", &T::reached, "", "Its clock has not been beyond."),
                  required("ports", &T::ports, "", "Of its servers, then of its past."));
  }
};

// Nothing when there is no file. Errors: corrupt.
Result<std::optional<KeptLife>> read_life(const std::filesystem::path& file);
// Whole or not at all. Errors: refused, with the file.
Outcome write_life(const std::filesystem::path& file, const KeptLife& kept);

}  // namespace millwright::twin
