#include "net/opcua/hint.hpp"

#include "base/text.hpp"

namespace millwright::net::opcua {
namespace {

constexpr std::uint32_t objects_folder = 85;
constexpr std::size_t nearest_bytes_max = 64;  // of base's nearest()

// The last part of an id of parts; ids are compared by it, because the rest is long and alike.
std::string_view last_part(std::string_view id) {
  const std::size_t at = id.find_last_of("./|:");
  return at == std::string_view::npos ? id : id.substr(at + 1);
}

}  // namespace

std::optional<NodeName> likely_parent(const NodeName& node) {
  if (node.kind != NodeName::Kind::text) return std::nullopt;
  const std::string_view last = last_part(node.text);
  if (last.size() + 1 >= node.text.size()) return std::nullopt;
  NodeName parent = node;
  parent.index.reset();
  parent.text.resize(node.text.size() - last.size() - 1);
  return parent;
}

std::optional<NodeName> nearest_of(const NodeName& node, std::span<const Child> there) {
  std::vector<std::string_view> known;
  std::vector<const NodeName*> names;
  for (const Child& child : there) {
    if (child.node.kind != NodeName::Kind::text || child.node.namespace_uri != node.namespace_uri)
      continue;
    const std::string_view last = last_part(child.node.text);
    if (last.size() > nearest_bytes_max) continue;
    known.push_back(last);
    names.push_back(&child.node);
  }
  const std::string_view wanted = last_part(node.text);
  if (wanted.size() > nearest_bytes_max) return std::nullopt;
  const auto near = nearest(wanted, known);
  for (std::size_t i = 0; near && i < known.size(); ++i) {
    if (known[i].data() != near->data()) continue;
    NodeName found = *names[i];
    found.index = node.index;
    return found;
  }
  return std::nullopt;
}

std::optional<NodeName> nearest_node(Session& session, const NodeName& node) {
  if (node.kind != NodeName::Kind::text) return std::nullopt;
  if (const auto parent = likely_parent(node)) {
    const auto children = session.browse(*parent);
    if (children) {
      if (auto near = nearest_of(node, *children)) return near;
    }
  }
  NodeName objects;
  objects.number = objects_folder;
  const auto children = session.browse(objects);
  return children ? nearest_of(node, *children) : std::nullopt;
}

}  // namespace millwright::net::opcua
