#pragma once

#include <optional>

#include "net/opcua/session.hpp"

namespace millwright::net::opcua {

// The place below which a node with this id most likely hangs: "cnc3/spindle.speed" hangs below
// "cnc3/spindle". Nothing when the id does not tell. Thread: any; pure.
std::optional<NodeName> likely_parent(const NodeName& node);

// The node that a person most likely meant who wrote `node`: the child of its likely parent, or of
// the Objects folder, whose id is near. Two browses at most.
std::optional<NodeName> nearest_node(Session& session, const NodeName& node);

// The one of `there` whose text id is nearest. Thread: any; pure.
std::optional<NodeName> nearest_of(const NodeName& node, std::span<const Child> there);

}  // namespace millwright::net::opcua
