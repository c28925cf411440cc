#include "keep/history/chunk.hpp"

// Bytes of a block, without the sum, which is added: so that what lies behind it is reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millwright;
  Bytes bytes(data, data + size);
  const std::uint32_t sum = crc32c(bytes);
  Writer(bytes).fixed(sum);
  const auto rows = keep::decode(bytes);
  if (!rows) return 0;
  CHECK(rows->times.size() == rows->qualities.size() && rows->times.size() == rows->values.size());
  const auto again = keep::decode(keep::encode(*rows));
  CHECK(again.has_value() && again->times == rows->times && again->texts == rows->texts);
  return 0;
}
