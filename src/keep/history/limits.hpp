#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "keep/history/answers.hpp"
#include "keep/history/history.hpp"
#include "model/describe.hpp"
#include "model/plant.hpp"

namespace millwright::keep {

enum class WhenFull : std::uint8_t { forget_oldest, stop };
inline constexpr std::array<std::string_view, 2> when_full_words{"forget_oldest", "stop"};
constexpr std::span<const std::string_view> words_of(WhenFull) {
  return when_full_words;
}

// The section `history:` of the plant file.
struct HistorySection {
  std::optional<double> disk, endurance;
  double memory = 32;
  WhenFull when_full = WhenFull::forget_oldest;
  std::optional<Duration> keep;

  static constexpr auto describe() {
    using T = HistorySection;
    return record(
        "history", field("disk", &T::disk, "GB", "The history takes so much of the disk at most."),
        field("when_full", &T::when_full, "",
              "At that limit: the oldest day goes, or nothing more is stored (readings then stay "
              "in the journal)."),
        field("keep", &T::keep, "", "A day is forgotten when it is over for so long."),
        field("memory", &T::memory, "MB", "Readings that are not stored yet, 4 to 4000."),
        field("endurance", &T::endurance, "TB",
              "What the disk can be written in its life, as its data sheet says (TBW)."));
  }
};
HistorySection history_section(const Plant& plant);
HistorySettings history_settings(const HistorySection& section);
flow::Room history_sections();  // the section alone: it is known without a server

// How long the store goes on as it is. Pure.
struct Growth {
  std::uint64_t bytes = 0;              // of all segments
  std::optional<double> bytes_per_day;  // of the last days that are over
  std::uint64_t disk_free = 0;
  std::optional<std::uint64_t> bytes_max;
  std::optional<Duration> keep;
};
// Until the limit or the disk is reached; nothing when never, or when it is not known yet.
std::optional<double> days_until_full(const Growth& growth);
// The life that is left of the disk, when it goes on being written like this.
std::optional<double> years_of_wear(double endurance_bytes, double bytes_written, Duration since);

flow::Route store_route(const History& history, const HistorySection& section,
                        const std::filesystem::path& folder);

}  // namespace millwright::keep
