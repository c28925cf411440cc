#include "net/opcua/node_name.hpp"

#include <charconv>

namespace millwright::net::opcua {
namespace {

constexpr std::string_view base64_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Error invalid(std::string_view text, const std::string& why) {
  return fail(Code::invalid, "'" + std::string(text.substr(0, 200)) + "' is no node id: " + why +
                                 ". Write nsu=URI;s=NAME, or i=2258 for a node of OPC UA itself; "
                                 "'millwright browse ENDPOINT' lists them");
}

bool take(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::uint32_t> to_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string escaped(std::string_view uri) {
  std::string out;
  for (const char c : uri) {
    if (c == '%') {
      out += "%25";
    } else if (c == ';') {
      out += "%3B";
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view uri) {
  std::string out;
  while (!uri.empty()) {
    if (take(uri, "%25")) {
      out += '%';
    } else if (take(uri, "%3B") || take(uri, "%3b")) {
      out += ';';
    } else {
      out += uri.front();
      uri.remove_prefix(1);
    }
  }
  return out;
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// 8-4-4-4-12 hexadecimal digits, as RFC 9562 writes them.
bool is_guid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

Outcome read_identifier(std::string_view whole, std::string_view left, NodeName& name) {
  if (take(left, "i=")) {
    const auto number = to_number(left);
    if (!number) return invalid(whole, "after i= comes a whole number below 4294967296");
    name.number = *number;
  } else if (take(left, "s=")) {
    if (left.empty()) return invalid(whole, "after s= comes a name");
    name.kind = NodeName::Kind::text;
    name.text = left;
  } else if (take(left, "g=")) {
    if (!is_guid(left)) return invalid(whole, "after g= comes a GUID in its 8-4-4-4-12 form");
    name.kind = NodeName::Kind::guid;
    name.text = left;
  } else if (take(left, "b=")) {
    auto bytes = from_base64(left);
    if (!bytes || bytes->empty()) return invalid(whole, "after b= come bytes in base64");
    name.kind = NodeName::Kind::bytes;
    name.text = std::move(bytes).value();
  } else {
    return invalid(whole, "i=, s=, g= or b= is missing");
  }
  return Done{};
}

}  // namespace

Result<NodeName> to_node_name(std::string_view text) {
  if (text.size() > node_name_bytes_max) return invalid(text, "it is too long");
  NodeName name;
  std::string_view left = text;
  if (take(left, "index=")) {
    const std::size_t end = left.find(';');
    name.index = to_number(left.substr(0, end));
    if (!name.index || end == std::string_view::npos)
      return invalid(text, "after index= come a whole number and ';'");
    left.remove_prefix(end + 1);
  }
  if (take(left, "nsu=")) {
    const std::size_t end = left.find(';');
    if (end == std::string_view::npos || end == 0)
      return invalid(text, "after nsu= come the namespace's URI and ';'");
    name.namespace_uri = unescaped(left.substr(0, end));
    left.remove_prefix(end + 1);
  } else if (take(left, "ns=0;")) {
    // the one number that never changes
  } else if (take(left, "ns=")) {
    return invalid(text,
                   "a server may number its namespaces anew when it restarts, so the namespace is "
                   "named by its URI (nsu=) and not by its number (ns=)");
  }
  TRY(read_identifier(text, left, name));
  return name;
}

std::string to_text(const NodeName& name) {
  std::string out;
  if (name.index) out += "index=" + std::to_string(*name.index) + ";";
  if (!name.namespace_uri.empty()) out += "nsu=" + escaped(name.namespace_uri) + ";";
  switch (name.kind) {
    case NodeName::Kind::number:
      return out + "i=" + std::to_string(name.number);
    case NodeName::Kind::text:
      return out + "s=" + name.text;
    case NodeName::Kind::guid:
      return out + "g=" + name.text;
    case NodeName::Kind::bytes:
      return out + "b=" + to_base64(name.text);
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const bool is_given = i + k < bytes.size();
      group = (group << 8U) | (is_given ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool is_given = i + k <= bytes.size();
      out += is_given ? base64_letters[(group >> (18 - 6 * k)) & 63U] : '=';
    }
  }
  return out;
}

Result<std::string> from_base64(std::string_view text) {
  const auto refused = [] { return fail(Code::invalid, "this is no base64"); };
  if (text.size() % 4 != 0) return refused();
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  std::string out;
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::size_t value = base64_letters.find(c);
    if (value == std::string_view::npos) return refused();
    group = (group << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>((group >> bits) & 255U);
    }
  }
  if ((group & ((1U << bits) - 1U)) != 0) return refused();  // left-over bits: not canonical
  return out;
}

}  // namespace millwright::net::opcua
