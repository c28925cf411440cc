#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "net/http/http.hpp"

namespace millwright::net {

struct HttpLimits {
  std::size_t header_bytes_max = std::size_t{16} << 10U;  // Else 431; the target alone: 414.
  std::size_t target_bytes_max = std::size_t{8} << 10U;
  std::size_t headers_max = 100;  // Fields, else 431.
  std::size_t body_bytes_max = std::size_t{1}
                               << 20U;  // Else 413. The gate may say otherwise by route.
  std::size_t unzipped_bytes_max = std::size_t{64} << 20U;  // Of a gzip body, else 413.
  std::size_t connections_max = 1024;                       // Else 503 and close.
  std::size_t connections_per_address_max = 256;  // Else 429 and close; loopback is not limited.
  std::size_t requests_per_connection_max = 100'000;  // Then "Connection: close".
  std::size_t write_buffer_bytes_max = std::size_t{256}
                                       << 10U;   // A producer is not asked beyond that.
  std::size_t body_bytes_per_second_min = 1024;  // A body that drips slower: 408.
};

struct HttpTimes {
  Duration header = 10s;  // From the first byte of a request to the end of its head, else 408.
  Duration body = 60s;    // Of silence while a body is awaited, else 408.
  Duration idle = 75s;    // Between two requests; then closed.
  Duration write = 30s;   // Without progress of a write; then closed.
  Duration stop = 5s;     // How long stop() waits for running handlers.
};

struct HttpSettings {
  Endpoint listen{"127.0.0.1", 8080};     // Port 0: the system chooses, see port().
  std::shared_ptr<const TlsContext> tls;  // Null = plain. Owners: who made it and the server.
  std::size_t threads = 1;
  HttpLimits limits;
  HttpTimes times;
  // Names by which browsers may reach us, beside IP addresses and localhost; others get 403
  // (against DNS rebinding). `any_host` turns the check off.
  std::vector<std::string> host_names;
  bool any_host = false;
};

struct HttpCounts {
  std::uint64_t connections = 0;  // Open now.
  std::uint64_t accepted = 0;     // Since the start.
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;  // Answered by the server itself with 4xx or 5xx.
  std::uint64_t timed_out = 0;
  std::uint64_t bytes_in = 0, bytes_out = 0;
};

class HttpServer {
 public:
  // Errors: invalid for settings that make no sense, refused when the address is taken.
  static Result<std::unique_ptr<HttpServer>> open(HttpSettings settings, Handler handler,
                                                  Gate gate = {});
  ~HttpServer();  // Stops.
  std::uint16_t port() const;
  HttpCounts counts() const;
  // Accepts no more, waits (at most times.stop) until running handlers have answered and their
  // answers are written, then closes. Thread: any but an I/O thread. A second call does nothing.
  void stop();

 private:
  class Inner;
  explicit HttpServer(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

}  // namespace millwright::net
