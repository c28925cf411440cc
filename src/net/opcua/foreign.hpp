#pragma once

// Between our plain values and open62541's. For the .cpp files of this folder alone: nobody else
// sees the library's headers.
// Include <open62541/…> before it: our headers name no library.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/opcua/node_name.hpp"
#include "net/opcua/value.hpp"

namespace millwright::net::opcua {

// A view that must not outlive `text`, and that is never cleared.
UA_String borrowed(std::string_view text);
std::string_view view(const UA_String& text);
std::string to_string(const UA_String& text);

// Owns a structure of the library and clears it.
template <class T>
class Owned {
 public:
  explicit Owned(const UA_DataType& type) : type_(&type) { UA_init(&value_, type_); }
  ~Owned() { UA_clear(&value_, type_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  T* operator->() { return &value_; }
  T& operator*() { return value_; }

 private:
  const UA_DataType* type_;
  T value_;
};

// With `has_index` a list of one is that one.
Value to_value(const UA_Variant& variant, bool has_index);
Sample to_sample(const UA_DataValue& value, bool has_index);

// `namespaces` is the server's list; a URI that is not in it gives nothing. The id borrows from
// `name`.
std::optional<UA_NodeId> to_node_id(const NodeName& name,
                                    const std::vector<std::string>& namespaces);
NodeName to_node_name(const UA_NodeId& id, const std::vector<std::string>& namespaces);

}  // namespace millwright::net::opcua
