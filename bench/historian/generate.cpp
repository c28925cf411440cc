// A factory's readings as line protocol, the same for every historian that is measured.
//
//   generate MACHINES SECONDS SEED > factory.lp
//
// Each machine says 20 values once a second, each line with one time: 12 analog tags (a
// mean-reverting walk with noise, rounded to 0.1, 0.01 or 0.001), 2 counters, a state, 2 switches,
// 2 set-points, a status code. Times carry +-8 ms of jitter and a phase per machine. One row in a
// thousand never comes; about one in a hundred comes 5 to 600 s late, and four times a day a
// machine's rows of 15 min come after the outage. Same arguments, same bytes.
#include <cinttypes>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <queue>
#include <string>
#include <vector>

namespace {

constexpr std::int64_t begin_ms = 1'790'000'000'000;  // 2026-09-21T14:13:20Z
constexpr unsigned analogs = 12;

// Random bits that depend on nothing but the seed (splitmix64).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  double uniform() { return static_cast<double>(bits() >> 11U) * 0x1p-53; }
  double normal() {
    return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307179586 * uniform());
  }
  bool happens(double probability) { return uniform() < probability; }

 private:
  std::uint64_t state_;
};

class Machine {
 public:
  Machine(std::uint64_t seed, unsigned number) : dice_(seed * 1000 + number), number_(number) {
    phase_ms_ = static_cast<std::int64_t>(dice_.bits() % 1000);
    for (unsigned i = 0; i < analogs; ++i)
      levels_[i] = mean(i);
  }

  std::string line(std::int64_t second) {
    std::string out = "machine,line=l" + std::to_string(number_ / 10) + ",machine=m" +
                      std::to_string(number_) + " ";
    char text[48];
    for (unsigned i = 0; i < analogs; ++i) {
      levels_[i] += 0.01 * (mean(i) - levels_[i]) + step(i) * dice_.normal();
      const double shown = levels_[i] + 0.5 * step(i) * dice_.normal();
      std::snprintf(text, sizeof text, "a%u=%.*f,", i, decimals(i), shown);
      out += text;
    }
    if (dice_.happens(1 / 12.0)) ++good_;
    if (dice_.happens(1 / 400.0)) ++scrap_;
    if (dice_.happens(1 / 120.0)) state_ = static_cast<unsigned>(dice_.bits() % 6);
    if (dice_.happens(1 / 60.0)) door_ = !door_;
    if (dice_.happens(1 / 300.0)) pump_ = !pump_;
    if (dice_.happens(1 / 1800.0)) speed_ = 1000 + 250 * static_cast<double>(dice_.bits() % 9);
    if (dice_.happens(1 / 3600.0)) heat_ = 160 + 5 * static_cast<double>(dice_.bits() % 12);
    const unsigned status = dice_.happens(1 / 5000.0) ? 2'147'483'648U : 0;
    std::snprintf(text, sizeof text, "good=%" PRIu64 "i,scrap=%" PRIu64 "i,state=%ui,", good_,
                  scrap_, state_);
    out += text;
    out +=
        std::string("door=") + (door_ ? "true" : "false") + ",pump=" + (pump_ ? "true" : "false");
    std::snprintf(text, sizeof text, ",sp_speed=%.0f,sp_heat=%.0f,status=%ui", speed_, heat_,
                  status);
    out += text;
    const auto jitter = static_cast<std::int64_t>(dice_.bits() % 17) - 8;
    out += ' ' + std::to_string(begin_ms + second * 1000 + phase_ms_ + jitter) + '\n';
    return out;
  }
  // Seconds after which the row of this second comes; nothing when it never does.
  int delay(std::int64_t second) {
    if (dice_.happens(0.001)) return -1;
    if (outage_until_ > second) return static_cast<int>(outage_until_ - second) + 1;
    if (dice_.happens(4.0 / 86400)) outage_until_ = second + 900;
    return dice_.happens(0.0025) ? 5 + static_cast<int>(dice_.bits() % 596) : 0;
  }

 private:
  static double mean(unsigned i) { return 20.0 + 35.0 * i; }
  static double step(unsigned i) { return i % 3 == 0 ? 0.05 : i % 3 == 1 ? 0.02 : 0.008; }
  static int decimals(unsigned i) { return static_cast<int>(i % 3) + 1; }

  Dice dice_;
  unsigned number_;
  std::int64_t phase_ms_ = 0, outage_until_ = 0;
  double levels_[analogs] = {};
  std::uint64_t good_ = 0, scrap_ = 0;
  unsigned state_ = 1;
  bool door_ = false, pump_ = true;
  double speed_ = 1500, heat_ = 180;
};

struct Late {
  std::int64_t due;
  std::uint64_t order;
  std::string line;
  bool operator<(const Late& other) const {
    return due != other.due ? due > other.due : order > other.order;
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "use: generate MACHINES SECONDS SEED > factory.lp\n");
    return 2;
  }
  const auto machines = static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10));
  const std::int64_t seconds = std::strtoll(argv[2], nullptr, 10);
  std::vector<Machine> all;
  for (unsigned i = 0; i < machines; ++i)
    all.emplace_back(std::strtoull(argv[3], nullptr, 10), i);
  std::priority_queue<Late> late;
  std::uint64_t order = 0;
  for (std::int64_t second = 0; second < seconds; ++second) {
    for (Machine& machine : all) {
      std::string line = machine.line(second);
      const int delay = machine.delay(second);
      if (delay < 0) continue;
      if (delay > 0) {
        late.push({second + delay, order++, std::move(line)});
      } else {
        std::fputs(line.c_str(), stdout);
      }
    }
    for (; !late.empty() && late.top().due <= second; late.pop())
      std::fputs(late.top().line.c_str(), stdout);
  }
  for (; !late.empty(); late.pop())
    std::fputs(late.top().line.c_str(), stdout);
  return 0;
}
