#pragma once

// How a connection with a session comes about. For the .cpp files of this folder alone.
// Include <open62541/…> before it: our headers name no library.

#include "net/opcua/connection.hpp"

namespace millwright::net::opcua {

struct Opened {
  std::unique_ptr<Connection> connection;
  std::vector<Trouble> warnings;
};

// Asks the server for its end points, chooses one, checks its certificate, connects and signs in.
Result<Opened> open_connection(const SessionSettings& settings,
                               const std::atomic<bool>& is_stopping);

}  // namespace millwright::net::opcua
