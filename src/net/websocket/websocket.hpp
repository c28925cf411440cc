#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/http/http.hpp"

namespace millwright::net {

struct WebSocketSettings {
  std::size_t message_bytes_max = std::size_t{1}
                                  << 20U;  // Incoming, unpacked; longer ones close with 1009.
  std::size_t frames_waiting_max = 1;      // Outgoing; more are not taken, see send().
  Duration ping = 20s;     // After so much silence of the other side we ask whether it is there ...
  Duration silence = 60s;  // ... and after so much we close.
  Duration write = 30s;    // For one frame; then closed.
  bool deflate = false;    // Offers permessage-deflate; costs memory (up to 300 kB a connection).
  // Is a page of that origin allowed to connect? Unset: only one of the same host and port, or a
  // client that names no origin (not a browser).
  std::function<bool(std::string_view origin, std::string_view host)> is_origin_allowed;
};

enum class Frame : std::uint8_t { text, binary };

// An open WebSocket. It lives until it is closed, also when nobody holds it.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  // Hands over one message. False = not taken: `frames_waiting_max` wait already, or it is closed.
  // Who sends states and not events then waits for `written` and builds the next frame from the
  // newest state, so that a slow client gets fewer frames and never old ones. Thread: any.
  virtual bool send(std::string message, Frame frame = Frame::text) = 0;
  // Says good-bye: 1000 normal, 1001 going away, 1008 policy, 1013 try later. Thread: any.
  virtual void close(int code = 1000, std::string_view reason = {}) = 0;
  virtual Endpoint remote() const = 0;
};

// What the owner hears, on the I/O thread, in order. `closed` comes once and last.
struct WebSocketEars {
  std::function<void(std::string_view message, Frame frame)> message;
  std::function<void()> written;  // Nothing waits any more: room for the newest.
  std::function<void(int code, std::string_view why)> closed;  // 1006 = broke off.
};

// Called once the socket is open, on the I/O thread. Owners of the socket: its connection, and
// whoever keeps this pointer to send.
using WebSocketOpened = std::function<WebSocketEars(std::shared_ptr<WebSocket>)>;

// From a handler: turns the request into a WebSocket, or answers 400, 403 (origin) or 426.
void accept_websocket(Request request, const Responder& responder, WebSocketSettings settings,
                      WebSocketOpened opened);

// For tests and tools: connects to "ws://host:port/path". `refused` hears why it did not work.
struct WebSocketAsk {
  std::string url;
  Headers headers;                        // Origin, Cookie, ...
  std::shared_ptr<const TlsContext> tls;  // For wss. Owners: who made it and the connection.
  Duration time = 10s;
};
void connect_websocket(Loop& loop, const WebSocketAsk& ask, const WebSocketSettings& settings,
                       WebSocketOpened opened, std::function<void(const Error&)> refused);

}  // namespace millwright::net
