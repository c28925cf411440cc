#include "keep/history/first_form.hpp"

// Bytes of a block, without the sum, which is added: so that what lies behind it is reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millwright;
  Bytes bytes(data, data + size);
  const std::uint32_t sum = crc32c(bytes);
  Writer(bytes).fixed(sum);
  const auto rows = keep::decode_first_form(bytes);
  if (!rows) return 0;
  CHECK(rows->times.size() == rows->values.size());
  return 0;
}
