#include <open62541/types.h>
#include <open62541/types_generated_handling.h>

#include <algorithm>
#include <bit>

#include "net/opcua/foreign.hpp"

namespace millwright::net::opcua {
namespace {

template <class T>
const T& as(const void* data) {
  return *static_cast<const T*>(data);
}

Value other(std::string what) {
  return {Value::Type::other, 0, std::move(what)};
}

Value of_text(std::string_view text) {
  if (text.size() > Value::text_bytes_max)
    return other("a text of " + std::to_string(text.size()) + " bytes");
  return {Value::Type::text, 0, valid_utf8(text)};
}

Value of_bytes(std::string_view bytes) {
  if (bytes.size() > Value::text_bytes_max)
    return other(std::to_string(bytes.size()) + " bytes in one value");
  return {Value::Type::bytes, 0, std::string(bytes)};
}

Value of_number(Value::Type type, double number) {
  return {type, std::bit_cast<std::uint64_t>(number), {}};
}

Value of_integer(std::int64_t number) {
  return {Value::Type::integer, std::bit_cast<std::uint64_t>(number), {}};
}

Value of_natural(std::uint64_t number) {
  return {Value::Type::natural, number, {}};
}

// What the library prints.
template <class T>
Value of_printed(const void* data, UA_StatusCode (*print)(const T*, UA_String*)) {
  UA_String text = UA_STRING_NULL;
  if (print(static_cast<const T*>(data), &text) != UA_STATUSCODE_GOOD)
    return other("a value that cannot be printed");
  Value value = of_text(view(text));
  UA_String_clear(&text);
  return value;
}

Value of_scalar(const void* data, const UA_DataType& type) {
  switch (type.typeKind) {
    case UA_DATATYPEKIND_BOOLEAN:
      return {Value::Type::boolean, as<UA_Boolean>(data) ? 1U : 0U, {}};
    case UA_DATATYPEKIND_SBYTE:
      return of_integer(as<UA_SByte>(data));
    case UA_DATATYPEKIND_INT16:
      return of_integer(as<UA_Int16>(data));
    case UA_DATATYPEKIND_INT32:
    case UA_DATATYPEKIND_ENUM:
      return of_integer(as<UA_Int32>(data));
    case UA_DATATYPEKIND_INT64:
      return of_integer(as<UA_Int64>(data));
    case UA_DATATYPEKIND_BYTE:
      return of_natural(as<UA_Byte>(data));
    case UA_DATATYPEKIND_UINT16:
      return of_natural(as<UA_UInt16>(data));
    case UA_DATATYPEKIND_UINT32:
    case UA_DATATYPEKIND_STATUSCODE:
      return of_natural(as<UA_UInt32>(data));
    case UA_DATATYPEKIND_UINT64:
      return of_natural(as<UA_UInt64>(data));
    case UA_DATATYPEKIND_FLOAT:
      return of_number(Value::Type::single, static_cast<double>(as<UA_Float>(data)));
    case UA_DATATYPEKIND_DOUBLE:
      return of_number(Value::Type::number, as<UA_Double>(data));
    case UA_DATATYPEKIND_DATETIME:
      return {Value::Type::time, 0, to_time_text(as<UA_DateTime>(data))};
    case UA_DATATYPEKIND_STRING:
    case UA_DATATYPEKIND_XMLELEMENT:
      return of_text(view(as<UA_String>(data)));
    case UA_DATATYPEKIND_BYTESTRING:
      return of_bytes(view(as<UA_ByteString>(data)));
    case UA_DATATYPEKIND_LOCALIZEDTEXT:
      return of_text(view(as<UA_LocalizedText>(data).text));
    case UA_DATATYPEKIND_QUALIFIEDNAME:
      return of_text(view(as<UA_QualifiedName>(data).name));
    case UA_DATATYPEKIND_GUID:
      return of_printed<UA_Guid>(data, UA_Guid_print);
    case UA_DATATYPEKIND_NODEID:
      return of_printed<UA_NodeId>(data, UA_NodeId_print);
    case UA_DATATYPEKIND_EXPANDEDNODEID:
      return of_printed<UA_ExpandedNodeId>(data, UA_ExpandedNodeId_print);
    default:
      return other(std::string("a structure (") + type.typeName + ")");
  }
}

Stamp stamp_of(bool is_given, UA_DateTime time) {
  return is_given ? to_stamp(time) : Stamp{};
}

UA_Guid to_guid(const std::string& text) {
  UA_Guid guid = UA_GUID_NULL;
  static_cast<void>(UA_Guid_parse(&guid, borrowed(text)));  // its form was checked by to_node_name
  return guid;
}

}  // namespace

// Empty is null: an index range that is there but empty asks for nothing of a text.
UA_String borrowed(std::string_view text) {
  if (text.empty()) return UA_STRING_NULL;
  return {text.size(), reinterpret_cast<UA_Byte*>(const_cast<char*>(text.data()))};
}

std::string_view view(const UA_String& text) {
  if (text.length == 0 || text.data == nullptr) return {};
  return {reinterpret_cast<const char*>(text.data), text.length};
}

std::string to_string(const UA_String& text) {
  return std::string(view(text));
}

Value to_value(const UA_Variant& variant, bool has_index) {
  if (variant.type == nullptr) return {};
  if (UA_Variant_isScalar(&variant)) return of_scalar(variant.data, *variant.type);
  if (has_index && variant.arrayLength == 1) return of_scalar(variant.data, *variant.type);
  if (has_index && variant.arrayLength == 0) return {};
  return other("an array of " + std::to_string(variant.arrayLength) + " " + variant.type->typeName);
}

Sample to_sample(const UA_DataValue& value, bool has_index) {
  Sample sample;
  if (value.hasValue) sample.value = to_value(value.value, has_index);
  if (value.hasStatus) sample.status = value.status;
  sample.source = stamp_of(value.hasSourceTimestamp, value.sourceTimestamp);
  sample.server = stamp_of(value.hasServerTimestamp, value.serverTimestamp);
  return sample;
}

std::optional<UA_NodeId> to_node_id(const NodeName& name,
                                    const std::vector<std::string>& namespaces) {
  UA_NodeId id = UA_NODEID_NULL;
  if (!name.namespace_uri.empty()) {
    const auto found = std::find(namespaces.begin(), namespaces.end(), name.namespace_uri);
    if (found == namespaces.end()) return std::nullopt;
    id.namespaceIndex = static_cast<UA_UInt16>(found - namespaces.begin());
  }
  switch (name.kind) {
    case NodeName::Kind::number:
      id.identifierType = UA_NODEIDTYPE_NUMERIC;
      id.identifier.numeric = name.number;
      break;
    case NodeName::Kind::text:
      id.identifierType = UA_NODEIDTYPE_STRING;
      id.identifier.string = borrowed(name.text);
      break;
    case NodeName::Kind::guid:
      id.identifierType = UA_NODEIDTYPE_GUID;
      id.identifier.guid = to_guid(name.text);
      break;
    case NodeName::Kind::bytes:
      id.identifierType = UA_NODEIDTYPE_BYTESTRING;
      id.identifier.byteString = borrowed(name.text);
      break;
  }
  return id;
}

NodeName to_node_name(const UA_NodeId& id, const std::vector<std::string>& namespaces) {
  NodeName name;
  if (id.namespaceIndex != 0 && id.namespaceIndex < namespaces.size())
    name.namespace_uri = namespaces[id.namespaceIndex];
  switch (id.identifierType) {
    case UA_NODEIDTYPE_NUMERIC:
      name.number = id.identifier.numeric;
      break;
    case UA_NODEIDTYPE_STRING:
      name.kind = NodeName::Kind::text;
      name.text = to_string(id.identifier.string);
      break;
    case UA_NODEIDTYPE_GUID:
      name.kind = NodeName::Kind::guid;
      name.text = of_printed<UA_Guid>(&id.identifier.guid, UA_Guid_print).text;
      break;
    case UA_NODEIDTYPE_BYTESTRING:
      name.kind = NodeName::Kind::bytes;
      name.text = to_string(id.identifier.byteString);
      break;
  }
  return name;
}

}  // namespace millwright::net::opcua
