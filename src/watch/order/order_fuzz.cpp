#include "watch/order/import.hpp"

// A file of orders that anybody may have written: read or refused, never more than it holds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millwright;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Plant plant;
  plant.identity.path = "velo/berlin";
  plant.identity.zone = "Europe/Berlin";
  plant.machines.emplace_back().path = "frames/cutting/saw1";
  const auto read = watch::order::read_import(text, plant);
  if (!read) return 0;
  for (const watch::order::ImportLine& line : read->good)
    CHECK(!line.form.order.empty() && line.form.order.size() <= 64 && line.line <= size + 1);
  return 0;
}
