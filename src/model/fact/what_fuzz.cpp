// Stored facts: what can be read is written back as bytes that say the same.
#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "model/fact/fact.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millwright;
  Reader in(ByteView(data, size));
  const auto what = read_what(in);
  if (!what) return 0;
  Bytes once;
  Writer first(once);
  write_what(first, *what);
  Reader again(once);
  const auto same = read_what(again);
  CHECK(same && again.is_at_end());
  Bytes twice;
  Writer second(twice);
  write_what(second, *same);
  CHECK(once == twice);
  return 0;
}
