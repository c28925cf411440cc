#pragma once

// Private to this folder, and to the sources that speak to open62541: how its nodes are made.

#include <open62541/server.h>

#include <string>

#include "twin/plant/factory.hpp"

namespace millwright::twin {

constexpr const char* clock_namespace = "urn:millwright:clock";

inline UA_String view_of(const std::string& text) {
  // open62541 does not write to a string that it is given to read.
  return {text.size(), reinterpret_cast<UA_Byte*>(const_cast<char*>(text.data()))};
}
inline UA_NodeId node_of(UA_UInt16 space, const std::string& name) {
  UA_NodeId id{};
  id.namespaceIndex = space;
  id.identifierType = UA_NODEIDTYPE_STRING;
  id.identifier.string = view_of(name);
  return id;
}
inline UA_DateTime date_of(Instant at) {
  return UA_DATETIME_UNIX_EPOCH + nanoseconds(at) / 100;
}

// Adds the object of a machine, and a variable for a tag below it (an AnalogItem with range and
// unit when it is a number). They throw nothing; a status that is not good is a bug of ours.
UA_StatusCode add_machine(UA_Server* server, UA_UInt16 space, const Station& station);
UA_StatusCode add_tag(UA_Server* server, UA_UInt16 space, const Works& works, const Tag& tag);

// Writes the value with its source time.
UA_StatusCode write_value(UA_Server* server, const UA_NodeId& node, const Reading& reading);

}  // namespace millwright::twin
