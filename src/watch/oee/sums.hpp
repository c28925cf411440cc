#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/fact/state.hpp"

namespace millwright::watch::oee {

// Time lost to one state for one reason.
struct Lost {
  MachineState state = MachineState::stopped;
  std::string reason;  // name; empty when nobody told
  Duration time{};
  std::uint32_t stops = 0;  // that began, or that a shift began with
};

// What is added up over a span of a machine's time, and over spans, machines and products: every
// figure is a ratio of two of these, so that factors multiply exactly at every level.
// Terms: ISO 22400-2: busy is its PBT, running its APT.
struct Sums {
  Duration planned_stop{}, no_data{}, busy{}, running{};
  Duration micro{};       // part of running: stops shorter than the limit
  Duration uncounted{};   // part of busy: nothing counts the parts
  Duration unplanned{};   // time of shifts for which there is no plan
  double ideal_made = 0;  // seconds that the parts made would have taken at best
  double ideal_good = 0;  // the same of the good ones
  double plan = 0;        // parts
  std::int64_t good = 0, scrap = 0, unpriced = 0;  // unpriced: parts without an ideal cycle
  std::int64_t uncertain = 0;  // of the parts: counted after a time without data, maybe made in it
  std::uint32_t micro_stops = 0;
  std::vector<Lost> lost;            // by state and reason
  std::vector<std::string> missing;  // inputs that are not there, in words; each once

  static constexpr std::size_t missing_max = 20;
  Sums& operator+=(const Sums& other);
  void lose(MachineState state, std::string_view reason, Duration time, std::uint32_t stops);
  void miss(const std::string& what);
};

// A factor is absent where it cannot be computed: never nought or one instead.
struct Figures {
  std::optional<double> availability, performance, quality, oee, coverage;
  std::optional<std::int64_t> good, scrap;
  std::optional<double> plan;
};
Figures figures_of(const Sums& sums);

// Where the time went that OEE lacks: the shares and OEE add up to one, as long as performance is
// not above one.
struct Loss {
  enum class Kind : std::uint8_t { availability, performance, quality };
  std::string what;  // state, or: micro-stops, slow cycles, scrap
  Kind kind = Kind::availability;
  std::string reason;  // name
  Duration time{};
  std::uint32_t stops = 0;
  double share = 0;  // of the busy time
};
std::vector<Loss> losses_of(const Sums& sums);  // largest first

}  // namespace millwright::watch::oee
