#include "twin/plant/nodes.hpp"

#include "twin/plant/units.hpp"

namespace millwright::twin {
namespace {

const UA_NodeId has_component = UA_NODEID_NUMERIC(0, UA_NS0ID_HASCOMPONENT);
const UA_NodeId has_property = UA_NODEID_NUMERIC(0, UA_NS0ID_HASPROPERTY);

UA_LocalizedText text_of(const std::string& text) {
  return {UA_STRING_NULL, view_of(text)};
}

const UA_DataType* type_of(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return &UA_TYPES[UA_TYPES_BOOLEAN];
    case ValueType::integer:
      return &UA_TYPES[UA_TYPES_INT32];
    case ValueType::natural:
      return &UA_TYPES[UA_TYPES_UINT32];
    case ValueType::number:
      return &UA_TYPES[UA_TYPES_DOUBLE];
    case ValueType::text:
      break;
  }
  return &UA_TYPES[UA_TYPES_STRING];
}

struct Property {
  const char* name;
  void* value;
  const UA_DataType* type;
};

UA_StatusCode add_property(UA_Server* server, UA_UInt16 space, const std::string& owner,
                           const Property& property) {
  const std::string name = owner + "." + property.name;
  const std::string browse = property.name;
  UA_VariableAttributes attributes = UA_VariableAttributes_default;
  attributes.displayName = text_of(browse);
  attributes.dataType = property.type->typeId;
  attributes.valueRank = UA_VALUERANK_SCALAR;
  UA_Variant_setScalar(&attributes.value, property.value, property.type);
  return UA_Server_addVariableNode(
      server, node_of(space, name), node_of(space, owner), has_property, {0, view_of(browse)},
      UA_NODEID_NUMERIC(0, UA_NS0ID_PROPERTYTYPE), attributes, nullptr, nullptr);
}

// The properties stand before the node is finished: open62541 then takes them for those that the
// type demands, and makes no others.
UA_StatusCode add_analog_properties(UA_Server* server, UA_UInt16 space, const std::string& name,
                                    const Tag& tag) {
  UA_Range range{tag.low, tag.high};
  const std::string uri = "http://www.opcfoundation.org/UA/units/un/cefact";
  UA_EUInformation unit{view_of(uri), unit_id(tag.unit), text_of(tag.unit), text_of(tag.unit)};
  const UA_StatusCode status =
      add_property(server, space, name, {"EURange", &range, &UA_TYPES[UA_TYPES_RANGE]});
  if (status != UA_STATUSCODE_GOOD) return status;
  return add_property(server, space, name,
                      {"EngineeringUnits", &unit, &UA_TYPES[UA_TYPES_EUINFORMATION]});
}

}  // namespace

UA_StatusCode add_machine(UA_Server* server, UA_UInt16 space, const Station& station) {
  const std::string name(station.name()), title(station.title), path(station.path);
  UA_ObjectAttributes attributes = UA_ObjectAttributes_default;
  attributes.displayName = text_of(title);
  attributes.description = text_of(path);
  return UA_Server_addObjectNode(
      server, node_of(space, name), UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER),
      UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), {space, view_of(name)},
      UA_NODEID_NUMERIC(0, UA_NS0ID_BASEOBJECTTYPE), attributes, nullptr, nullptr);
}

UA_StatusCode add_tag(UA_Server* server, UA_UInt16 space, const Works& works, const Tag& tag) {
  const std::string machine(works.stations[tag.machine].name());
  const std::string name = node_name(works, tag);
  UA_VariableAttributes attributes = UA_VariableAttributes_default;
  attributes.displayName = text_of(tag.title);
  attributes.dataType = type_of(tag.type)->typeId;
  attributes.valueRank = UA_VALUERANK_SCALAR;
  attributes.accessLevel = UA_ACCESSLEVELMASK_READ;
  const UA_UInt32 kind = tag.is_analog() ? UA_NS0ID_ANALOGITEMTYPE : UA_NS0ID_BASEDATAVARIABLETYPE;
  const UA_NodeId node = node_of(space, name);
  UA_StatusCode status = UA_Server_addNode_begin(
      server, UA_NODECLASS_VARIABLE, node, node_of(space, machine), has_component,
      {space, view_of(tag.name)}, UA_NODEID_NUMERIC(0, kind), &attributes,
      &UA_TYPES[UA_TYPES_VARIABLEATTRIBUTES], nullptr, nullptr);
  if (status == UA_STATUSCODE_GOOD && tag.is_analog())
    status = add_analog_properties(server, space, name, tag);
  if (status != UA_STATUSCODE_GOOD) return status;
  return UA_Server_addNode_finish(server, node);
}

UA_StatusCode write_value(UA_Server* server, const UA_NodeId& node, const Reading& reading) {
  UA_DataValue data{};
  data.hasValue = true;
  data.hasSourceTimestamp = true;
  data.sourceTimestamp = date_of(reading.at);
  data.value.storageType = UA_VARIANT_DATA_NODELETE;
  Value value = reading.value;
  UA_String text{};
  if (std::string* const owned = std::get_if<std::string>(&value)) {
    text = view_of(*owned);
    data.value.type = &UA_TYPES[UA_TYPES_STRING];
    data.value.data = &text;
  } else {
    data.value.type = type_of(std::holds_alternative<bool>(value)            ? ValueType::boolean
                              : std::holds_alternative<std::int32_t>(value)  ? ValueType::integer
                              : std::holds_alternative<std::uint32_t>(value) ? ValueType::natural
                                                                             : ValueType::number);
    data.value.data = std::visit([](auto& held) { return static_cast<void*>(&held); }, value);
  }
  return UA_Server_writeDataValue(server, node, data);
}

}  // namespace millwright::twin
