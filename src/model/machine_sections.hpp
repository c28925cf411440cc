#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/describe.hpp"
#include "model/plant.hpp"

namespace millwright {

// The sections of a machine that more than one module reads, each described once. The module that
// brings a section checks it; the others read it with their problems ignored.

// The section `count:`.
struct CountSection {
  std::string good, reject;
  Duration window = std::chrono::minutes(10);
  std::string note;

  static constexpr auto describe() {
    using T = CountSection;
    return record(
        "count",
        field("good", &T::good, "",
              "Tag that counts good parts, and never back; when absent, people count."),
        field("reject", &T::reject, "", "Tag that counts rejected parts."),
        field("window", &T::window, "", "Time over which the rate is taken, 1 min to 8 h."),
        field("note", &T::note, "", "A remark."));
  }
};

// The section `cycle:`.
struct CycleSection {
  std::map<std::string, Duration> ideal;
  std::optional<Duration> otherwise;
  std::uint32_t parts = 1;
  std::string note;

  static constexpr auto describe() {
    using T = CycleSection;
    return record("cycle", field("ideal", &T::ideal, "", "Time of a cycle at best, by product."),
                  field("otherwise", &T::otherwise, "", "The same of every other product."),
                  field("parts", &T::parts, "parts", "How many parts a cycle makes."),
                  field("note", &T::note, "", "A remark."));
  }
};

// The section `order:`.
struct OrderSection {
  std::string number, product, quantity;
  bool finishes = false;
  std::string note;

  static constexpr auto describe() {
    using T = OrderSection;
    return record(
        "machine_order",
        field("number", &T::number, "", "Tag that holds the number of the present order."),
        field("product", &T::product, "", "Tag that holds the name of the present product."),
        field("quantity", &T::quantity, "", "Tag that holds the parts of the present order here."),
        field("finishes", &T::finishes, "",
              "True where orders are finished: good parts count for the order here alone."),
        field("note", &T::note, "", "A remark."));
  }
};

// The section `stop:`.
struct StopSection {
  Duration micro_stop = std::chrono::minutes(1), needs_reason_after = std::chrono::minutes(5);
  std::string note;

  static constexpr auto describe() {
    using T = StopSection;
    return record("stop",
                  field("micro_stop", &T::micro_stop, "",
                        "A shorter stop is a loss of performance: it is counted, not listed."),
                  field("needs_reason_after", &T::needs_reason_after, "",
                        "A longer stop asks a person for its reason."),
                  field("note", &T::note, "", "A remark."));
  }
};

// Each reads its section of a machine; without it, what holds then. Every problem has its line and
// column, and leaves what holds without it. Thread: any; pure.
CountSection read_count(const Machine& machine, Problems& problems);
CycleSection read_cycle(const Machine& machine, Problems& problems);
OrderSection read_order(const Machine& machine, Problems& problems);
StopSection read_stop(const Machine& machine, Problems& problems);

// The section `feeds:`, as whole paths: where its parts go next.
std::vector<std::string> read_feeds(const Machine& machine, const Plant& plant, Problems& problems);

// Whether parts are counted at a machine, and by whom.
enum class Counting : std::uint8_t { nobody, people, tag };
Counting counting(const Machine& machine);

// Seconds a part at best, from the section `cycle:` or else from `ideal_rate`.
struct IdealCycle {
  std::map<std::string, double> of_product;
  std::optional<double> otherwise;  // of a product that is not named, or not known

  std::optional<double> of(const std::string& product) const {
    const auto found = of_product.find(product);
    return found == of_product.end() ? otherwise : std::optional(found->second);
  }
};
IdealCycle ideal_cycle(const Machine& machine);

}  // namespace millwright
