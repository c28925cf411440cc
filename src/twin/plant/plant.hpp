#pragma once

#include <array>
#include <functional>
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
  // None: one of seed 7 that begins now, under a manual clock at manual_start.
  std::optional<Life> life = {};
  // Where the plant's time goes on; none: at the start of its life. What the works lived through
  // since then, it did in silence.
  std::optional<Instant> now = {};
  PlantClock clock = {};
  // The servers listen on 127.0.0.1 at this port and the next, and who serves the past behind them;
  // 0: ports chosen by the system.
  std::uint16_t base_port = 0;
  // Instead, if they are free: as ports() gave them.
  std::vector<std::uint16_t> ports = {};
  // Told where a clock that is not real goes, before it goes there.
  std::function<void(Instant)> reaches = {};
};

// A Monday at 6:40 in Berlin, when the early shift is at work.
constexpr Instant manual_start = instant(1'795'412'400'000'000'000);
constexpr Duration advance_most = 1h;  // in one call of the clock's method

using Ports = std::array<std::uint16_t, group_count>;

// Where the time of a works goes on that was shown before.
// Errors: invalid, when its life is at its end, or when it is ahead of a real clock.
Result<Instant> goes_on_at(const KeptLife& kept, const PlantClock& clock, Instant wall);

// The virtual plant with its OPC UA servers, on a thread of its own until it is destroyed.
class VirtualPlant {
 public:
  // Errors: refused when a port is taken; not_found when the plant's time zone is unknown here.
  static Result<VirtualPlant> open(const PlantSettings& settings);
  VirtualPlant(VirtualPlant&&) noexcept;
  VirtualPlant& operator=(VirtualPlant&&) noexcept;
  ~VirtualPlant();

  const Ports& ports() const;
  std::string address(Group group) const;  // opc.tcp://127.0.0.1:40123
  Instant now() const;                     // the plant's time; thread: any
  std::uint16_t past_port() const;         // 0: it serves none

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
// Errors: not_found, when the plant's time zone is unknown here.
Result<std::string> plant_file_text(const Life& life, const Ports& ports, ThisComputer computer,
                                    std::uint16_t past_port = 0);

// The ports of the committed plant file.
constexpr Ports file_ports = {48'401, 48'402, 48'403, 48'404, 48'405};

}  // namespace millwright::twin
