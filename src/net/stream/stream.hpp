#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace millwright::net {

class TlsContext;

inline constexpr int listen_backlog = 512;
inline constexpr std::size_t gather_views_max = 16;

// An address and a port. The address is numeric where something listens ("127.0.0.1", "::1").
struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};
std::string to_text(const Endpoint& endpoint);  // "127.0.0.1:8080", "[::1]:8080"
// Errors: invalid, with what is expected. Port 0 is allowed: the system chooses.
Result<Endpoint> to_endpoint(std::string_view text);
bool is_loopback(std::string_view address);

// Hands work to the thread of a loop; may outlive the loop. Thread: any.
class Postbox {
 public:
  virtual ~Postbox() = default;
  // False when the loop has ended: the work is dropped.
  virtual bool post(std::function<void()> work) = 0;
  // The same, but at once when called on the thread of the loop.
  virtual bool dispatch(std::function<void()> work) = 0;
};

// One thread that waits for sockets and timers. Whatever is made on a loop is used on its thread
// alone; what outlives the loop is closed and does nothing more.
class Loop {
 public:
  static Result<std::unique_ptr<Loop>> open();
  ~Loop();  // Stops.
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  std::shared_ptr<Postbox> postbox() const;  // Owners: the loop and whoever posts.
  void post(std::function<void()> work);     // Thread: any.
  bool is_current() const;                   // Is this the loop's own thread?
  // Closes what is open, so that every callback has come, and ends the thread. Thread: any other.
  void stop();

  class Inner;
  Inner& inner() { return *inner_; }

 private:
  explicit Loop(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

// One shot; a new start replaces the old one. Destruction cancels.
class Timer {
 public:
  explicit Timer(Loop& loop);
  ~Timer();
  void start(Duration after, std::function<void()> ring);
  void cancel();

 private:
  class Inner;
  std::shared_ptr<Inner> inner_;  // Owners: the timer and the waiting operation.
};

// A connection: bytes in order, plain or TLS. Callbacks come later, never from within the call.
// One read and one write may be under way at a time. Closing ends them with an error.
class Stream {
 public:
  using Count = std::function<void(Result<std::size_t>)>;
  using Finished = std::function<void(Outcome)>;
  virtual ~Stream() = default;
  // At least one byte; 0 bytes = the other side has closed. `into` stays valid until `done`.
  virtual void read(std::span<std::uint8_t> into, Count done) = 0;
  // All of it; the views (at most gather_views_max) stay valid until `done`.
  virtual void write(std::vector<ByteView> parts, Finished done) = 0;
  // Says that we send no more (TLS: close_notify), then `done`.
  virtual void shut_down(Finished done) = 0;
  virtual void close() = 0;
  virtual bool is_secure() const = 0;
  virtual Endpoint remote() const = 0;
  virtual Loop& loop() = 0;
};

// Listens and hands over connections, after the TLS handshake where there is one.
class Listener {
 public:
  using Accepted = std::function<void(std::unique_ptr<Stream>)>;
  struct Settings {
    Endpoint at;
    std::shared_ptr<const TlsContext> tls;  // Owners: who made it and each listener. Null = plain.
    Duration handshake_time = 10s;
    std::size_t handshakes_max = 256;  // Beyond that, new connections are closed at once.
  };
  // `accepted` runs on the thread of the loop that was picked for the connection, in turn.
  // Errors: refused when the address is taken or not ours.
  static Result<std::unique_ptr<Listener>> open(Settings settings, std::span<Loop* const> loops,
                                                Accepted accepted);
  virtual ~Listener() = default;
  virtual std::uint16_t port() const = 0;
  virtual void close() = 0;  // Thread: that of the first loop.
};

// Connects, by name or address; with TLS the host name is checked against the certificate.
struct ConnectSettings {
  Endpoint to;
  std::shared_ptr<const TlsContext> tls;  // Owners: who made it and each connection. Null = plain.
  Duration time = 10s;                    // For all of it: look-up, connection, handshake.
};
void connect(Loop& loop, const ConnectSettings& settings,
             std::function<void(Result<std::unique_ptr<Stream>>)> done);

}  // namespace millwright::net
