#include <algorithm>
#include <array>

#include "app/rooms.hpp"

namespace millwright::app {
namespace {

// The order of the line: history -> watch -> advise -> act -> ledger.
constexpr std::array<std::string_view, 8> stage_order{"history",     "watch/data",  "watch/state",
                                                      "watch/count", "watch/order", "watch/stop",
                                                      "watch/oee",   "ledger"};

std::size_t place(const flow::Stage& stage) {
  const auto found = std::find(stage_order.begin(), stage_order.end(), stage.name());
  CHECK(found != stage_order.end());
  return static_cast<std::size_t>(found - stage_order.begin());
}

}  // namespace

void order_stages(std::vector<std::unique_ptr<flow::Stage>>& stages) {
  std::sort(stages.begin(), stages.end(),
            [](const auto& a, const auto& b) { return place(*a) < place(*b); });
}

}  // namespace millwright::app
