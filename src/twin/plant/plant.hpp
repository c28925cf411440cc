#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "twin/plant/factory.hpp"

namespace millwright::twin {

// How the time of the plant goes.
struct PlantClock {
  enum class Kind : std::uint8_t { real, fast, manual } kind = Kind::real;
  double rate = 1;  // of fast: seconds of the plant in a second
};
// Reads "real", "fast:60" or "manual".
// Errors: invalid, with what was found and what is expected.
Result<PlantClock> to_plant_clock(std::string_view text);

struct PlantSettings {
  std::uint64_t seed = true_seed;
  PlantClock clock;
  // The servers listen on 127.0.0.1 at this port and the next; 0: ports chosen by the system.
  std::uint16_t base_port = 0;
  // When the plant's time begins; none: now, and for a manual clock manual_start.
  std::optional<Instant> start = {};
  // Serves this much of the past before `past_until` (none: before the start) as a recording, at
  // the port after those of the servers. Zero: none.
  Duration past{};
  std::optional<Instant> past_until = {};
};

// A Monday at 6:40 in Berlin, when the early shift is at work.
constexpr Instant manual_start = instant(1'795'412'400'000'000'000);
constexpr Duration advance_most = 1h;  // in one call of the clock's method

using Ports = std::array<std::uint16_t, group_count>;

// A shift that the works holds because it was started outside its shifts, on the clocks of the
// plant; cut where a shift of the calendar begins or ends.
struct SpecialShift {
  std::string date, from, to;  // "2026-11-22", "10:07", "20:07"
};
Result<std::optional<SpecialShift>> special_shift(Instant start);

// The virtual plant with its OPC UA servers, on a thread of its own until it is destroyed.
class VirtualPlant {
 public:
  // Errors: refused when a port is taken; not_found when the plant's time zone is unknown here.
  static Result<VirtualPlant> open(const PlantSettings& settings);
  VirtualPlant(VirtualPlant&&) noexcept;
  VirtualPlant& operator=(VirtualPlant&&) noexcept;
  ~VirtualPlant();

  const Ports& ports() const;
  std::string address(Group group) const;              // opc.tcp://127.0.0.1:40123
  Instant now() const;                                 // the plant's time; thread: any
  std::uint16_t past_port() const;                     // 0: it serves none
  const std::optional<SpecialShift>& special() const;  // none: started in a shift
  const std::string& notice() const;  // what a person should know about the start; may be empty

 private:
  class Inside;
  explicit VirtualPlant(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

// The plant file of the works as a server reads it, with the servers at these ports: written from
// the same tables as the servers' nodes, so the two cannot disagree.
// With this computer as a machine of its own (connect/host), whose tags are real: not under a clock
// that is moved by hand.
enum class ThisComputer : std::uint8_t { without, with };
std::string plant_file_text(const Works& works, const Ports& ports, ThisComputer computer,
                            std::uint16_t past_port = 0,
                            const std::optional<SpecialShift>& special = {});

// The ports of the committed plant file.
constexpr Ports file_ports = {48'401, 48'402, 48'403, 48'404, 48'405};

}  // namespace millwright::twin
