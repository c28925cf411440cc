#pragma once

// What the .cpp files of this folder share, and net/websocket, which puts Beast on a stream. For
// nobody else.

#include <memory>
#include <mutex>
#include <unordered_set>

#include "net/stream/stream.hpp"

namespace boost::asio {
class io_context;
}

namespace millwright::net {

class Closable;

// What is open on a loop. It outlives the loop where something of it does.
class Registry {
 public:
  void add(Closable& open);
  void remove(Closable& open);
  void close_all();

 private:
  bool has(Closable& open);
  std::mutex mutex_;  // Destructors may run on another thread after the end of the loop.
  std::unordered_set<Closable*> open_;
};

// Something open that the end of the loop closes.
class Closable {
 public:
  explicit Closable(Loop& loop);
  virtual ~Closable();
  Closable(const Closable&) = delete;
  Closable& operator=(const Closable&) = delete;
  virtual void close() = 0;

 private:
  std::shared_ptr<Registry> registry_;  // Owners: the loop and what is open on it.
};

class Loop::Inner {
 public:
  virtual ~Inner() = default;
  // Owners: the loop and each socket and timer on it, so that these may be destroyed later.
  virtual std::shared_ptr<boost::asio::io_context> context() const = 0;
  virtual std::shared_ptr<Postbox> postbox() const = 0;
  virtual bool is_current() const = 0;
  virtual void stop() = 0;
  virtual std::shared_ptr<Registry> registry() const = 0;
};

// A connected, non-blocking socket; the stream owns it from now on.
struct Socket {
  int descriptor = -1;
  bool is_v6 = false;
  Endpoint remote;
};

std::unique_ptr<Stream> make_stream(Loop& loop, Socket socket);

struct Handshake {
  std::shared_ptr<const TlsContext> tls;  // Owners: who made it and the stream.
  std::string host;                       // As a client: the name that must be in the certificate.
  bool is_client = false;
  Duration time = 10s;
};
void make_secure_stream(Loop& loop, Socket socket, const Handshake& handshake,
                        std::function<void(Result<std::unique_ptr<Stream>>)> done);

}  // namespace millwright::net
