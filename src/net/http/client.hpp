#pragma once

#include <memory>
#include <string>

#include "net/http/http.hpp"

namespace millwright::net {

struct ClientSettings {
  std::string url;                        // "http://127.0.0.1:8080": the target of it is not used.
  std::shared_ptr<const TlsContext> tls;  // For https. Owners: who made it and the client.
  Duration time = 10s;                    // For one exchange, all of it.
  std::size_t body_bytes_max = 256 * 1024 * 1024;
};

struct Ask {
  Method method = Method::get;
  std::string target = "/";
  Headers headers;  // Host, Content-Length and Connection are the client's own.
  std::string body;
};

// A small HTTP client for tests and tools: one connection, kept alive, one exchange at a time; an
// exchange blocks its caller. No redirects, no cookies. Thread: one.
class HttpClient {
 public:
  // Errors: invalid for an address that is none. The connection is made by the first exchange.
  static Result<std::unique_ptr<HttpClient>> open(ClientSettings settings);
  ~HttpClient();
  // Errors: offline, timed_out, corrupt (no HTTP), full (body over the limit).
  Result<Response> exchange(const Ask& ask);
  Result<Response> get(std::string target);
  Result<Response> post(std::string target, std::string body,
                        std::string content_type = "application/json");

 private:
  class Inner;
  explicit HttpClient(std::unique_ptr<Inner> inner);
  std::unique_ptr<Inner> inner_;
};

}  // namespace millwright::net
