#pragma once

// The subscription of a session. For the .cpp files of this folder alone.
// Include <open62541/…> before it: our headers name no library.

#include <deque>

#include "net/opcua/connection.hpp"

namespace millwright::net::opcua {

class Watching {
 public:
  Watching(Connection& connection, std::string subject, const std::vector<std::string>& namespaces,
           std::size_t items_per_call)
      : connection_(connection),
        subject_(std::move(subject)),
        namespaces_(namespaces),
        group_(items_per_call) {}

  // A subscription that does not publish yet: a message that overtakes the answer to the creation
  // of its items would be lost.
  Outcome begin(Duration publishing, Hear hear);
  // Items with these numbers, in groups.
  Result<std::vector<Refusal>> add(std::span<const Item> items,
                                   std::span<const std::size_t> numbers);
  Outcome publish();

 private:
  struct Wanted {
    std::size_t number;
    bool has_deadband;
  };
  struct Watched {
    std::size_t number;
    bool has_index;
  };
  // Asks for a group. False: the group is too large for the server.
  Result<bool> ask(std::span<const Item> items, std::span<const Wanted> wanted,
                   std::vector<UA_StatusCode>& statuses);
  Refusal refusal(const Item& item, std::size_t number, UA_StatusCode status) const;

  static void hear_value(UA_Client* client, UA_UInt32 subscription, void* self, UA_UInt32 id,
                         void* item, UA_DataValue* value);
  static void hear_status(UA_Client* client, UA_UInt32 subscription, void* self,
                          UA_StatusChangeNotification* notification);
  static void hear_deleted(UA_Client* client, UA_UInt32 subscription, void* self);
  static void hear_silence(UA_Client* client, UA_UInt32 subscription, void* self);
  void lose();

  Connection& connection_;
  std::string subject_;
  const std::vector<std::string>& namespaces_;
  std::size_t group_;
  Hear hear_;
  UA_UInt32 subscription_ = 0;
  std::deque<Watched> watched_;  // by item; the library keeps pointers into it
};

}  // namespace millwright::net::opcua
