// Any bytes as the lines of one adapter. The first byte says what kind the items have.
#include "base/text.hpp"
#include "net/shdr/shdr.hpp"

using namespace millwright;
using namespace millwright::net;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned mode = data[0];
  ShdrReader reader([mode](std::string_view, std::string_view item) -> std::optional<ShdrKind> {
    if (mode % 2 == 0) return std::nullopt;
    return static_cast<ShdrKind>((item.size() + mode) % 6);
  });
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::size_t seen = 0;
  for (const std::string_view each : split(text, '\n')) {
    const Result<ShdrLine> line = reader.read(each);
    if (!line) continue;
    CHECK((line->refused == 0) == line->trouble.empty());
    CHECK(line->asset.body.size() <= shdr_asset_bytes_max);
    for (const ShdrObservation& one : line->observations) {
      CHECK(!one.item.empty());
      for (const char c : one.value)
        seen += static_cast<unsigned char>(c);
      for (const ShdrEntry& entry : one.entries)
        CHECK(!entry.key.empty());
    }
    static_cast<void>(shdr_heartbeat(*line));
  }
  volatile std::size_t kept =
      seen;  // Every text was read, so that one outside its memory is found.
  return kept == 0 ? 0 : 0;
}
