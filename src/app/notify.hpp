#pragma once

#include <string_view>

namespace millwright::app {

// Tells systemd how a unit of Type=notify stands ("READY=1"): one datagram to $NOTIFY_SOCKET, as
// sd_notify(3) describes. Without that variable nothing.
void notify_system(std::string_view state);

}  // namespace millwright::app
