#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/time.hpp"
#include "flow/troubles.hpp"
#include "model/readings.hpp"
#include "net/opcua/value.hpp"

namespace millwright::connect::opcua {

// Limits of a time that is believed: before, a clock was never set; beyond, it runs ahead.
constexpr Instant time_believed_from{std::chrono::sys_days{std::chrono::year{2000} / 1 / 1}};
constexpr Duration time_ahead_max = 5min;

// UncertainEngineeringUnitsExceeded.
constexpr Quality out_of_units{0x40940000};

// What a tag expects.
struct Expected {
  Kind kind = Kind::number;
  std::optional<std::pair<double, double>> range;
};

enum class Finding : std::uint8_t {
  none,
  wrong_type,
  compound,  // an array or a structure
  not_finite,
  empty,
  time_absent,
  time_past,
  time_ahead,
  overflow  // the server's queue was too short: values are lost
};

// One row, and what is wrong with it.
struct Judged {
  Instant happened;
  Quality quality;
  Scalar value;
  std::string text;  // of a tag of texts
  Finding value_finding = Finding::none, time_finding = Finding::none;
  bool has_overflow = false;
};

// Thread: any; pure.
Judged judge(const Expected& expected, const net::opcua::Sample& sample, Instant now);

// What to tell about a finding.
flow::TroubleWords words_of(Finding finding, const Expected& expected,
                            const net::opcua::Sample& sample);

}  // namespace millwright::connect::opcua
