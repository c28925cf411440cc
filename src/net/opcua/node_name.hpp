#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace millwright::net::opcua {

// Which node of a server, in a form that survives a restart of the server: the namespace is named
// by its URI, because its number may change.
struct NodeName {
  enum class Kind : std::uint8_t { number, text, guid, bytes };

  std::string namespace_uri;  // empty: the namespace of OPC UA itself
  Kind kind = Kind::number;
  std::uint32_t number = 0;
  std::string text;                    // of text and guid; of bytes the bytes themselves
  std::optional<std::uint32_t> index;  // one element of an array

  friend bool operator==(const NodeName&, const NodeName&) = default;
};

constexpr std::size_t node_name_bytes_max = 4096;

// "nsu=urn:velo:cnc3;s=spindle.speed", "i=2258", "nsu=…;g=09087e75-8e5e-499b-954f-f2a9603db28a",
// "nsu=…;b=M/RbKBsRVkePCePcx24oRA==", each with "index=3;" before it for one element of an array.
// to_node_name(to_text(n)) = n. A URI holds '%' and ';' as %25 and %3B.
// Errors: invalid, with what was found and what to write. Thread: any; pure.
Result<NodeName> to_node_name(std::string_view text);
std::string to_text(const NodeName& name);

// RFC 4648, with padding. Errors: invalid.
std::string to_base64(std::string_view bytes);
Result<std::string> from_base64(std::string_view text);

}  // namespace millwright::net::opcua
