// Plant files from outside, and the two kinds of documents behind them.
#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "model/described_load.hpp"
#include "model/plant.hpp"

namespace {

using namespace millwright;

struct Settings {
  std::string endpoint;
  Duration publish = 50ms;
  std::optional<std::int64_t> count;
  std::map<std::string, bool> flags;
  std::vector<Instant> times;
  static constexpr auto describe() {
    using T = Settings;
    return record("settings", required("endpoint", &T::endpoint, "", ""),
                  field("publish", &T::publish, "", ""), field("count", &T::count, "", ""),
                  field("flags", &T::flags, "", ""), field("times", &T::times, "", ""));
  }
};

Section section(Section::Place place, const char* key) {
  Section out{place, key, "", {}, {}, {}};
  out.check = [](const Node& node, const Plant&, const Machine*, Problems& problems) {
    Settings settings;
    load(node, "", settings, problems);
  };
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Section> sections{section(Section::Place::source, "opcua"),
                                             section(Section::Place::machine, "state"),
                                             section(Section::Place::plant, "shifts")};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Problems problems;
  const Plant plant = read_plant(text, sections, problems);
  for (const Problem& problem : problems.list()) {
    CHECK(problem.at.line >= 1 && problem.at.column >= 1);
    CHECK(!problem.found.empty() && !problem.expected.empty());
  }
  const auto json = read_json(text, NodeLimits{});
  CHECK(json || !json.error().what.empty());
  return 0;
}
