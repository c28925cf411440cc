#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "net/opcua/hint.hpp"
#include "net/opcua/value.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millwright::net::opcua;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto name = to_node_name(text);
  if (name) {
    // What was read is written so that it is read as the same again.
    const auto again = to_node_name(to_text(*name));
    if (!again || !(*again == *name)) std::abort();
    static_cast<void>(likely_parent(*name));
  }
  const std::string whole = valid_utf8(text);
  if (valid_utf8(whole) != whole) std::abort();
  const auto bytes = from_base64(text);
  if (bytes && to_base64(*bytes) != text) std::abort();
  return 0;
}
